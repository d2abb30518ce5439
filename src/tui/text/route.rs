//! What is said of a plugin's route, and of what it answered.

use serde_json::Value;

use crate::event::duration;
use crate::event::text::Cleaner;
use crate::orchestrator::api::{ApiReply, PluginRoute};
use crate::tui::model::{Rich, Tried};
use crate::tui::theme::Role;

/// The longest body that is shown, in characters.
const MOST: usize = 200_000;

/// Whether it would be answered, as glyph, word and look.
pub fn route_sign(route: &PluginRoute) -> (Role, &'static str) {
    match (&route.shadowed_by, &route.permitted) {
        (Some(_), _) => (Role::Warn, "○ shadowed"),
        (None, Some(_)) => (Role::Denied, "⊘ denied"),
        (None, None) => (Role::Ok, "● open"),
    }
}

/// Everything, in sentences.
pub fn route(route: &PluginRoute) -> Rich {
    let mut rich = Rich::default();
    if !route.description.is_empty() {
        rich.push(Role::Text, route.description.as_str());
    }
    let (role, sign) = route_sign(route);
    let words = match (&route.shadowed_by, &route.permitted) {
        (Some(first), _) => format!("  {first} had this path and method first, and is asked instead."),
        (None, Some(why)) => format!("  {why}"),
        (None, None) => format!("  {} may answer it.", route.plugin),
    };
    rich.line([(role, sign.to_owned()), (Role::Text, words)]);
    let asked = match (route.hits, route.failed) {
        (0, _) => "It was not asked yet.".to_owned(),
        (1, 0) => "It was asked once.".to_owned(),
        (hits, 0) => format!("It was asked {hits} times."),
        (hits, failed) => format!("It was asked {hits} times, and failed {failed} times."),
    };
    let took = match (route.last_us, route.mean_us) {
        (Some(last), Some(mean)) => {
            format!(" The last answer began after {}, on average after {}.", duration(last), duration(mean))
        }
        (Some(_) | None, _) => String::new(),
    };
    rich.push(Role::Text, format!("{asked}{took}"));
    rich
}

/// What a request that was made from here came to.
pub(super) fn answer(tried: &Tried) -> Rich {
    let mut rich = Rich::default();
    let ApiReply { plugin, status, headers, body } = &tried.reply;
    let role = if *status < 400 { Role::Ok } else { Role::Error };
    rich.line([(role, status.to_string()), (Role::TextMuted, format!("  from {plugin}"))]);
    let mut cleaner = Cleaner::new();
    for (name, value) in headers {
        let text = cleaner.clean(value);
        rich.line([(Role::TextMuted, format!("{name}: ")), (Role::Text, text)]);
    }
    rich.blank();
    let bytes = body.as_bytes();
    match std::str::from_utf8(bytes) {
        Ok("") => rich.push(Role::TextMuted, "The answer has no body."),
        Ok(text) => {
            let pretty = serde_json::from_str::<Value>(text).ok().and_then(|v| serde_json::to_string_pretty(&v).ok());
            let clean = Cleaner::new().clean(pretty.as_deref().unwrap_or(text));
            let end = clean.char_indices().nth(MOST).map_or(clean.len(), |(end, _)| end);
            rich.push(Role::Text, &clean[..end]);
            if end < clean.len() {
                rich.push(Role::Warn, format!("… the rest of {} bytes is not shown", bytes.len()));
            }
        }
        Err(_) => rich.push(Role::TextMuted, format!("The body is no text: {} bytes.", bytes.len())),
    }
    rich
}
