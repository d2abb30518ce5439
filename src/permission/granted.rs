//! What a plugin is told of its grants.

use orchestrator_protocol::permission::Granted;

use super::Request;
use super::decide::{Question, Verdict, decide};
use super::state::State;
use crate::event::{PluginName, StreamId};

/// What of its requests is granted to the plugin now, outside any run. A scope of which some names are granted is told
/// with those.
pub(super) fn granted(state: &State, plugin: &PluginName) -> Vec<Granted> {
    let requests = state.subjects.get(plugin).map(|subject| subject.requests.as_slice()).unwrap_or_default();
    requests.iter().filter_map(|request| granted_of(state, plugin, request)).collect()
}

fn granted_of(state: &State, plugin: &PluginName, request: &Request) -> Option<Granted> {
    let permission = request.permission;
    let holds = |scope: Option<&str>| {
        let question = Question { plugin, permission, scope, stream: StreamId::Host, held: None };
        matches!(decide(state, question), Verdict::Granted { .. })
    };
    if request.scope.is_empty() {
        return holds(None).then(|| Granted { permission, scope: Vec::new() });
    }
    let scope: Vec<String> = request.scope.iter().filter(|name| holds(Some(name))).cloned().collect();
    (!scope.is_empty()).then_some(Granted { permission, scope })
}
