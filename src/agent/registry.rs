//! Who is registered.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use orchestrator_protocol::CallError;
use orchestrator_protocol::session::AgentInfo;
use orchestrator_protocol::target::PluginTarget;
use serde_json::Value;

use super::builtin::BuiltinAgent;
use super::code::{CodeCall, PluginCode, StreamCall};
use super::names::{Conflict, Named, Names};
use crate::event::PluginName;
use crate::permission::{ExecuteAgent, Permit};
use crate::runtime::CallScope;

/// A registered agent.
pub type RegisteredAgent = Named<AgentEntry>;

/// What an agent is and where its work is done.
pub struct AgentEntry {
    /// What it is for, in a few words.
    pub role: String,
    /// What does the work, in words.
    pub provider: String,
    /// The longest that one run may take; the setting applies without it.
    pub timeout: Option<Duration>,
    code: AgentCode,
}

enum AgentCode {
    Builtin(Arc<dyn BuiltinAgent>),
    Plugin(Arc<dyn PluginCode>),
}

/// On whose behalf an agent is set to work.
pub(super) enum Asker {
    /// The host's own code, or a person.
    Host,
    Plugin(Permit<ExecuteAgent>),
}

/// The host's own agents and those of the live plugins.
pub struct AgentRegistry {
    names: Names<AgentEntry>,
}

impl AgentRegistry {
    pub fn new(builtins: Vec<Arc<dyn BuiltinAgent>>) -> Self {
        let names = Names::new();
        names.add(None, builtins.into_iter().map(builtin_entry));
        AgentRegistry { names }
    }

    /// Adds a plugin's agents. Returns those whose names were held already, which are not added.
    pub fn add(&self, plugin: &PluginName, agents: Vec<AgentInfo>, code: &Arc<dyn PluginCode>) -> Vec<Conflict> {
        let entry = |info: AgentInfo| {
            let entry = AgentEntry {
                role: info.role,
                provider: info.provider,
                timeout: info.timeout_ms.map(Duration::from_millis),
                code: AgentCode::Plugin(code.clone()),
            };
            (info.name, entry)
        };
        self.names.add(Some(plugin), agents.into_iter().map(entry))
    }

    /// Removes a plugin's agents; runs of theirs that go on are not touched.
    pub fn remove(&self, plugin: &PluginName) {
        self.names.remove(plugin);
    }

    pub fn get(&self, name: &str) -> Option<Arc<RegisteredAgent>> {
        self.names.get(name)
    }

    /// What to do about a name that is not there.
    pub fn remedy(&self, unknown: &str) -> String {
        self.names.remedy(unknown)
    }

    /// All of them, by name.
    pub fn list(&self) -> Vec<Arc<RegisteredAgent>> {
        self.names.list()
    }
}

impl AgentEntry {
    /// Sets the agent to work.
    pub(super) fn open(
        &self,
        name: &str,
        request: Value,
        scope: CallScope,
        _asker: &Asker,
    ) -> Result<Box<dyn CodeCall>, CallError> {
        match &self.code {
            AgentCode::Builtin(agent) => {
                let pieces = agent.run(request).map(|piece| piece.map(Value::String).map_err(CallError::failed));
                Ok(Box::new(StreamCall::new(pieces.boxed())))
            }
            AgentCode::Plugin(code) => {
                let target = PluginTarget::Agent { name: name.to_owned(), request };
                code.call(target, scope)
            }
        }
    }
}

fn builtin_entry(agent: Arc<dyn BuiltinAgent>) -> (String, AgentEntry) {
    let entry = AgentEntry {
        role: agent.role().to_owned(),
        provider: agent.provider().to_owned(),
        timeout: None,
        code: AgentCode::Builtin(agent.clone()),
    };
    (agent.name().to_owned(), entry)
}
