//! Hooks.

use std::sync::Arc;
use std::time::Duration;

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::session::OnFailure;
use serde_json::Value;

use crate::PluginError;

/// What a handler answers; an error is a failure, not a denial.
pub type HookResult = Result<HookChange, PluginError>;

pub(crate) type Handler = Arc<dyn Fn(HookArgs) -> HookResult + Send + Sync>;

/// A handler's answer.
#[derive(Debug, Clone, PartialEq)]
pub enum HookChange {
    /// The payload stays as it is.
    Unchanged,
    /// This replaces the payload's last part: the context before a workflow, the result after it, an agent's request
    /// or its output (a text), an API request or its response.
    Replace(Value),
    /// In `pre_agent_execution` alone: the agent is not run, and this is its output.
    Supply(String),
    /// What was about to happen must not, and why.
    Deny(String),
}

/// A delivery's payload, by position.
#[derive(Debug, Clone, PartialEq)]
pub struct HookArgs(pub Vec<Value>);

impl HookArgs {
    /// The first part, which is the run's context for the hooks of workflows and agents.
    pub fn context(&self) -> &Value {
        self.0.first().unwrap_or(&Value::Null)
    }

    /// The part that [`HookChange::Replace`] replaces.
    pub fn into_last(mut self) -> Value {
        self.0.pop().unwrap_or(Value::Null)
    }
}

/// Collects a plugin's hook handlers.
#[derive(Default)]
pub struct HookManager {
    pub(crate) registrations: Vec<HookRegistration>,
}

impl HookManager {
    /// Adds a handler. `name` is what the trace shows. Handlers run on a thread of the host's, synchronously: keep
    /// them short, and call nothing of the host's from them. One that takes longer than its timeout can't be
    /// interrupted: in a child it costs the plugin its process, in the host's process the plugin is quarantined.
    ///
    /// ```
    /// use orchestrator_sdk::prelude::*;
    ///
    /// /// Answers the simplest task without running an agent.
    /// fn stand_in(hooks: &mut HookManager) {
    ///     hooks
    ///         .register(HookName::PreAgentExecution, "answer_pings", |args| match args.into_last()["task"].as_str() {
    ///             Some("ping") => Ok(HookChange::Supply("pong\n".into())),
    ///             Some("") => Ok(HookChange::Deny("there is nothing to do".into())),
    ///             _ => Ok(HookChange::Unchanged),
    ///         })
    ///         .priority(10);
    /// }
    /// ```
    pub fn register(
        &mut self,
        hook: HookName,
        name: impl Into<String>,
        handler: impl Fn(HookArgs) -> HookResult + Send + Sync + 'static,
    ) -> &mut HookRegistration {
        self.registrations.push(HookRegistration {
            hook,
            name: name.into(),
            priority: 0,
            timeout: None,
            on_failure: OnFailure::Continue,
            handler: Arc::new(handler),
        });
        let last = self.registrations.len() - 1;
        &mut self.registrations[last]
    }
}

/// One handler, with what may be set about it.
pub struct HookRegistration {
    pub(crate) hook: HookName,
    pub(crate) name: String,
    pub(crate) priority: i32,
    pub(crate) timeout: Option<Duration>,
    pub(crate) on_failure: OnFailure,
    pub(crate) handler: Handler,
}

impl HookRegistration {
    /// Higher runs first (last, in `post_*`); 0 unless set.
    pub fn priority(&mut self, priority: i32) -> &mut Self {
        self.priority = priority;
        self
    }

    /// 5 seconds unless set.
    pub fn timeout(&mut self, timeout: Duration) -> &mut Self {
        self.timeout = Some(timeout);
        self
    }

    /// `Continue` unless set.
    pub fn on_failure(&mut self, policy: OnFailure) -> &mut Self {
        self.on_failure = policy;
        self
    }
}
