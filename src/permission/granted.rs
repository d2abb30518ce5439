//! What a plugin has of what it asks for.

use orchestrator_protocol::permission::Granted;

use super::Request;
use super::decide::{Question, Verdict, covers, decide, is_within};
use super::state::State;
use crate::event::{PluginName, StreamId};

/// What of its requests is granted to the plugin now, outside any run. A request of which a part is granted is told with
/// the names of that.
pub(super) fn granted(state: &State, plugin: &PluginName) -> Vec<Granted> {
    let requests = state.subjects.get(plugin).map(|subject| subject.requests.as_slice()).unwrap_or_default();
    requests.iter().filter_map(|request| granted_of(state, plugin, request)).collect()
}

pub(super) fn granted_of(state: &State, plugin: &PluginName, request: &Request) -> Option<Granted> {
    let permission = request.permission;
    let holds = |scope: Option<&str>| {
        let question = Question { plugin, permission, scope, stream: StreamId::Host, held: None };
        matches!(decide(state, question), Verdict::Granted { .. })
    };
    if request.scope.is_empty() && holds(None) {
        return Some(Granted { permission, scope: Vec::new() });
    }
    let entry = state.files.grants.entries().and_then(|entries| entries.get(plugin));
    let written = entry.into_iter().flat_map(|entry| &entry.allow).filter(|allow| allow.permission == permission);
    let answered = written.flat_map(|allow| &allow.scope).chain(state.session.allowed_names(plugin, permission));
    // A yes may be to less than was asked for.
    let narrower = answered.filter(|name| covers(request, permission, Some(name)));
    let mut scope: Vec<String> = Vec::new();
    for name in request.scope.iter().chain(narrower) {
        if !scope.iter().any(|wider| is_within(permission, wider, name)) && holds(Some(name)) {
            scope.push(name.clone());
        }
    }
    (!scope.is_empty()).then_some(Granted { permission, scope })
}
