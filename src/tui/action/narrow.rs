//! Filters made of the selected trace entry: only its hook, its plugin, its outcome.

use crate::event::HookOutcome;
use crate::event::view::TraceKind;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, RUNNING, toggled};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Same {
    Hook,
    Plugin,
    Outcome,
}

/// Shows only entries that have this in common with the selected one, or everything again.
pub(super) fn narrow(model: &mut Model, same: Same) -> Vec<Effect> {
    let Some(term) = term(model, same) else { return Vec::new() };
    if let Some(tab) = model.open.current_mut() {
        let selected = tab.trace.selected(&tab.view).map(|entry| entry.seq);
        let filter = toggled(tab.trace.filter(), term.0, &term.1);
        tab.trace.set_filter(filter);
        // The entry that it was made of stays selected.
        selected.into_iter().for_each(|seq| tab.trace.select(seq));
    }
    Vec::new()
}

/// Whether the selected entry has such a thing.
pub(super) fn is_possible(model: &Model, same: Same) -> bool {
    term(model, same).is_some()
}

/// The term's name and value.
fn term(model: &Model, same: Same) -> Option<(&'static str, String)> {
    let tab = model.tab()?;
    let entry = tab.trace.selected(&tab.view)?;
    match (same, &entry.kind) {
        (Same::Plugin, _) => Some(("plugin", entry.plugin.as_ref()?.to_string())),
        (Same::Hook, TraceKind::Hook { hook, .. }) => Some(("hook", hook.to_string())),
        (Same::Outcome, TraceKind::Hook { outcome, .. }) => {
            Some(("outcome", outcome.map_or(RUNNING, HookOutcome::as_str).to_owned()))
        }
        (Same::Outcome, TraceKind::Permission { decision, .. }) => Some(("outcome", decision.as_str().to_owned())),
        (Same::Hook, TraceKind::Permission { .. } | TraceKind::Log { .. }) | (Same::Outcome, TraceKind::Log { .. }) => {
            None
        }
    }
}
