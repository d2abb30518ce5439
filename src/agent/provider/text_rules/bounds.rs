//! Limits with a number: reading "within 200 ms", and whether a line's number keeps it.

use super::lexicon::{LOWER_LIMITS, UPPER_LIMITS};
use super::words::{Word, phrase_at, stem, words};

/// A limit such as "at most 5 attempts", in the base of its unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bound {
    upper: bool,
    value: f64,
    unit: String,
}

/// Words between a number and its unit, as in "5 failed attempts".
const BETWEEN: usize = 1;

/// Units that are compared with each other: stem, base, factor.
const UNITS: &[(&[&str], &str, f64)] = &[
    (&["ms", "millisecond", "milliseconds"], "second", 0.001),
    (&["s", "sec", "secs", "second", "seconds"], "second", 1.0),
    (&["min", "mins", "minute", "minutes"], "second", 60.0),
    (&["h", "hour", "hours"], "second", 3600.0),
    (&["byte", "bytes"], "byte", 1.0),
    (&["kb", "kib"], "byte", 1024.0),
    (&["mb", "mib"], "byte", 1024.0 * 1024.0),
    (&["gb", "gib"], "byte", 1024.0 * 1024.0 * 1024.0),
];

impl Bound {
    /// The first limit of a text that has a number and a unit.
    pub(super) fn of(text: &str) -> Option<Bound> {
        let words = words(text);
        let at_limit = |limits: &[&str], at: usize| limits.iter().find_map(|phrase| phrase_at(&words, at, phrase));
        (0..words.len()).find_map(|at| {
            let (upper, count) = match (at_limit(UPPER_LIMITS, at), at_limit(LOWER_LIMITS, at)) {
                (Some(count), _) => (true, count),
                (None, Some(count)) => (false, count),
                (None, None) => return None,
            };
            let (value, units) = quantity(text, &words, at + count)?;
            // In "5 failed attempts" the unit is what is counted.
            let (unit, factor) = units.into_iter().next_back()?;
            Some(Bound { upper, value: value * factor, unit })
        })
    }

    /// Whether the line keeps the limit, if it has a number with this unit. A line with several keeps it with all.
    pub(super) fn kept_by(&self, line: &str) -> Option<bool> {
        let words = words(line);
        let mut kept = None;
        for at in 0..words.len() {
            let Some((value, units)) = quantity(line, &words, at) else { continue };
            let Some((_, factor)) = units.iter().find(|(unit, _)| *unit == self.unit) else { continue };
            let holds = if self.upper { value * factor <= self.value } else { value * factor >= self.value };
            kept = Some(holds && kept.unwrap_or(true));
        }
        kept
    }

    /// Whether a word of the limit's own text is its number or its unit.
    pub(super) fn is_part(&self, word: &str) -> bool {
        word.starts_with(|c: char| c.is_ascii_digit()) || base(word).0 == self.unit
    }
}

/// The number at a word, and what may be its unit: each in its base, with the factor to it.
fn quantity(text: &str, words: &[Word], at: usize) -> Option<(f64, Vec<(String, f64)>)> {
    let word = words.get(at)?;
    let written = word.lower.replace(',', "");
    let digits = written.len() - written.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (number, attached) = written.split_at(digits);
    let value: f64 = number.parse().ok()?;
    if !attached.is_empty() {
        return Some((value, vec![base(attached)]));
    }
    if text[word.span.end..].trim_start().starts_with('%') {
        return Some((value, vec![("%".to_owned(), 1.0)]));
    }
    let mut units = Vec::new();
    let mut end = word.span.end;
    for unit in words.iter().skip(at + 1).take(BETWEEN + 1) {
        let adjacent = text[end..unit.span.start].chars().all(char::is_whitespace);
        if !adjacent || unit.lower.len() > 1 && super::lexicon::is_stop(&unit.lower) {
            break;
        }
        units.push(base(&unit.lower));
        end = unit.span.end;
    }
    Some((value, units))
}

fn base(unit: &str) -> (String, f64) {
    let known = UNITS.iter().find(|(names, _, _)| names.contains(&unit));
    known.map_or_else(|| (stem(unit), 1.0), |(_, base, factor)| ((*base).to_owned(), *factor))
}

#[cfg(test)]
mod tests {
    use super::Bound;

    fn kept(limit: &str, line: &str) -> Option<bool> {
        Bound::of(limit).unwrap().kept_by(line)
    }

    #[test]
    fn a_number_with_the_same_unit_is_compared() {
        assert_eq!(kept("It must answer within 200 ms", "answers in 120ms"), Some(true));
        assert_eq!(kept("It must answer within 200 ms", "median 0.35 s"), Some(false));
        assert_eq!(kept("at most 5 failed attempts", "locks after 3 attempts"), Some(true));
        assert_eq!(kept("at least 80% coverage", "coverage: 71.5 %"), Some(false));
        assert_eq!(kept("no more than 1,000 rows", "read 1000 rows"), Some(true));
    }

    #[test]
    fn every_number_of_a_line_has_to_keep_it() {
        assert_eq!(kept("under 2 seconds", "1 second, then 3 seconds"), Some(false));
    }

    #[test]
    fn other_units_say_nothing() {
        assert_eq!(kept("within 200 ms", "12 tests, 200 lines"), None);
        assert_eq!(Bound::of("must be fast"), None);
        assert_eq!(Bound::of("at most a few"), None);
    }
}
