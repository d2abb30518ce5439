//! Cutting a sentence that asks for several things into one clause for each.

use super::lexicon::{self, CONDITIONS, LEADS, MODALS};
use super::words::{Word, find_phrase, phrase_at, words};

/// Words that may join two actions.
const JOINTS: &[&str] = &["and", "then", "also", "finally", "afterwards"];

/// What has more words is no sentence.
const MOST_WORDS: usize = 1000;

/// The clauses of a sentence, in order; the sentence itself if it can't be cut. A sentence with a condition stays
/// whole: what follows from the condition would lose it.
pub(super) fn clauses(sentence: &str) -> Vec<&str> {
    let words = words(sentence);
    let conditional = words.get(lead(&words)).is_some_and(|word| CONDITIONS.contains(&word.lower.as_str()));
    if conditional || words.len() > MOST_WORDS {
        return vec![sentence];
    }
    let mut found = Vec::new();
    // The first word of the open clause, and where it starts.
    let mut first = 0;
    let mut start = 0;
    for at in 1..words.len() {
        let Some(last) = joint_before(sentence, &words, at) else { continue };
        let own_lead = first + lead(&words[first..=last.max(first)]);
        let cut = last > own_lead
            && at + 1 < words.len()
            && starts_action(sentence, &words, at)
            && asks(sentence, &words[..=last], own_lead);
        if cut {
            let closing = sentence[words[last].span.end..].trim_start_matches(['`', '"', ')', '”', '»']);
            found.push(sentence[start..sentence.len() - closing.len()].trim());
            first = at;
            start = words[at].span.start;
        }
    }
    found.push(sentence[start..].trim());
    found
}

/// If the words before `at` join it to what stands before: the last word of that.
fn joint_before(sentence: &str, words: &[Word], at: usize) -> Option<usize> {
    let mut last = at - 1;
    let mut joined = false;
    while JOINTS.contains(&words[last].lower.as_str()) {
        joined = true;
        last = last.checked_sub(1)?;
    }
    let gap = &sentence[words[last].span.end..words[at].span.start];
    let opens = sentence[..words[at].span.start].ends_with(['`', '"', '(', '“', '«']);
    (!opens && (joined || gap.contains([',', '，']))).then_some(last)
}

/// Whether a clause of its own starts at this word: an action, or a subject that must or can do something.
fn starts_action(sentence: &str, words: &[Word], at: usize) -> bool {
    let next = words.get(at + 1).map(|word| next_token(sentence, word));
    let word = words[at].lower.as_str();
    if lexicon::SUBJECTLESS.contains(&word) || lexicon::is_verb_before(word, next.as_deref()) {
        return true;
    }
    let near = &words[at..words.len().min(at + 5)];
    let modal = near.iter().skip(1).position(|word| MODALS.contains(&word.lower.as_str()));
    let verb = near.iter().position(|word| JOINTS.contains(&word.lower.as_str()));
    modal.is_some_and(|modal| verb.is_none_or(|verb| modal < verb))
}

/// A word with the quote before it, by which a following name is known.
fn next_token(sentence: &str, word: &Word) -> String {
    let quote = sentence[..word.span.start].chars().next_back().filter(|c| ['`', '"'].contains(c));
    quote.into_iter().chain(word.lower.chars()).collect()
}

/// Whether the words from `first` on ask for an action.
pub(super) fn asks(sentence: &str, words: &[Word], first: usize) -> bool {
    let Some(start) = words.get(first) else { return false };
    lexicon::is_verb(&start.lower)
        || MODALS.iter().any(|modal| find_phrase(&words[first..], modal).is_some())
        || (first..words.len()).any(|at| {
            let next = words.get(at + 1).map(|word| next_token(sentence, word));
            lexicon::is_verb_before(&words[at].lower, next.as_deref())
        })
}

/// How many words at the start add nothing to the action: "please", "we need to".
pub(super) fn lead(words: &[Word]) -> usize {
    let mut at = 0;
    while let Some(count) = LEADS.iter().find_map(|lead| phrase_at(words, at, lead)) {
        if at + count >= words.len() {
            break;
        }
        at += count;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::clauses;

    #[test]
    fn actions_joined_by_and_then_or_commas_are_cut_apart() {
        assert_eq!(
            clauses("Parse the file, validate the rows, and then write a report."),
            ["Parse the file", "validate the rows", "write a report."]
        );
        assert_eq!(clauses("Add a login endpoint and test it"), ["Add a login endpoint", "test it"]);
        assert_eq!(clauses("Read `a.csv` and write the rows"), ["Read `a.csv`", "write the rows"]);
        assert_eq!(
            clauses("Users can log in and the admin can delete users"),
            ["Users can log in", "the admin can delete users"]
        );
    }

    #[test]
    fn joined_things_stay_together() {
        for whole in [
            "Log errors and test results",
            "Create and delete endpoints",
            "Support JSON, YAML and TOML",
            "Document the login and logout endpoints",
            "If the file is missing, print an error and stop the run",
        ] {
            assert_eq!(clauses(whole), [whole]);
        }
    }
}
