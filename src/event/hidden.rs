//! The values of secrets that are known, masked wherever they appear in an event.
//!
//! [`super::mask`] goes by names; this goes by the values themselves, so that a plugin that prints its key shows
//! nothing. A value that is put together of several pieces, or written in another way than as JSON, is not recognised.

use std::collections::BTreeSet;
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
    finder: RwLock<Option<Arc<AhoCorasick>>>,
}

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
            Ok(finder) => {
                *self.finder.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(finder));
            }
            Err(error) => tracing::error!(%error, "secrets can't be masked in what plugins say"),
        }
    }

    /// Costs nothing while no secret is known.
    fn finder(&self) -> Option<Arc<AhoCorasick>> {
        self.finder.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn mask_text(&self, text: &mut String) {
        if let Some(finder) = self.finder() {
            mask(&finder, text);
        }
    }

    pub(super) fn mask_bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.finder() {
            Some(finder) if finder.is_match(&bytes) => {
                finder.replace_all_bytes(&bytes, &vec![MASKED; finder.patterns_len()])
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
}

fn mask(finder: &AhoCorasick, text: &mut String) {
    if finder.is_match(text.as_str()) {
        *text = finder.replace_all(text, &vec![MASKED; finder.patterns_len()]);
    }
}

fn mask_value(finder: &AhoCorasick, value: &mut Value) {
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
