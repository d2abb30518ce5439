//! Agents and workflows that are not there, although a plugin that is not loaded has them.

use super::LocalHost;
use super::commands::told;
use crate::event::PluginState;
use crate::orchestrator::api::FacadeError;
use crate::plugin::manager::{Record, Status};
use crate::plugin::manifest::Runtime;
use crate::workflow::StartError;

/// What is asked for by its name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Agent,
    Workflow,
}

impl LocalHost {
    /// Installs what the plugin needs that provides it, if that is all that keeps it from being there.
    pub(super) async fn install_provider(&self, part: Part, name: &str) -> Result<(), FacadeError> {
        let is_there = match part {
            Part::Agent => self.agents().get(name).is_some(),
            Part::Workflow => self.workflows().get(name).is_some(),
        };
        if is_there {
            return Ok(());
        }
        let Some(record) = self.provider(part, name) else { return Ok(()) };
        let is_python = record.plugin.found.is_ok_and(|found| found.manifest.runtime == Runtime::Python);
        if !is_python || record.status.state != PluginState::NeedsInstall {
            return Ok(());
        }
        let plugin = record.plugin.name;
        told(&plugin, self.manager().install_plugin(&plugin, false).await).map(drop)
    }

    /// Why nothing was started. What is not there may be that of a plugin that is not loaded: then that is the thing to
    /// say.
    pub(super) fn not_started(&self, part: Part, name: &str, error: StartError) -> FacadeError {
        match error {
            StartError::Unknown { ref remedy, .. } => match self.provider(part, name) {
                Some(record) => held_back(part, name, record),
                None => FacadeError::missing(error.to_string()).remedy(remedy.clone()),
            },
            StartError::TooMany(_) | StartError::TooManyNested(_) | StartError::Failed(_) => {
                FacadeError::failed(error.to_string())
            }
        }
    }

    /// The plugin that is not loaded and whose manifest names the part.
    fn provider(&self, part: Part, name: &str) -> Option<Record> {
        self.manager().all().into_iter().find(|record| {
            let provides = record.plugin.found.as_ref().ok().map(|found| &found.manifest.provides);
            let parts = provides.map(|provides| match part {
                Part::Agent => &provides.agents,
                Part::Workflow => &provides.workflows,
            });
            record.live.is_none() && parts.is_some_and(|parts| parts.iter().any(|one| one.name == name))
        })
    }
}

fn held_back(part: Part, name: &str, record: Record) -> FacadeError {
    let Status { state, reason, remedy } = record.status;
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    let what = match part {
        Part::Agent => "agent",
        Part::Workflow => "workflow",
    };
    let message =
        format!("the {what} `{name}` is the plugin {}'s, which {}{reason}", record.plugin.name, state.as_predicate());
    let error = match state {
        PluginState::NeedsApproval => FacadeError::denied(message),
        PluginState::Discovered
        | PluginState::NeedsInstall
        | PluginState::Building
        | PluginState::Loading
        | PluginState::Active
        | PluginState::Degraded
        | PluginState::Disabled
        | PluginState::Broken
        | PluginState::Crashed
        | PluginState::Quarantined
        | PluginState::Stopped => FacadeError::failed(message),
    };
    FacadeError { remedy, ..error }
}
