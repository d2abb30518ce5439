//! Hook handlers: letting one be called, or keeping it from being called.

use super::Context;
use crate::event::view::TraceKind;
use crate::orchestrator::api::{Command, HandlerLasting, HandlerRef, HookSummary};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Notice};

/// Turns the handler that is meant off, or on again.
pub(super) fn switch(model: &mut Model, lasting: HandlerLasting) -> Vec<Effect> {
    let Some(HandlerRef { plugin, hook, handler }) = meant(model) else { return Vec::new() };
    // One that is off for the session alone is first made to stay off.
    let stays_off = |known: &HookSummary| {
        !known.enabled && known.switched == Some(HandlerLasting::Session) && lasting == HandlerLasting::Always
    };
    let known = model.handlers.find(hook, &plugin, &handler);
    let Some(enabled) = known.map(|known| !known.enabled && !stays_off(known)) else {
        let text = format!("{plugin} has no handler {handler} for {hook} any more");
        model.notice = Some(Notice::note(text, model.screen.now));
        return Vec::new();
    };
    let doing = if enabled { "enabling" } else { "disabling" };
    let long = match lasting {
        HandlerLasting::Session => "for this session",
        HandlerLasting::Always => "for good",
    };
    model.notice = Some(Notice::note(format!("{doing} {handler} of {plugin} {long}…"), model.screen.now));
    vec![Effect::Do(Command::SetHandler { plugin, hook, handler, enabled, lasting })]
}

/// The handler that an action means: the selected one of the list, or the one of the selected trace entry.
pub(super) fn meant(model: &Model) -> Option<HandlerRef> {
    match model.context() {
        Context::Handlers => {
            let known = model.handlers.selected()?;
            Some(HandlerRef { plugin: known.plugin.clone(), hook: known.hook, handler: known.handler.clone() })
        }
        Context::Trace => {
            let tab = model.tab()?;
            let entry = tab.trace.selected(&tab.view)?;
            match &entry.kind {
                TraceKind::Hook { hook, handler, .. } => {
                    Some(HandlerRef { plugin: entry.plugin.clone()?, hook: *hook, handler: handler.clone() })
                }
                TraceKind::Permission { .. } | TraceKind::Log { .. } => None,
            }
        }
        _ => None,
    }
}
