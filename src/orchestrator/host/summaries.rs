//! What the rooms know, as the faces see it.

use orchestrator_protocol::session::{Initialized, RouteInfo};

use super::LocalHost;
use crate::agent::registry::RegisteredAgent;
use crate::event::PluginName;
use crate::event::mask::mask;
use crate::orchestrator::api::{
    AgentSummary, ChangesView, FacadeError, HookSummary, PermissionState, Place, PluginDetail, PluginKind,
    PluginSummary, RouteSummary, RunSummary, SandboxView, WorkflowSummary,
};
use crate::plugin::discovery::Origin;
use crate::plugin::manager::{Record, Sandboxed};
use crate::plugin::manifest::Runtime;
use crate::sandbox::Level;
use crate::store::RunRow;

impl LocalHost {
    pub(super) fn plugin_summary(&self, record: &Record) -> PluginSummary {
        let found = record.plugin.found.as_ref().ok();
        let contributed = record.live.as_ref().map(|live| live.contributions());
        let count = |of: fn(&Initialized) -> usize| contributed.map_or(0, of);
        let permissions = self.permissions_of(record);
        let granted = permissions.iter().filter(|view| view.state == PermissionState::Granted).count();
        PluginSummary {
            name: record.plugin.name.clone(),
            kind: found.map(|found| kind(found.manifest.runtime)),
            version: found.map(|found| found.manifest.version.to_string()),
            description: found.map(|found| found.manifest.description.clone()).unwrap_or_default(),
            state: record.status.state,
            reason: record.status.reason.clone(),
            remedy: record.status.remedy.clone(),
            bundled: matches!(record.plugin.origin, Origin::Bundled(_)),
            agents: count(|c| c.agents.len()),
            workflows: count(|c| c.workflows.len()),
            hooks: count(|c| c.hooks.len()),
            routes: count(|c| c.routes.len()),
            place: place(record),
            process: record.live.as_ref().and_then(|live| live.process()),
            sandbox: record.live.as_ref().and(record.sandbox.as_ref()).map(|held| held.level.to_string()),
            content_hash: found.map(|found| found.content_hash.clone()),
            granted,
            requested: permissions.len(),
        }
    }

    pub(super) async fn plugin_detail(&self, record: &Record) -> Result<PluginDetail, FacadeError> {
        let name = &record.plugin.name;
        let manifest = record.plugin.found.as_ref().ok().map(|found| &found.manifest);
        let odd = manifest.into_iter().flat_map(|manifest| manifest.warnings.iter().map(ToString::to_string));
        let routes = record.live.as_ref().map(|live| live.contributions().routes.as_slice()).unwrap_or_default();
        Ok(PluginDetail {
            summary: self.plugin_summary(record),
            dir: record.plugin.dir.clone(),
            author: manifest.and_then(|manifest| manifest.author.clone()),
            email: manifest.and_then(|manifest| manifest.email.clone()),
            content_hash: record.plugin.found.as_ref().ok().map(|found| found.content_hash.clone()),
            library: record.library.clone(),
            runs_in: self.runs_in(record),
            sandbox: record.sandbox.as_ref().map(sandbox),
            warnings: odd.chain(record.notes.iter().cloned()).collect(),
            permissions: self.permissions_used(std::slice::from_ref(record)).await?,
            policy: self.permissions().policy(name),
            changes: self.changes_of(record).await,
            agents: self.agents_where(|holder| holder == Some(name)),
            workflows: self.workflows_where(|holder| holder == Some(name)),
            hooks: self.hook_summaries().into_iter().filter(|hook| hook.plugin == *name).collect(),
            routes: routes.iter().map(route).collect(),
            config: record.config.as_ref().map_or_else(|| serde_json::json!({}), |config| mask(&config.shown())),
            config_file: self.places().plugin_config_file(name),
        })
    }

    /// What is other than what was approved, while that keeps the plugin from running.
    async fn changes_of(&self, record: &Record) -> Option<ChangesView> {
        let found = record.plugin.found.as_ref().ok()?;
        let is_held = !matches!(record.plugin.origin, Origin::Bundled(_))
            && !self.permissions().is_approved(&record.plugin.name, &found.content_hash);
        let changes = if is_held { self.manager().changes(record).await? } else { return None };
        Some(ChangesView {
            added: changes.files.added,
            removed: changes.files.removed,
            changed: changes.files.changed,
            requests_added: changes.requests_added,
            requests_removed: changes.requests_removed,
        })
    }

    /// Where the code runs, or would, in words.
    fn runs_in(&self, record: &Record) -> String {
        let process = record.live.as_ref().and_then(|live| live.process());
        match (place(record), &record.plugin.found) {
            (Place::Host, _) => "this process, where permissions are advisory: its code can do what you can".to_owned(),
            (Place::Child, _) => {
                let number = process.map(|process| format!(" ({process})")).unwrap_or_default();
                let meaning = record.sandbox.as_ref().map_or(Level::None, |held| held.level).meaning();
                format!("a process of its own{number}: {meaning}")
            }
            (Place::Nowhere, Err(_)) => "nothing now".to_owned(),
            (Place::Nowhere, Ok(found)) => {
                let is_trusted = self.permissions().is_trusted(&found.manifest.name, &found.content_hash);
                match found.manifest.runtime {
                    Runtime::Native if is_trusted => "nothing now; in this process once it is loaded".to_owned(),
                    Runtime::Native | Runtime::Python => {
                        "nothing now; in a process of its own once it is loaded".to_owned()
                    }
                }
            }
        }
    }

    pub(super) fn agents_where(&self, wanted: impl Fn(Option<&PluginName>) -> bool) -> Vec<AgentSummary> {
        let agents = self.agents().list();
        agents.iter().filter(|agent| wanted(agent.plugin.as_ref())).map(|agent| agent_summary(agent)).collect()
    }

    pub(super) fn workflows_where(&self, wanted: impl Fn(Option<&PluginName>) -> bool) -> Vec<WorkflowSummary> {
        let workflows = self.workflows().list();
        let wanted = workflows.iter().filter(|workflow| wanted(workflow.plugin.as_ref()));
        wanted
            .map(|workflow| WorkflowSummary {
                name: workflow.name.clone(),
                description: workflow.value.description.clone(),
                plugin: workflow.plugin.clone(),
                agents: workflow.value.agents.clone(),
                config_schema: workflow.value.config_schema.clone(),
                denied: self.would_be_denied(workflow.plugin.as_ref()),
            })
            .collect()
    }

    /// What the plugin of a workflow asked for and has not, in words: its run may be denied there.
    fn would_be_denied(&self, plugin: Option<&PluginName>) -> Vec<String> {
        let Some(record) = plugin.and_then(|plugin| self.manager().get(plugin)) else { return Vec::new() };
        let missing = self.permissions_of(&record).into_iter().filter(|view| view.state != PermissionState::Granted);
        missing
            .map(|view| {
                let (plugin, permission, without) = (&view.plugin, view.permission, view.permission.without_it());
                match view.optional {
                    true => format!("{permission} is optional to {plugin}, and not granted; {without}"),
                    false => format!("{plugin} lacks permission: {permission}; {without}"),
                }
            })
            .collect()
    }

    pub(super) fn hook_summaries(&self) -> Vec<HookSummary> {
        let default = u64::try_from(self.settings().hook_timeout.as_millis()).unwrap_or(u64::MAX);
        self.hooks()
            .list()
            .into_iter()
            .map(|hook| HookSummary {
                hook: hook.info.hook,
                plugin: hook.plugin,
                handler: hook.info.handler,
                priority: hook.info.priority,
                timeout_ms: hook.info.timeout_ms.unwrap_or(default),
                on_failure: hook.info.on_failure,
                order: hook.order,
                fired: hook.fired,
                enabled: hook.enabled,
                switched: hook.switched,
                overridden: hook.overridden,
            })
            .collect()
    }
}

fn kind(runtime: Runtime) -> PluginKind {
    match runtime {
        Runtime::Native => PluginKind::Native,
        Runtime::Python => PluginKind::Python,
    }
}

fn place(record: &Record) -> Place {
    match record.code() {
        None => Place::Nowhere,
        Some(live) if live.process().is_some() => Place::Child,
        Some(_) => Place::Host,
    }
}

fn sandbox(held: &Sandboxed) -> SandboxView {
    let Sandboxed { level, lacking, confinement, allowance } = held;
    SandboxView {
        level: level.to_string(),
        meaning: level.meaning().to_owned(),
        lacking: lacking.clone(),
        reads: confinement.read.clone(),
        writes: confinement.write.clone(),
        network: confinement.network,
        memory_mb: allowance.memory_mb,
        cpu_seconds: allowance.cpu_seconds,
        threads: allowance.threads,
        open_files: allowance.open_files,
        file_mb: allowance.file_mb,
        disk_mb: allowance.disk_mb,
    }
}

fn agent_summary(agent: &RegisteredAgent) -> AgentSummary {
    AgentSummary {
        name: agent.name.clone(),
        role: agent.value.role.clone(),
        provider: agent.value.provider.clone(),
        plugin: agent.plugin.clone(),
    }
}

fn route(route: &RouteInfo) -> RouteSummary {
    RouteSummary { method: route.method.clone(), path: route.path.clone(), description: route.description.clone() }
}

pub(super) fn run_summary(row: RunRow) -> RunSummary {
    RunSummary {
        id: row.id,
        workflow_type: row.workflow_type,
        requirements: row.requirements,
        plugin: row.plugin,
        started: row.started,
        status: row.status,
        reason: row.reason,
        duration_us: row.duration_us,
        last_seq: row.last_seq,
    }
}
