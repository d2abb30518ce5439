//! Answers to queries.

use std::sync::Arc;

use serde_json::Value;

use super::LocalHost;
use super::commands::no_server;
use super::history::History;
use super::summaries::run_summary;
use crate::event::{BodyRef, PluginName, StreamId};
use crate::orchestrator::api::{Answer, FacadeError, ProjectView, Query, RunSummary, Snapshot};
use crate::store::{Store, StoreError};

/// Runs in a snapshot.
const SNAPSHOT_RUNS: u32 = 50;
/// The most that one query for runs or events is answered with.
const PAGE_LIMIT: u32 = 10_000;

impl LocalHost {
    pub(super) async fn answer(&self, query: Query) -> Result<Answer, FacadeError> {
        self.look_at_files_for(&query).await;
        match query {
            Query::Snapshot => self.snapshot().await.map(|snapshot| Answer::Snapshot(Box::new(snapshot))),
            Query::Plugins => {
                Ok(Answer::Plugins(self.manager().all().iter().map(|record| self.plugin_summary(record)).collect()))
            }
            Query::Plugin { plugin } => {
                let record = self.manager().get(&plugin).ok_or_else(|| no_plugin(&plugin))?;
                self.plugin_detail(&record).await.map(|detail| Answer::Plugin(Box::new(detail)))
            }
            Query::Workflows => Ok(Answer::Workflows(self.workflows_where(|_| true))),
            Query::Agents => Ok(Answer::Agents(self.agents_where(|_| true))),
            Query::Routes => Ok(Answer::Routes(self.routes())),
            Query::RouteDocuments => Ok(Answer::RouteDocuments(self.route_documents().await)),
            Query::Hooks => Ok(Answer::Hooks(self.hook_summaries())),
            Query::Permissions => self.permissions_used(&self.manager().all()).await.map(Answer::Permissions),
            Query::PermissionsFile => Ok(Answer::PermissionsFile(Box::new(self.permissions_file_view()))),
            Query::Audit { plugin, limit } => {
                let limit = limit.min(PAGE_LIMIT) as usize;
                let entries = self.permissions().audit_log(plugin.clone(), limit).await;
                match plugin {
                    // One that is gone may still be in the log; any other is a slip of the pen.
                    Some(plugin) if entries.iter().all(|entry| entry.plugin.as_ref() != Some(&plugin)) => {
                        self.manager().get(&plugin).map(|_| Answer::Audit(entries)).ok_or_else(|| no_plugin(&plugin))
                    }
                    Some(_) | None => Ok(Answer::Audit(entries)),
                }
            }
            Query::Config { plugin } => self.config_view(&plugin).await.map(|view| Answer::Config(Box::new(view))),
            Query::CheckConfig { plugin, document } => {
                self.check_config(&plugin, document).await.map(Answer::ConfigProblems)
            }
            Query::ConfigVersion { plugin, id } => self.config_version(&plugin, id).await.map(Answer::ConfigDocument),
            Query::Settings => Ok(Answer::Settings(Box::new(self.settings_view()))),
            Query::Usage => Ok(Answer::Usage(self.usage().await)),
            Query::Runs(filter) => self.run_list(filter.limit).await.map(Answer::Runs),
            Query::Run { run } => {
                let history = self.history();
                let found = self.in_store(move |_| history.run(run)).await?;
                let summary = found.ok_or_else(|| {
                    FacadeError::missing(format!("there is no run #{run}")).remedy("see `orchestrator runs list`")
                })?;
                Ok(Answer::Run(Box::new(summary)))
            }
            Query::Events { stream, from_seq, limit } => {
                let limit = limit.min(PAGE_LIMIT) as usize;
                let history = self.history();
                self.in_store(move |_| history.events(stream, from_seq, limit)).await.map(Answer::Events)
            }
            Query::HostDeliveries { limit } => {
                let limit = limit.min(PAGE_LIMIT) as usize;
                self.in_store(move |store| store.host_deliveries(limit)).await.map(Answer::Events)
            }
            Query::Body { body } => self.body(body).await.map(Answer::Body),
            Query::Doctor => Ok(Answer::Doctor(self.diagnose().await)),
            Query::Server => Err(no_server()),
        }
    }

    async fn snapshot(&self) -> Result<Snapshot, FacadeError> {
        // Before the rest, so that what changes meanwhile is followed and not missed.
        let host_seq = self.bus().last_seq(StreamId::Host);
        let places = self.places();
        Ok(Snapshot {
            project: ProjectView {
                name: places.project_name(),
                dir: places.project_dir().to_owned(),
                is_project: places.is_project(),
            },
            plugins: self.manager().all().iter().map(|record| self.plugin_summary(record)).collect(),
            workflows: self.workflows_where(|_| true),
            agents: self.agents_where(|_| true),
            runs: self.run_list(SNAPSHOT_RUNS).await?,
            host_seq,
        })
    }

    async fn run_list(&self, limit: u32) -> Result<Vec<RunSummary>, FacadeError> {
        let limit = limit.min(PAGE_LIMIT) as usize;
        let rows = self.in_store(move |store| store.runs(limit)).await?;
        Ok(rows.into_iter().map(run_summary).collect())
    }

    /// JSON where the whole was kept, text where less was.
    async fn body(&self, body: BodyRef) -> Result<Value, FacadeError> {
        let truncated = body.truncated;
        // First what is on its way there: when it is no longer, it has arrived.
        let bytes = match self.bus().waiting_body(&body.hash) {
            Some(bytes) => bytes.to_vec(),
            None => {
                let kept = self.in_store(move |store| store.body(&body)).await?;
                kept.ok_or_else(|| FacadeError::missing("that payload is not in the history"))?
            }
        };
        let whole = if truncated { None } else { serde_json::from_slice(&bytes).ok() };
        Ok(whole.unwrap_or_else(|| Value::String(String::from_utf8_lossy(&bytes).into_owned())))
    }

    /// Reads the history where waiting for the disk is fine.
    fn history(&self) -> History {
        History { bus: self.bus().clone(), store: Arc::clone(self.store()) }
    }

    pub(super) async fn in_store<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, FacadeError> {
        let store = Arc::clone(self.store());
        match tokio::task::spawn_blocking(move || read(&store)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(FacadeError::failed(error.to_string())),
            Err(error) => Err(FacadeError::failed(format!("reading the history failed: {error}"))),
        }
    }
}

pub(super) fn no_plugin(plugin: &PluginName) -> FacadeError {
    FacadeError::missing(format!("there is no plugin `{plugin}`")).remedy("see `orchestrator plugin list`")
}
