//! The hooks around an agent run.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use orchestrator_protocol::CallError;
use orchestrator_protocol::hook::HookName;
use serde_json::Value;

use super::engine::Engine;
use super::hooks::{Left, Within};
use super::live::LiveRun;
use super::payload::agent as payload;
use crate::agent::{AgentScope, Around, Before, Halt};
use crate::event::{PluginName, SpanId};

/// Hands an agent run to `pre_agent_execution` and `post_agent_execution`.
pub(super) struct AgentHooks {
    pub engine: Arc<Engine>,
    pub live: Arc<LiveRun>,
    pub agent: String,
    /// The plugin that asked for the agent; absent for the host's own.
    pub caller: Option<PluginName>,
    /// Stops the agent run, and with it the hooks.
    pub halt: Halt,
    pub depth: u32,
}

impl AgentHooks {
    pub fn new(engine: &Arc<Engine>, live: &Arc<LiveRun>, agent: &str, scope: &AgentScope) -> Self {
        let (caller, halt, depth) = (scope.caller.clone(), scope.halt.clone(), scope.depth);
        AgentHooks { engine: engine.clone(), live: live.clone(), agent: agent.to_owned(), caller, halt, depth }
    }

    async fn deliver(&self, hook: HookName, span: SpanId, args: Vec<Value>) -> Result<Left, CallError> {
        let within = Within { parent: Some(span), halt: &self.halt, depth: self.depth };
        Ok(self.engine.deliver(&self.live, hook, args, within).await?)
    }

    async fn before_it(&self, span: SpanId, request: Value) -> Result<Before, CallError> {
        let hook = HookName::PreAgentExecution;
        if !self.engine.parts.hooks.is_handled(hook) {
            return Ok(Before::Run(request));
        }
        let args = payload::before(self.live.context(), &self.agent, self.caller.as_ref(), request);
        Ok(match self.deliver(hook, span, args).await? {
            Left::Parts(mut parts) => Before::Run(parts.pop().unwrap_or_default()),
            Left::Supplied(supplied) => {
                let by = format!("`{}` of plugin `{}`", supplied.handler, supplied.plugin);
                Before::Supplied { output: supplied.output, by }
            }
        })
    }

    async fn after_it(&self, span: SpanId, text: String) -> Result<String, CallError> {
        let hook = HookName::PostAgentExecution;
        if !self.engine.parts.hooks.is_handled(hook) {
            return Ok(text);
        }
        let args = payload::after(self.live.context(), &self.agent, self.caller.as_ref(), text);
        match self.deliver(hook, span, args).await? {
            Left::Parts(mut parts) => match parts.pop() {
                Some(Value::String(text)) => Ok(text),
                // The chain takes nothing but text for this hook.
                _ => Err(CallError::failed(format!("the hook {hook} left no text"))),
            },
            Left::Supplied(_) => Err(CallError::failed(format!("the hook {hook} can't supply an output"))),
        }
    }
}

impl Around for AgentHooks {
    fn before(&self, span: SpanId, request: Value) -> BoxFuture<'_, Before> {
        async move { self.before_it(span, request).await.unwrap_or_else(Before::Refused) }.boxed()
    }

    fn after(&self, span: SpanId, text: String) -> BoxFuture<'_, Result<String, CallError>> {
        self.after_it(span, text).boxed()
    }
}
