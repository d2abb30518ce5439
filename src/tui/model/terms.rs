//! Filters of several words: each must be found, some in one named field alone.

/// Whether what is described by `named` and `others` passes `filter`. A word such as `plugin:notes` looks only at the
/// field of that name, every other word at everything. Case does not count, and in a named field `-` stands for a blank.
pub fn lets_through(filter: &str, named: &[(&str, &str)], others: &[&str]) -> bool {
    filter.split_whitespace().all(|word| {
        let word = word.to_lowercase();
        let field = word.split_once(':').and_then(|(name, wanted)| {
            let (_, value) = named.iter().find(|(known, _)| *known == name)?;
            Some((value, wanted))
        });
        match field {
            Some((value, wanted)) => begins_a_word(&term(value), wanted),
            None => {
                named.iter().map(|(_, value)| value).chain(others).any(|value| value.to_lowercase().contains(&word))
            }
        }
    })
}

/// The filter with the term `name:value`; without any of that name, if it had one.
pub fn toggled(filter: &str, name: &str, value: &str) -> String {
    let is_of = |word: &&str| word.split_once(':').is_some_and(|(known, _)| known == name);
    let mut words: Vec<String> = filter.split_whitespace().filter(|word| !is_of(word)).map(str::to_owned).collect();
    if !filter.split_whitespace().any(|word| is_of(&word)) {
        words.push(format!("{name}:{}", term(value)));
    }
    words.join(" ")
}

/// Whether a word of `value` begins with `wanted`: `changed` is not found in `unchanged`.
fn begins_a_word(value: &str, wanted: &str) -> bool {
    value.match_indices(wanted).any(|(at, _)| value[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric()))
}

fn term(value: &str) -> String {
    value.to_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &[(&str, &str)] =
        &[("plugin", "notes"), ("hook", "pre_workflow_execution"), ("outcome", "not permitted")];

    #[test]
    fn every_word_must_be_found() {
        assert!(lets_through("", ENTRY, &[]));
        assert!(lets_through("NOTES pre_", ENTRY, &[]));
        assert!(lets_through("permitted handler", ENTRY, &["the handler"]));
        assert!(!lets_through("notes post_", ENTRY, &[]));
    }

    #[test]
    fn a_named_word_looks_at_its_field_alone() {
        assert!(lets_through("outcome:not-permitted", ENTRY, &[]));
        assert!(!lets_through("plugin:permitted", ENTRY, &[]));
        assert!(lets_through("outcome:permitted hook:workflow", ENTRY, &[]));
        assert!(!lets_through("outcome:changed", &[("outcome", "unchanged")], &[]));
        // What only looks like one is text.
        assert!(lets_through("main.rs:3", ENTRY, &["src/main.rs:31"]));
    }

    #[test]
    fn a_term_is_added_and_taken_back() {
        let one = toggled("slow", "outcome", "not permitted");
        assert_eq!(one, "slow outcome:not-permitted");
        assert!(lets_through(&one, ENTRY, &["slow"]));
        assert_eq!(toggled(&one, "outcome", "changed"), "slow");
    }
}
