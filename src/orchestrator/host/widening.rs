//! Runs that need to read more than their plugin may: what they name as a path, and what is granted for them alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt;
use orchestrator_protocol::permission::Permission;
use serde_json::{Map, Value};

use super::LocalHost;
use crate::event::{PluginName, RunId, StreamId};
use crate::orchestrator::api::{FacadeError, GrantForRun};
use crate::permission::{Ask, ReadFiles, RunGrant, run_flag};
use crate::plugin::manager::{Record, resolve};
use crate::runtime::LivePlugin;
use crate::sandbox::Level;
use crate::workflow::{Begin, Begun};

/// A path that a workflow takes, and that its plugin may not read.
struct Outside {
    property: String,
    path: PathBuf,
}

impl LocalHost {
    /// Fails if the workflow's config names a path that its plugin may not read and that is not granted for the run.
    pub(super) fn check_paths(
        &self,
        workflow: &str,
        config: &Map<String, Value>,
        grants: &[RunGrant],
    ) -> Result<(), FacadeError> {
        let Some(workflow) = self.workflows().get(workflow) else { return Ok(()) };
        let (Some(plugin), Some(schema)) = (&workflow.plugin, &workflow.value.config_schema) else { return Ok(()) };
        let Some(record) = self.manager().get(plugin) else { return Ok(()) };
        let granted = self.granted_for_run(plugin, grants);
        let outside: Vec<Outside> = self
            .paths_of(schema, config)
            .filter(|input| !may_read(&record, &input.path) && !granted.iter().any(|dir| input.path.starts_with(dir)))
            .collect();
        if outside.is_empty() {
            return Ok(());
        }
        let named: Vec<String> =
            outside.iter().map(|input| format!("`{}` is {}", input.property, input.path.display())).collect();
        let grants = outside.into_iter().map(|input| GrantForRun {
            plugin: plugin.clone(),
            permission: Permission::ReadFiles,
            scope: Some(input.path.to_string_lossy().into_owned()),
        });
        let grants: Vec<GrantForRun> = grants.collect();
        let flag = |grant: &GrantForRun| run_flag(&grant.plugin, grant.permission, grant.scope.as_deref());
        let flags: Vec<String> = grants.iter().map(flag).collect();
        let message = format!("{}, which the plugin {plugin} may not read", named.join(" and "));
        let remedy = format!("to let it for this run: {}", flags.join(" "));
        Err(FacadeError { needs: grants, ..FacadeError::denied(message).remedy(remedy) })
    }

    /// What is to happen when the run has its number, if it needs processes of its own.
    pub(super) async fn widen(&self, grants: &[RunGrant]) -> Result<Option<Begin>, FacadeError> {
        let mut plugins: Vec<PluginName> = grants.iter().map(|grant| grant.plugin.clone()).collect();
        plugins.sort_unstable();
        plugins.dedup();
        let mut live = Vec::new();
        let mut paths: Vec<(PluginName, String)> = Vec::new();
        for plugin in plugins {
            let Some(record) = self.manager().get(&plugin) else { continue };
            let more: Vec<PathBuf> =
                self.granted_for_run(&plugin, grants).into_iter().filter(|path| !may_read(&record, path)).collect();
            if more.is_empty() {
                continue;
            }
            let started = self.manager().start_beside(&plugin, &more).await.map_err(|status| {
                let reason = status.reason.unwrap_or_else(|| status.state.as_str().to_owned());
                FacadeError::failed(format!("{plugin} could not be started for this run: {reason}"))
            })?;
            live.push(started);
            let scopes = grants.iter().filter(|grant| is_for(grant, &plugin)).filter_map(|grant| grant.scope.clone());
            paths.extend(scopes.map(|scope| (plugin.clone(), scope)));
        }
        if live.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.begin(live, paths)))
    }

    fn begin(&self, live: Vec<Arc<LivePlugin>>, paths: Vec<(PluginName, String)>) -> Begin {
        let (beside, manager, permissions) = (self.beside.clone(), self.manager().clone(), self.permissions().clone());
        Box::new(move |run: RunId| {
            let ends: Vec<Arc<LivePlugin>> = live.clone();
            // Recorded in the run like any other use; what is denied by then ends the process.
            let opening = async move {
                for (plugin, scope) in paths {
                    let ask =
                        Ask { plugin: plugin.clone(), scope: Some(scope), stream: StreamId::Run(run), span: None };
                    if let Err(denial) = permissions.authorize::<ReadFiles>(ask).await {
                        ends.iter()
                            .filter(|live| *live.name() == plugin)
                            .for_each(|live| live.kill(&denial.to_string()));
                    }
                }
            };
            Begun { held: Box::new(beside.lend(run, live, manager)), opening: opening.boxed() }
        })
    }

    /// The paths that are granted to the plugin for one run.
    fn granted_for_run(&self, plugin: &PluginName, grants: &[RunGrant]) -> Vec<PathBuf> {
        let scopes = grants.iter().filter(|grant| is_for(grant, plugin)).filter_map(|grant| grant.scope.as_deref());
        scopes.map(|scope| real(&resolve(scope, self.places().project_dir()))).collect()
    }

    /// The paths among a config's values, as the schema declares them. A default counts where nothing is given.
    fn paths_of<'a>(&'a self, schema: &'a Value, config: &'a Map<String, Value>) -> impl Iterator<Item = Outside> + 'a {
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        properties.filter_map(|(name, property)| {
            if property.get("format").and_then(Value::as_str) != Some("path") {
                return None;
            }
            let path = config.get(name).or_else(|| property.get("default"))?.as_str()?;
            let path = real(&resolve(path, self.places().project_dir()));
            Some(Outside { property: name.clone(), path })
        })
    }
}

fn is_for(grant: &RunGrant, plugin: &PluginName) -> bool {
    grant.plugin == *plugin && grant.permission == Permission::ReadFiles
}

/// Whether the plugin's process may read it as it is; where the kernel holds no files, it may.
fn may_read(record: &Record, path: &Path) -> bool {
    match &record.sandbox {
        Some(held) if held.level == Level::Full => {
            let given = held.confinement.read.iter().chain(&held.confinement.write);
            given.into_iter().any(|dir| path.starts_with(real(dir)))
        }
        Some(_) | None => true,
    }
}

/// Without links, as the kernel sees it. What is not there is as it was written.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
