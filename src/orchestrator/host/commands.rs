//! Doing what commands say.

use std::time::Duration;

use super::LocalHost;
use super::missing::Part;
use super::queries::no_plugin;
use crate::event::PluginName;
use crate::hook::HandlerRef;
use crate::orchestrator::api::{Command, Done, FacadeError, GrantForRun, StartRun};
use crate::permission::RunGrant;
use crate::plugin::manager::{ManagerError, Status};
use crate::workflow::{StartAgent, StartWorkflow};

impl LocalHost {
    pub(super) async fn act(&self, command: Command) -> Result<Done, FacadeError> {
        match command {
            Command::StartRun(start) => self.start_run(start).await,
            Command::StartAgent { agent, task, context, more, grants, timeout_ms, install } => {
                let timeout = timeout_ms.map(Duration::from_millis);
                let grants = self.run_grants(grants)?;
                if install {
                    self.install_provider(Part::Agent, &agent).await?;
                }
                let begin = self.widen(&grants).await?;
                let start = StartAgent { agent: agent.clone(), task, context, more: *more, grants, timeout };
                let started = self.engine().start_agent(start, begin).await;
                let run = started.map_err(|error| self.not_started(Part::Agent, &agent, error))?;
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
            Command::ApprovePlugin { plugin, seen } => self.approve(&plugin, seen).await,
            Command::TrustPlugin { plugin, seen } => self.trust(&plugin, seen).await,
            Command::DistrustPlugin { plugin } => self.distrust(&plugin).await,
            Command::InstallPlugin { plugin, source_distributions } => {
                told(&plugin, self.manager().install_plugin(&plugin, source_distributions).await)
            }
            Command::AnswerPermission { plugin, permission, scope, answer } => {
                self.answer_permission(&plugin, permission, &scope, answer).await
            }
            Command::ResetPermission { plugin, permission } => self.reset_permission(&plugin, permission).await,
            Command::SetPolicy { plugin, policy } => self.set_policy(&plugin, policy).await,
            Command::RevokePermission { plugin, permission } => self.revoke(&plugin, permission).await,
            Command::ForgetAnswers { plugin, permission, scope, with_runs } => {
                self.forget_answers(&plugin, permission, &scope, with_runs).await
            }
            Command::CallRoute(call) => Ok(Done::Answered(Box::new(self.call_route(call).await?))),
            Command::SetHandler { plugin, hook, handler, enabled, lasting } => {
                self.set_handler(HandlerRef { plugin, hook, handler }, enabled, lasting).await
            }
            Command::SaveConfig(change) => self.save_config(change).await,
            Command::RestoreConfig { plugin, id, by } => self.restore_config(&plugin, id, &by).await,
            Command::AcceptPermissionsFile { seen } => self.accept_permissions_file(seen).await,
            Command::StartServer { .. } | Command::StopServer => Err(no_server()),
        }
    }

    async fn start_run(&self, start: StartRun) -> Result<Done, FacadeError> {
        let install = start.install;
        let start = StartWorkflow {
            workflow: start.workflow_type,
            requirements: start.requirements,
            config: start.config,
            grants: self.run_grants(start.grants)?,
            timeout: start.timeout_ms.map(Duration::from_millis),
            without_handlers: self.known_handlers(start.without_handlers)?,
        };
        let name = start.workflow.clone();
        if install {
            self.install_provider(Part::Workflow, &name).await?;
        }
        self.check_paths(&name, &start.config, &start.grants)?;
        let begin = self.widen(&start.grants).await?;
        let started = self.engine().start(start, begin).await;
        let run = started.map_err(|error| self.not_started(Part::Workflow, &name, error))?;
        Ok(Done::RunStarted { run })
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

/// A server is a face of its own, which stands before the host.
pub(super) fn no_server() -> FacadeError {
    FacadeError::usage("there is no server here").remedy("`orchestrator serve` starts one, and so does the workbench")
}

/// How a plugin stands after it was loaded or unloaded; a state that can't be used is a failure.
pub(super) fn told(plugin: &PluginName, done: Result<Status, ManagerError>) -> Result<Done, FacadeError> {
    let status = done.map_err(|error| match error {
        ManagerError::Unknown(_) => no_plugin(plugin),
        ManagerError::Busy(_) | ManagerError::NothingToInstall(_) => FacadeError::failed(error.to_string()),
    })?;
    let reason = status.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    let message = format!("{plugin} {}{reason}", status.state.as_predicate());
    match status.remedy {
        Some(remedy) if !status.state.is_usable() => Err(FacadeError::failed(message).remedy(remedy)),
        _ => Ok(Done::Ok { message }),
    }
}
