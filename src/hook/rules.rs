//! What each hook is: what its handlers may do, and what they need for it.

use orchestrator_protocol::hook::HookName;
use serde_json::Value;

/// What a handler may do beside looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Powers {
    /// Replace the payload's last part.
    pub change: bool,
    /// Keep from happening what the hook announces.
    pub deny: bool,
    /// Give the output of what would have been run.
    pub supply: bool,
}

const OBSERVE: Powers = Powers { change: false, deny: false, supply: false };

/// The powers of a hook's handlers.
pub(super) fn powers(hook: HookName) -> Powers {
    match hook {
        HookName::PreWorkflowExecution | HookName::PreApiRequest | HookName::PostApiRequest => {
            Powers { change: true, deny: true, ..OBSERVE }
        }
        HookName::PreAgentExecution => Powers { change: true, deny: true, supply: true },
        HookName::PostWorkflowExecution | HookName::PostAgentExecution => Powers { change: true, ..OBSERVE },
        HookName::PluginLoad | HookName::ConfigChange => Powers { deny: true, ..OBSERVE },
        HookName::RunEvent | HookName::RunEnd => OBSERVE,
    }
}

/// What decides whether a handler is called, and whether its answer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// `read_workflow` to be called, `write_workflow` for its answer to count.
    Workflow,
    /// `access_api` for both.
    Api,
    /// A plugin's own handlers observe; those of others need the operator's appointment.
    Appointment,
}

/// What the hook's handlers need.
pub fn needs(hook: HookName) -> Needs {
    match hook {
        HookName::PreWorkflowExecution
        | HookName::PostWorkflowExecution
        | HookName::PreAgentExecution
        | HookName::PostAgentExecution
        | HookName::RunEvent
        | HookName::RunEnd => Needs::Workflow,
        HookName::PreApiRequest | HookName::PostApiRequest => Needs::Api,
        HookName::PluginLoad | HookName::ConfigChange => Needs::Appointment,
    }
}

/// What the payload's last part may become; the error says what it must be.
pub(super) fn check_part(hook: HookName, before: Option<&Value>, value: &Value) -> Result<(), &'static str> {
    let is_streamed = || before.is_some_and(|before| before["streamed"] == Value::Bool(true));
    match hook {
        HookName::PostApiRequest if value["body"] != Value::Null && is_streamed() => {
            Err("a response whose `body` is null: it is streamed, and nobody has its body yet")
        }
        HookName::PostAgentExecution if !value.is_string() => Err("text"),
        HookName::PostAgentExecution => Ok(()),
        HookName::PreWorkflowExecution
        | HookName::PostWorkflowExecution
        | HookName::PreAgentExecution
        | HookName::PreApiRequest
        | HookName::PostApiRequest
        | HookName::PluginLoad
        | HookName::ConfigChange
        | HookName::RunEvent
        | HookName::RunEnd => value.is_object().then_some(()).ok_or("an object"),
    }
}
