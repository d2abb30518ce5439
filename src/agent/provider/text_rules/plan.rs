//! Requirements into steps, each with the words that ask for it.

use super::bounds::Bound;
use super::clauses::{asks, clauses, lead};
use super::lexicon;
use super::passages::{Passage, PassageKind, is_question, passages};
use super::unclear::{Question, Unclear, unclear};
use super::words::{Term, Word, find_phrase, phrase_at, terms, words};

/// More text than this is not read.
pub(super) const MAX_TEXT: usize = 64 * 1024;
/// More sentences and items than this are not read.
const MAX_PASSAGES: usize = 1000;
/// More steps than this are not made.
pub(super) const MAX_STEPS: usize = 60;

/// A plan. Every quote is a slice of the requirements.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Plan<'a> {
    pub steps: Vec<Step<'a>>,
    pub unclear: Vec<Unclear<'a>>,
    pub left: Vec<Left<'a>>,
    /// Clauses that would have been steps beyond [`MAX_STEPS`].
    pub beyond: usize,
    /// Bytes of the text that were not read.
    pub unread: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step<'a> {
    pub title: String,
    pub quote: &'a str,
    /// What has to show in a result, as far as words tell it.
    pub shows: Vec<Term>,
    /// What the requirements say must hold of it.
    pub holds: Vec<&'a str>,
}

/// A passage that became no step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Left<'a> {
    pub quote: &'a str,
    pub why: &'static str,
}

/// Makes the plan. Every passage ends as a step, as a check of one, as a question, or among what was left.
pub(super) fn plan(requirements: &str) -> Plan<'_> {
    let end = requirements.floor_char_boundary(MAX_TEXT);
    let mut plan = Plan { unread: requirements.len() - end, ..Plan::default() };
    for (count, passage) in passages(without_prefix(&requirements[..end])).into_iter().enumerate() {
        if count == MAX_PASSAGES {
            let read = passage.text.as_ptr().addr() - requirements.as_ptr().addr();
            plan.unread = requirements.len() - read;
            break;
        }
        plan.take(passage);
    }
    plan
}

/// Workflows ask for a plan with "Plan: …".
pub(super) fn without_prefix(text: &str) -> &str {
    let text = text.trim_start();
    let prefix = text.get(..5).filter(|prefix| prefix.eq_ignore_ascii_case("plan:"));
    prefix.map_or(text, |prefix| text[prefix.len()..].trim_start())
}

impl<'a> Plan<'a> {
    fn take(&mut self, passage: Passage<'a>) {
        let quote = passage.text;
        let why = match passage.kind {
            PassageKind::Heading => Some("a heading"),
            PassageKind::Code => Some("code"),
            PassageKind::Intro => Some("introduces the list below it"),
            PassageKind::Item | PassageKind::Sentence if is_question(quote) => {
                self.unclear.push(Unclear { word: quote, within: quote, question: Question::Asked });
                return;
            }
            PassageKind::Item => None,
            PassageKind::Sentence => background(quote),
        };
        if let Some(why) = why {
            self.left.push(Left { quote, why });
            return;
        }
        // An item stands for itself, so that the step it would belong to is not guessed.
        let item = passage.kind == PassageKind::Item;
        let mut before = None;
        for clause in clauses(quote) {
            before = self.take_clause(clause, before, item);
        }
    }

    /// `before` is the step that took the clause before this one in the same sentence; returns the step that takes
    /// this one.
    fn take_clause(&mut self, clause: &'a str, before: Option<usize>, item: bool) -> Option<usize> {
        let words = words(clause);
        self.unclear.extend(unclear(clause, &words));
        let constraint = is_constraint(clause, &words);
        if constraint && let Some(step) = self.owner_of(clause, &words, before, item) {
            self.steps[step].holds.push(clause);
            return Some(step);
        }
        if self.steps.len() == MAX_STEPS {
            self.beyond += 1;
            return None;
        }
        let title = if constraint { format!("Hold to: {}", trimmed(clause)) } else { title(clause, &words) };
        let mut holds = limits(clause, &words);
        // A constraint's title says the rest already; a number is compared.
        holds.retain(|limit| !constraint || Bound::of(limit).is_some());
        let same = |step: &Step<'_>| step.title.eq_ignore_ascii_case(&title);
        if self.steps.iter().any(same) {
            self.left.push(Left { quote: clause, why: "asks for the same as an earlier step" });
            return None;
        }
        self.steps.push(Step { shows: terms(&title), title, quote: clause, holds });
        Some(self.steps.len() - 1)
    }

    /// The earlier step that a constraint speaks of: the one before it in its sentence if it has no subject of its
    /// own, the last one for "it" and the like, or the one with which it shares most words.
    fn owner_of(&self, clause: &str, words: &[Word], before: Option<usize>, item: bool) -> Option<usize> {
        let last = self.steps.len().checked_sub(1)?;
        let first = words.first()?.lower.as_str();
        if before.is_some() && lexicon::SUBJECTLESS.contains(&first) {
            return before;
        }
        if lexicon::PRONOUNS.contains(&first) {
            return Some(last);
        }
        if item {
            return None;
        }
        let terms = terms(clause);
        let shared = |step: &Step<'_>| -> u32 {
            let both = step.shows.iter().filter(|shown| terms.iter().any(|term| term.stem == shown.stem));
            both.map(|term| term.weight).sum()
        };
        let best = (0..=last).max_by_key(|&at| shared(&self.steps[at]))?;
        // A single shared verb is no common subject.
        (shared(&self.steps[best]) > 1).then_some(best)
    }
}

/// Why a sentence asks for nothing, if it does not.
fn background(sentence: &str) -> Option<&'static str> {
    let words = words(sentence);
    if words.iter().all(|word| lexicon::POLITE.contains(&word.lower.as_str())) {
        return Some("asks for nothing");
    }
    let first = lead(&words);
    let wish = lexicon::WISHES.iter().any(|wish| phrase_at(&words, 0, wish).is_some());
    let describes = words[first..].iter().any(|word| lexicon::BACKGROUND.contains(&word.lower.as_str()));
    let constraint = is_constraint(sentence, &words);
    (describes && !wish && first == 0 && !constraint && !asks(sentence, &words, first)).then_some("background")
}

/// Whether a clause says how something must be, rather than that something is to be done.
fn is_constraint(clause: &str, words: &[Word]) -> bool {
    let first = lead(words);
    let Some(start) = words.get(first) else { return false };
    if first == 0 && (start.lower == "no" || start.lower == "never" || start.lower == "only") {
        return true;
    }
    if first > 0 || lexicon::is_verb(&start.lower) {
        return false;
    }
    let has = |phrase: &&str| find_phrase(words, phrase).is_some();
    let pronoun = lexicon::PRONOUNS.contains(&start.lower.as_str());
    let modal = lexicon::MODALS.iter().any(has);
    let able = has(&"be able to") || has(&"be possible");
    // "Users can upload files up to 10 MB" is something to do, with a limit.
    let acts = words
        .windows(2)
        .any(|pair| lexicon::MODALS.contains(&pair[0].lower.as_str()) && lexicon::is_verb(&pair[1].lower));
    let being =
        ["must be", "should be", "shall be", "has to be", "have to be", "needs to be", "must have"].iter().any(has);
    let forbids = lexicon::PLAIN_LIMITS.iter().any(has);
    let limited = modal && !limits(clause, words).is_empty();
    pronoun && modal || being && !able || (forbids || limited) && !acts
}

/// The parts of a clause that limit something: "at most 5 attempts", "never prints the password".
fn limits<'a>(clause: &'a str, words: &[Word]) -> Vec<&'a str> {
    let numeric = [lexicon::UPPER_LIMITS, lexicon::LOWER_LIMITS, lexicon::OTHER_LIMITS];
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let plain = lexicon::PLAIN_LIMITS.iter().find_map(|phrase| phrase_at(words, at, phrase));
        let number = numeric.iter().flat_map(|limits| limits.iter()).find_map(|phrase| phrase_at(words, at, phrase));
        let last = if plain.is_some() {
            Some(last_of_part(clause, words, at))
        } else {
            number.and_then(|count| last_of_number(clause, words, at + count))
        };
        if let Some(last) = last {
            found.push(&clause[words[at].span.start..words[last].span.end]);
            at = last;
        }
        at += 1;
    }
    found
}

/// The last word before a comma or the end.
fn last_of_part(clause: &str, words: &[Word], at: usize) -> usize {
    let comma = |&at: &usize| clause[words[at].span.end..words[at + 1].span.start].contains([',', '(', ')', ':']);
    (at..words.len() - 1).find(comma).unwrap_or(words.len() - 1)
}

/// The last word of a number with its unit, if a number stands at `at`.
fn last_of_number(clause: &str, words: &[Word], at: usize) -> Option<usize> {
    const SPELLED: &[&str] = &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let number = words.get(at)?;
    let counts = number.lower.starts_with(|c: char| c.is_ascii_digit()) || SPELLED.contains(&number.lower.as_str());
    if !counts {
        return None;
    }
    // The unit, with one word before it at most: "5 failed attempts".
    let mut last = at;
    while let Some(unit) = words.get(last + 1).filter(|_| last < at + 2) {
        let gap = &clause[words[last].span.end..unit.span.start];
        if !gap.chars().all(char::is_whitespace) || lexicon::is_stop(&unit.lower) {
            break;
        }
        last += 1;
    }
    Some(last)
}

/// The clause as something to do: without what stands before the action, beginning with a capital.
fn title(clause: &str, words: &[Word]) -> String {
    let wish = lexicon::WISHES.iter().find_map(|wish| phrase_at(words, 0, wish));
    let first = lead(words);
    let (from, prefix) = match wish {
        Some(count) if first == 0 && count < words.len() => (words[count].span.start, "Provide "),
        _ if first > 0 => (words[first].span.start, ""),
        _ => (0, ""),
    };
    // A quote or bracket that opens before the first word belongs to it.
    let opening = clause[..from].trim_end_matches(['`', '"', '(', '“', '«']).len();
    let rest = trimmed(&clause[opening..]);
    let mut chars = rest.chars();
    match chars.next() {
        Some(c) if prefix.is_empty() => c.to_uppercase().chain(chars).collect(),
        _ => format!("{prefix}{rest}"),
    }
}

/// Without the punctuation at the end, on one line.
fn trimmed(clause: &str) -> String {
    let end = clause.trim().trim_end_matches(['.', ';', ',', '!', '。', '；', '，', '！', '।']);
    end.split_whitespace().collect::<Vec<_>>().join(" ")
}
