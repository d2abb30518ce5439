//! `pre_agent_execution` and `post_agent_execution`: the context with the agent's name, and the request or the output.

use serde_json::Value;

use crate::event::PluginName;

/// The run's context, with the agent that is about to run, or did, and who asked for it: a plugin, or nobody's for the
/// host's own.
fn within(mut context: Value, agent: &str, caller: Option<&PluginName>) -> Value {
    if let Value::Object(fields) = &mut context {
        fields.insert("agent".to_owned(), agent.into());
        fields.insert("caller".to_owned(), caller.map_or(Value::Null, |caller| caller.as_str().into()));
    }
    context
}

pub(in crate::workflow) fn before(
    context: Value,
    agent: &str,
    caller: Option<&PluginName>,
    request: Value,
) -> Vec<Value> {
    vec![within(context, agent, caller), request]
}

/// `output` is the agent's whole text, as far as the host keeps it.
pub(in crate::workflow) fn after(
    context: Value,
    agent: &str,
    caller: Option<&PluginName>,
    output: String,
) -> Vec<Value> {
    vec![within(context, agent, caller), Value::String(output)]
}
