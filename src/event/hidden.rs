//! The values of secrets that are known, masked wherever they appear in an event.
//!
//! [`super::mask`] goes by names; this goes by the values themselves, so that a plugin that prints its key shows
//! nothing, also one that streams it piece by piece ([`Held`]). A value that is written in another way than as JSON is
//! not recognised.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;

use super::EventKind;
use super::mask::MASKED;

/// Shorter ones are not looked for, in bytes: they stand in other words too.
pub const LEAST: usize = 6;
/// No more are remembered, the first ones longest.
const MOST: usize = 1024;
/// What all of them may take together, in bytes.
const MOST_BYTES: usize = 1024 * 1024;

/// Known secrets. One that was known stays so: who had it may still say it.
#[derive(Default)]
pub(super) struct Hidden {
    values: Mutex<BTreeSet<String>>,
    finder: RwLock<Option<Arc<Finder>>>,
}

/// Finds all that are known at one time.
struct Finder {
    whole: AhoCorasick,
    /// The same, in order.
    values: Vec<String>,
    /// Bytes of the longest.
    longest: usize,
}

/// The end of a text that comes in pieces, as far as it may be the beginning of a secret: it waits for what follows.
#[derive(Debug, Default)]
pub struct Held(String);

impl Hidden {
    pub(super) fn add(&self, secrets: &[String]) {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let before = values.len();
        for secret in secrets.iter().filter(|secret| secret.trim().len() >= LEAST) {
            let bytes: usize = values.iter().map(String::len).sum();
            if values.len() >= MOST || bytes + secret.len() > MOST_BYTES {
                tracing::warn!("there are more secrets than can be masked in what plugins say");
                break;
            }
            // As it stands in JSON too: bodies are kept as that.
            let escaped = Value::from(secret.as_str()).to_string();
            values.insert(escaped[1..escaped.len() - 1].to_owned());
            values.insert(secret.clone());
        }
        if values.len() == before {
            return;
        }
        match AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(values.iter()) {
            Ok(whole) => {
                let longest = values.iter().map(String::len).max().unwrap_or(0);
                let finder = Finder { whole, values: values.iter().cloned().collect(), longest };
                *self.finder.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(finder));
            }
            Err(error) => tracing::error!(%error, "secrets can't be masked in what plugins say"),
        }
    }

    /// Costs nothing while no secret is known.
    fn finder(&self) -> Option<Arc<Finder>> {
        self.finder.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn mask_text(&self, text: &mut String) {
        if let Some(finder) = self.finder() {
            mask(&finder, text);
        }
    }

    pub(super) fn mask_bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.finder() {
            Some(finder) if finder.whole.is_match(&bytes) => {
                finder.whole.replace_all_bytes(&bytes, &vec![MASKED; finder.whole.patterns_len()])
            }
            Some(_) | None => bytes,
        }
    }

    pub(super) fn mask_event(&self, kind: &mut EventKind) {
        let Some(finder) = self.finder() else { return };
        let (texts, values) = parts(kind);
        texts.into_iter().for_each(|text| mask(&finder, text));
        values.into_iter().for_each(|value| mask_value(&finder, value));
    }

    /// The next pieces of a text, each without what of it is a secret's. What is said of a secret stands where it
    /// begins; a piece of which nothing is left is left out.
    pub(super) fn mask_pieces(&self, held: &mut Held, pieces: &[String]) -> Vec<String> {
        match self.finder() {
            Some(finder) => finder.pieces(held, pieces),
            None => pieces.to_vec(),
        }
    }

    /// What was held back of a text that has ended.
    pub(super) fn rest(&self, held: &mut Held) -> Option<String> {
        let mut rest = std::mem::take(&mut held.0);
        self.mask_text(&mut rest);
        Some(rest).filter(|rest| !rest.is_empty())
    }
}

impl Finder {
    fn pieces(&self, held: &mut Held, pieces: &[String]) -> Vec<String> {
        let mut text = std::mem::take(&mut held.0);
        let mut ends = Vec::with_capacity(pieces.len());
        for piece in pieces {
            text.push_str(piece);
            ends.push(text.len());
        }
        let mut secrets: Vec<Range<usize>> = self.whole.find_iter(&text).map(|found| found.range()).collect();
        let shown = self.shown(&text, &secrets);
        secrets.retain(|secret| secret.start < shown);
        let mut told = Vec::with_capacity(ends.len());
        let (mut start, mut secrets) = (0, secrets.into_iter().peekable());
        for end in ends {
            let end = end.min(shown);
            let mut piece = String::new();
            while let Some(secret) = secrets.next_if(|secret| secret.start < end) {
                piece.push_str(&text[start..secret.start]);
                piece.push_str(MASKED);
                start = secret.end;
            }
            if start < end {
                piece.push_str(&text[start..end]);
                start = end;
            }
            if !piece.is_empty() {
                told.push(piece);
            }
        }
        text.drain(..shown);
        held.0 = text;
        told
    }

    /// Up to where the text can be shown: what follows is the beginning of a secret, and not the middle of one.
    fn shown(&self, text: &str, secrets: &[Range<usize>]) -> usize {
        let from = text.ceil_char_boundary((text.len() + 1).saturating_sub(self.longest));
        let is_inside = |at: usize| secrets.iter().rev().any(|secret| secret.start < at && at < secret.end);
        let begins = |at: usize| {
            let tail = &text[at..];
            let next = self.values.partition_point(|value| value.as_str() <= tail);
            self.values.get(next).is_some_and(|value| value.starts_with(tail))
        };
        let mut places = text[from..].char_indices().map(|(at, _)| from + at);
        places.find(|at| begins(*at) && !is_inside(*at)).unwrap_or(text.len())
    }
}

fn mask(finder: &Finder, text: &mut String) {
    if finder.whole.is_match(text.as_str()) {
        *text = finder.whole.replace_all(text, &vec![MASKED; finder.whole.patterns_len()]);
    }
}

fn mask_value(finder: &Finder, value: &mut Value) {
    match value {
        Value::String(text) => mask(finder, text),
        Value::Array(items) => items.iter_mut().for_each(|item| mask_value(finder, item)),
        Value::Object(fields) => fields.values_mut().for_each(|field| mask_value(finder, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Everything in an event that somebody else has written.
fn parts(kind: &mut EventKind) -> (Vec<&mut String>, Vec<&mut Value>) {
    let (mut texts, mut values) = (Vec::new(), Vec::new());
    match kind {
        EventKind::RunStarted { requirements, config, .. } => {
            texts.push(requirements);
            values.push(config);
        }
        EventKind::PhaseStart { phase } => texts.push(phase),
        EventKind::PhaseComplete { phase, result } => {
            texts.push(phase);
            values.push(result);
        }
        EventKind::AgentStarted { request, .. } => values.push(request),
        EventKind::AgentOutput { items, .. } => texts.extend(items),
        EventKind::AgentFinished { reason, usage, .. } => {
            texts.extend(reason);
            values.push(usage);
        }
        EventKind::HookFinished { reason, .. } | EventKind::RunFinished { reason, .. } => texts.extend(reason),
        EventKind::PermissionChecked { scope, .. } => texts.extend(scope),
        EventKind::FinalResult { status, results, extra } => {
            texts.push(status);
            values.push(results);
            values.extend(extra.values_mut());
        }
        EventKind::WorkflowEvent { data } => values.push(data),
        EventKind::PluginState { reason, remedy, .. } => {
            texts.extend(reason);
            texts.extend(remedy);
        }
        EventKind::PluginLog { message, fields, .. } => {
            texts.push(message);
            values.extend(fields.values_mut());
        }
        EventKind::ConfigChanged { what, .. } | EventKind::GrantChanged { what, .. } => values.push(what),
        EventKind::HookStarted { .. } => {}
    }
    (texts, values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hidden(secrets: &[&str]) -> Hidden {
        let hidden = Hidden::default();
        hidden.add(&secrets.iter().map(ToString::to_string).collect::<Vec<_>>());
        hidden
    }

    #[test]
    fn a_known_secret_is_masked_in_texts_values_and_bytes() {
        let hidden = hidden(&["sk-12345678", "two\nlines", "sk-12345678-long"]);
        let mut kind = EventKind::AgentOutput { agent: "a".into(), items: vec!["key=sk-12345678!".into()] };
        hidden.mask_event(&mut kind);
        assert_eq!(kind, EventKind::AgentOutput { agent: "a".into(), items: vec!["key=••••!".into()] });
        let mut data = EventKind::WorkflowEvent { data: json!([{"x": "a two\nlines b"}, 12_345_678]) };
        hidden.mask_event(&mut data);
        assert_eq!(data, EventKind::WorkflowEvent { data: json!([{"x": "a •••• b"}, 12_345_678]) });
        let body = json!({"x": "two\nlines sk-12345678-long"}).to_string().into_bytes();
        assert_eq!(hidden.mask_bytes(body), json!({"x": "•••• ••••"}).to_string().into_bytes());
    }

    /// What is told of a text that comes like this, and of its end.
    fn told(secrets: &[&str], pieces: &[&[&str]]) -> Vec<String> {
        let (hidden, mut held) = (hidden(secrets), Held::default());
        let mut all = Vec::new();
        for pieces in pieces {
            let pieces: Vec<String> = pieces.iter().map(ToString::to_string).collect();
            all.extend(hidden.mask_pieces(&mut held, &pieces));
        }
        all.extend(hidden.rest(&mut held));
        all
    }

    #[test]
    fn a_secret_in_pieces_is_masked_and_all_else_comes_as_it_was_said() {
        let key = &["sk-12345678"][..];
        assert_eq!(told(key, &[&["key sk-1234", "5678!"]]), ["key ••••", "!"]);
        assert_eq!(told(key, &[&["key sk-1"], &["234"], &["5678", "!"]]), ["key ", "••••", "!"]);
        let letters: Vec<String> = "a sk-12345678 é".chars().map(String::from).collect();
        let letters: Vec<Vec<&str>> = letters.iter().map(|letter| vec![letter.as_str()]).collect();
        let letters: Vec<&[&str]> = letters.iter().map(Vec::as_slice).collect();
        assert_eq!(told(key, &letters).concat(), "a •••• é");
        // What only begins like one is told after all.
        assert_eq!(told(key, &[&["sk-1"], &["2 and so"], &["s"]]), ["sk-12 and so", "s"]);
        assert_eq!(told(key, &[&["one"], &["two", "three"]]), ["one", "two", "three"]);
    }

    #[test]
    fn the_longer_of_two_secrets_that_begin_alike_counts() {
        let both = &["secret", "secret-long"][..];
        assert_eq!(told(both, &[&["secret"], &["-long."]]), ["••••."]);
        assert_eq!(told(both, &[&["secret"], &["-lonely"]]), ["••••-lonely"]);
        assert_eq!(told(both, &[&["x secret"]]), ["x ", "••••"]);
    }

    proptest::proptest! {
        #[test]
        fn however_it_is_cut_the_whole_text_is_masked_alike(text in "[a-dé]{0,40}", cuts in proptest::collection::vec(0_usize..40, 0..8)) {
            let hidden = hidden(&["abcabc", "bcdbcd", "cacaca", "dédédé"]);
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| text.floor_char_boundary((*cut).min(text.len()))).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let (mut held, mut told) = (Held::default(), String::new());
            for ends in cuts.windows(2) {
                told += &hidden.mask_pieces(&mut held, &[text[ends[0]..ends[1]].to_owned()]).concat();
            }
            told.extend(hidden.rest(&mut held));
            let mut whole = text.clone();
            hidden.mask_text(&mut whole);
            proptest::prop_assert_eq!(told, whole);
        }
    }

    #[test]
    fn a_short_one_masks_nothing() {
        let hidden = hidden(&["a", "", "      ", "12345"]);
        let mut text = "a cat, 12345".to_owned();
        hidden.mask_text(&mut text);
        assert_eq!((text.as_str(), hidden.finder().is_none()), ("a cat, 12345", true));
    }

    #[test]
    fn there_are_never_too_many() {
        let many: Vec<String> = (0..5000).map(|number| format!("secret-{number}")).collect();
        let hidden = Hidden::default();
        hidden.add(&many);
        hidden.add(&["x".repeat(2 * MOST_BYTES)]);
        assert!(hidden.values.lock().unwrap().len() <= MOST + 1);
        let mut text = "secret-7".to_owned();
        hidden.mask_text(&mut text);
        assert_eq!(text, MASKED);
    }
}
