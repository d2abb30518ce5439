//! What is said of one entry of the hook trace.

use super::{decision_sign, difference, outcome_sign};
use crate::event::duration;
use crate::event::view::{TraceEntry, TraceKind};
use crate::tui::model::{Model, Rich};
use crate::tui::theme::Role;

/// Everything: who, what came of it, why, and what changed.
pub fn entry(model: &Model, entry: &TraceEntry) -> Rich {
    let mut rich = Rich::default();
    let plugin = entry.plugin.as_ref().map_or("the program itself", |plugin| plugin.as_str());
    match &entry.kind {
        TraceKind::Hook { hook, handler, order, outcome, reason, duration_us, .. } => {
            let sign = outcome_sign(*outcome, &model.screen);
            let took = duration_us.map(|took| format!(" in {}", duration(took))).unwrap_or_default();
            rich.line([(sign.role, format!("{} {}", sign.glyph, sign.word)), (Role::Text, took)]);
            rich.line([(Role::TextMuted, format!("{hook}, handler {order}: {plugin} {handler}"))]);
            if let Some(reason) = reason {
                rich.push(Role::Text, reason.as_str());
            }
            if let Some(known) = entry.plugin.as_ref().and_then(|name| model.handlers.find(*hook, name, handler))
                && !known.enabled
            {
                rich.push(Role::Warn, "○ off by now: it is not called any more");
            }
            difference::difference(&mut rich, model, entry);
        }
        TraceKind::Permission { permission, scope, decision, rule } => {
            let sign = decision_sign(*decision);
            let scope = scope.as_ref().map(|scope| format!(" ({scope})")).unwrap_or_default();
            rich.line([
                (sign.role, format!("{} {}", sign.glyph, sign.word)),
                (Role::Text, format!(" {permission}{scope}")),
            ]);
            rich.push(Role::TextMuted, format!("asked for {plugin}"));
            rich.push(Role::Text, rule.as_str());
        }
        TraceKind::Log { message, traceback, .. } => {
            rich.push(Role::TextMuted, format!("{plugin} said at {}", entry.time.clock()));
            rich.push(Role::Text, message.as_str());
            if let Some(traceback) = traceback {
                rich.push(Role::Text, traceback.as_str());
            }
        }
    }
    rich
}
