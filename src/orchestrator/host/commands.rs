//! Doing what commands say.

use std::time::Duration;

use super::LocalHost;
use super::queries::no_plugin;
use crate::event::{PluginName, PluginState};
use crate::orchestrator::api::{Command, Done, FacadeError, GrantForRun, StartRun};
use crate::permission::RunGrant;
use crate::plugin::manager::{ManagerError, Status};
use crate::workflow::{StartAgent, StartError, StartWorkflow};

impl LocalHost {
    pub(super) async fn act(&self, command: Command) -> Result<Done, FacadeError> {
        match command {
            Command::StartRun(start) => self.start_run(start).await,
            Command::StartAgent { agent, task, context, grants, timeout_ms } => {
                let timeout = timeout_ms.map(Duration::from_millis);
                let grants = self.run_grants(grants)?;
                let start = StartAgent { agent, task, context, grants, timeout };
                let run = self.engine().start_agent(start).await.map_err(not_started)?;
                Ok(Done::RunStarted { run })
            }
            Command::CancelRun { run, by } => match self.engine().cancel(run, &by) {
                true => Ok(Done::Ok { message: format!("run #{run} is being cancelled") }),
                false => Err(FacadeError::usage(format!("run #{run} is not live in this process"))
                    .remedy("a run is cancelled where it was started; `orchestrator runs list` shows how it stands")),
            },
            Command::LoadPlugin { plugin } => told(&plugin, self.manager().load_plugin(&plugin).await),
            Command::UnloadPlugin { plugin } => told(&plugin, self.manager().unload_plugin(&plugin).await),
            Command::ReloadPlugin { plugin } => told(&plugin, self.manager().reload_plugin(&plugin).await),
            Command::TrustPlugin { plugin } => self.trust(&plugin).await,
            Command::RevokePermission { plugin, permission } => self.revoke(&plugin, permission).await,
            Command::AcceptPermissionsFile => self.accept_permissions_file().await,
        }
    }

    async fn start_run(&self, start: StartRun) -> Result<Done, FacadeError> {
        let start = StartWorkflow {
            workflow: start.workflow_type,
            requirements: start.requirements,
            config: start.config,
            grants: self.run_grants(start.grants)?,
            timeout: start.timeout_ms.map(Duration::from_millis),
            parent_run: None,
        };
        let name = start.workflow.clone();
        let run = self.engine().start(start).await.map_err(|error| match error {
            StartError::Unknown { .. } => self.held_back(&name).unwrap_or_else(|| not_started(error)),
            StartError::TooMany(_) | StartError::Failed(_) => not_started(error),
        })?;
        Ok(Done::RunStarted { run })
    }

    /// A workflow that is not there may be that of a plugin that is not loaded: then that is the thing to say.
    fn held_back(&self, workflow: &str) -> Option<FacadeError> {
        let record = self.manager().all().into_iter().find(|record| {
            let provides = record.plugin.found.as_ref().ok().map(|found| &found.manifest.provides);
            record.live.is_none() && provides.is_some_and(|p| p.workflows.iter().any(|one| one.name == workflow))
        })?;
        let Status { state, reason, remedy } = record.status;
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let message = format!(
            "the workflow `{workflow}` is the plugin {}'s, which is {}{reason}",
            record.plugin.name,
            state.as_str()
        );
        let error = match state {
            PluginState::NeedsApproval => FacadeError::denied(message),
            _ => FacadeError::failed(message),
        };
        Some(FacadeError { remedy, ..error })
    }

    /// A grant to a plugin that is not there is a slip of the pen, not one without effect.
    fn run_grants(&self, grants: Vec<GrantForRun>) -> Result<Vec<RunGrant>, FacadeError> {
        let known = |GrantForRun { plugin, permission, scope }: GrantForRun| match self.manager().get(&plugin) {
            Some(_) => Ok(RunGrant { plugin, permission, scope }),
            None => Err(no_plugin(&plugin)),
        };
        grants.into_iter().map(known).collect()
    }
}

fn not_started(error: StartError) -> FacadeError {
    match error {
        StartError::Unknown { ref remedy, .. } => {
            let remedy = remedy.clone();
            FacadeError::usage(error.to_string()).remedy(remedy)
        }
        StartError::TooMany(_) | StartError::Failed(_) => FacadeError::failed(error.to_string()),
    }
}

/// How a plugin stands after it was loaded or unloaded; a state that can't be used is a failure.
fn told(plugin: &PluginName, done: Result<Status, ManagerError>) -> Result<Done, FacadeError> {
    let status = done.map_err(|error| match error {
        ManagerError::Unknown(_) => no_plugin(plugin),
        ManagerError::Busy(_) => FacadeError::failed(error.to_string()),
    })?;
    let reason = status.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    let message = format!("{plugin} is {}{reason}", status.state.as_str());
    match status.remedy {
        Some(remedy) if !status.state.is_usable() => Err(FacadeError::failed(message).remedy(remedy)),
        _ => Ok(Done::Ok { message }),
    }
}
