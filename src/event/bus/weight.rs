//! How much memory an event takes, roughly: what the bounds count.

use serde_json::{Map, Value};

use crate::event::EventKind;

/// An event's envelope, and what its allocations cost beside their bytes.
const BASE: usize = 256;
const PER_PIECE: usize = 32;

/// The approximate size in bytes of an event of this kind.
pub(super) fn weight_of(kind: &EventKind) -> usize {
    let own = match kind {
        EventKind::RunStarted { workflow_type, requirements, config, .. } => {
            workflow_type.len() + requirements.len() + value(config)
        }
        EventKind::PhaseStart { phase } => phase.len(),
        EventKind::PhaseComplete { phase, result } => phase.len() + value(result),
        EventKind::AgentStarted { agent, request, provider } => agent.len() + value(request) + provider.len(),
        EventKind::AgentOutput { agent, items } => {
            agent.len() + items.iter().map(|item| PER_PIECE + item.len()).sum::<usize>()
        }
        EventKind::AgentFinished { agent, reason, usage, .. } => agent.len() + text(reason) + value(usage),
        EventKind::HookStarted { handler, .. } => handler.len(),
        EventKind::HookFinished { handler, reason, .. } => handler.len() + text(reason),
        EventKind::PermissionChecked { scope, rule, .. } => text(scope) + rule.len(),
        EventKind::FinalResult { status, results, extra } => status.len() + value(results) + map(extra),
        EventKind::WorkflowEvent { data } => value(data),
        EventKind::RunFinished { reason, .. } => text(reason),
        EventKind::PluginState { reason, remedy, .. } => text(reason) + text(remedy),
        EventKind::PluginLog { message, fields, .. } => message.len() + map(fields),
        EventKind::ConfigChanged { who, what } | EventKind::GrantChanged { who, what } => who.len() + value(what),
    };
    BASE + own
}

fn text(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}

fn value(json: &Value) -> usize {
    match json {
        Value::Null | Value::Bool(_) | Value::Number(_) => PER_PIECE,
        Value::String(text) => PER_PIECE + text.len(),
        Value::Array(items) => PER_PIECE + items.iter().map(value).sum::<usize>(),
        Value::Object(fields) => PER_PIECE + map(fields),
    }
}

fn map(fields: &Map<String, Value>) -> usize {
    fields.iter().map(|(key, field)| PER_PIECE + key.len() + value(field)).sum()
}
