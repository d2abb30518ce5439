//! Who is registered.

use std::sync::Arc;

use orchestrator_protocol::CallError;
use orchestrator_protocol::session::WorkflowInfo;
use orchestrator_protocol::target::PluginTarget;
use serde_json::Value;

use super::builtin::{BuiltinWorkflow, WorkflowRequest};
use super::nested::AgentCaller;
use crate::agent::code::{CodeCall, PluginCode, StreamCall};
use crate::agent::{Conflict, Named, Names, Stop};
use crate::event::{ContentHash, PluginName, RunId, StreamId};
use crate::permission::{Ask, Denial, Permissions, Permit, WriteWorkflow};
use crate::runtime::CallScope;

/// A registered workflow.
pub type RegisteredWorkflow = Named<WorkflowEntry>;

/// What a workflow is and where its code runs.
pub struct WorkflowEntry {
    pub description: String,
    /// The agents that it says it runs.
    pub agents: Vec<String>,
    /// A JSON Schema of its config.
    pub config_schema: Option<Value>,
    /// Of its plugin's files.
    pub content_hash: Option<ContentHash>,
    code: WorkflowCode,
}

enum WorkflowCode {
    Builtin(Arc<dyn BuiltinWorkflow>),
    Plugin { plugin: PluginName, code: Arc<dyn PluginCode> },
}

/// The host's own workflows and those of the live plugins.
pub struct WorkflowRegistry {
    names: Names<WorkflowEntry>,
}

impl WorkflowRegistry {
    pub fn new(builtins: Vec<Arc<dyn BuiltinWorkflow>>) -> Self {
        let names = Names::new();
        names.add(None, builtins.into_iter().map(builtin_entry));
        WorkflowRegistry { names }
    }

    /// Adds a plugin's workflows. Returns those whose names were held already, which are not added.
    pub fn add(
        &self,
        plugin: &PluginName,
        content_hash: Option<&ContentHash>,
        workflows: Vec<WorkflowInfo>,
        code: &Arc<dyn PluginCode>,
    ) -> Vec<Conflict> {
        let entry = |info: WorkflowInfo| {
            let entry = WorkflowEntry {
                description: info.description,
                agents: info.agents,
                config_schema: info.config_schema,
                content_hash: content_hash.cloned(),
                code: WorkflowCode::Plugin { plugin: plugin.clone(), code: code.clone() },
            };
            (info.name, entry)
        };
        self.names.add(Some(plugin), workflows.into_iter().map(entry))
    }

    /// Removes a plugin's workflows; runs of theirs that go on are not touched.
    pub fn remove(&self, plugin: &PluginName) {
        self.names.remove(plugin);
    }

    pub fn get(&self, name: &str) -> Option<Arc<RegisteredWorkflow>> {
        self.names.get(name)
    }

    /// All of them, by name.
    pub fn list(&self) -> Vec<Arc<RegisteredWorkflow>> {
        self.names.list()
    }

    /// What to do about a name that is not there.
    pub fn remedy(&self, unknown: &str) -> String {
        self.names.remedy(unknown)
    }
}

impl WorkflowEntry {
    /// Asks whether the workflow may be launched. The host's own always may.
    pub(super) async fn launch(&self, permissions: &Permissions, run: RunId) -> Result<Launch, Denial> {
        match &self.code {
            WorkflowCode::Builtin(workflow) => Ok(Launch::Builtin(workflow.clone())),
            WorkflowCode::Plugin { plugin, code } => {
                let (plugin, stream) = (plugin.clone(), StreamId::Run(run));
                let permit = permissions.authorize(Ask { plugin, scope: None, stream, span: None }).await?;
                Ok(Launch::Plugin { code: code.clone(), permit })
            }
        }
    }
}

/// A workflow that may be launched.
pub(super) enum Launch {
    Builtin(Arc<dyn BuiltinWorkflow>),
    Plugin { code: Arc<dyn PluginCode>, permit: Permit<WriteWorkflow> },
}

impl Launch {
    /// Starts the workflow's code. The host's own runs its agents through `agents`.
    pub fn open(
        &self,
        name: &str,
        request: WorkflowRequest,
        scope: CallScope,
        agents: AgentCaller,
    ) -> Result<Box<dyn CodeCall>, CallError> {
        match self {
            Launch::Builtin(workflow) => Ok(Box::new(StreamCall::new(workflow.execute(request, agents)))),
            Launch::Plugin { code, .. } => {
                let WorkflowRequest { requirements, config, context } = request;
                let config = Value::Object(config);
                let target = PluginTarget::Workflow { name: name.to_owned(), requirements, config, context };
                code.call(target, scope)
            }
        }
    }

    /// Waits until the workflow may not be launched any more.
    pub async fn revoked(&self, permissions: &Permissions) -> Stop {
        match self {
            Launch::Builtin(_) => std::future::pending().await,
            Launch::Plugin { permit, .. } => Stop::Denied(permissions.revoked(permit).await.to_string()),
        }
    }
}

fn builtin_entry(workflow: Arc<dyn BuiltinWorkflow>) -> (String, WorkflowEntry) {
    let entry = WorkflowEntry {
        description: workflow.description().to_owned(),
        agents: workflow.agents(),
        config_schema: workflow.config_schema(),
        content_hash: None,
        code: WorkflowCode::Builtin(workflow.clone()),
    };
    (workflow.name().to_owned(), entry)
}
