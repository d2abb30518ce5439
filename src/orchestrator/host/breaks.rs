//! What of a plugin would not work without a permission, by the names that people know it by.

use orchestrator_protocol::permission::Permission;

use crate::hook::{Needs, needs};
use crate::permission::Request;
use crate::plugin::manager::Record;

/// As many lines as are told of one permission.
const MAX_LINES: usize = 50;

/// Of a plugin whose code does not run, and whose manifest names nothing.
const UNKNOWN: &str = "what of it needs this is not known before it has run: its manifest names nothing";

/// What a plugin contributes, as far as permissions go: from its code if it runs, else from its manifest.
struct Contributed {
    /// The hook's name, what its handlers need, and the handler's name.
    hooks: Vec<(&'static str, Needs, String)>,
    /// With the agents that each says it runs.
    workflows: Vec<(String, Vec<String>)>,
    routes: Vec<String>,
    /// Whether its code said so, and not the manifest alone, which need not name anything.
    is_whole: bool,
}

/// What would not work without what is asked for, in words; at most some lines.
pub(super) fn breaks(record: &Record, request: &Request) -> Vec<String> {
    let contributed = contributed(record);
    let mut lines = contributed.without(request);
    if lines.is_empty() && !contributed.is_whole && is_about_parts(request.permission) {
        lines.push(UNKNOWN.to_owned());
    }
    let more = lines.len().saturating_sub(MAX_LINES);
    if more > 0 {
        lines.truncate(MAX_LINES);
        lines.push(format!("… and {more} more"));
    }
    lines
}

/// Whether a permission is about what a plugin contributes, and not about what its code reaches.
fn is_about_parts(permission: Permission) -> bool {
    match permission {
        Permission::ReadWorkflow | Permission::WriteWorkflow | Permission::ExecuteAgent | Permission::AccessApi => true,
        Permission::ModifyConfig
        | Permission::Network
        | Permission::ReadFiles
        | Permission::WriteFiles
        | Permission::Spawn => false,
    }
}

fn contributed(record: &Record) -> Contributed {
    if let Some(live) = &record.live {
        let all = live.contributions();
        return Contributed {
            hooks: all.hooks.iter().map(|info| (info.hook.as_str(), needs(info.hook), info.handler.clone())).collect(),
            workflows: all.workflows.iter().map(|info| (info.name.clone(), info.agents.clone())).collect(),
            routes: all.routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect(),
            is_whole: true,
        };
    }
    let Ok(found) = &record.plugin.found else {
        return Contributed { hooks: Vec::new(), workflows: Vec::new(), routes: Vec::new(), is_whole: false };
    };
    let provides = &found.manifest.provides;
    let handler = |path: &Option<String>| path.clone().unwrap_or_else(|| "its handler".to_owned());
    Contributed {
        hooks: provides
            .hooks
            .iter()
            .map(|hook| (hook.name.as_str(), needs(hook.name), handler(&hook.handler)))
            .collect(),
        workflows: provides.workflows.iter().map(|workflow| (workflow.name.clone(), Vec::new())).collect(),
        routes: provides.api_endpoints.iter().map(|endpoint| endpoint.path.clone()).collect(),
        is_whole: false,
    }
}

impl Contributed {
    fn without(&self, request: &Request) -> Vec<String> {
        let each = |what: &str| request.scope.iter().map(|scope| format!("{what} {scope}")).collect::<Vec<_>>();
        match request.permission {
            Permission::ReadWorkflow => self.hooks_that(Needs::Workflow, "is not called"),
            Permission::WriteWorkflow => {
                let launches = self.workflows.iter().map(|(name, _)| format!("the workflow {name} can't be launched"));
                launches.chain(self.hooks_that(Needs::Workflow, "is called, and its answer discarded")).collect()
            }
            Permission::ExecuteAgent => {
                let is_meant = |agent: &&String| request.scope.is_empty() || request.scope.contains(agent);
                let runs = |(name, agents): &(String, Vec<String>)| {
                    let agents: Vec<&str> = match self.is_whole {
                        true => agents.iter().filter(is_meant).map(String::as_str).collect(),
                        // A manifest does not say which they are.
                        false if request.scope.is_empty() => vec!["agents"],
                        false => request.scope.iter().map(String::as_str).collect(),
                    };
                    (!agents.is_empty()).then(|| format!("the workflow {name} can't run {}", agents.join(", ")))
                };
                self.workflows.iter().filter_map(runs).collect()
            }
            Permission::AccessApi => {
                let routes = self.routes.iter().map(|route| format!("the route {route} is not served"));
                routes.chain(self.hooks_that(Needs::Api, "is not called")).collect()
            }
            Permission::ModifyConfig => each("it can't set its config's"),
            Permission::Network => each("it can't reach"),
            Permission::ReadFiles => each("it can't read"),
            Permission::WriteFiles => each("it can't write"),
            Permission::Spawn => each("it can't start"),
        }
    }

    fn hooks_that(&self, need: Needs, what: &str) -> Vec<String> {
        let those = self.hooks.iter().filter(|(_, needs, _)| *needs == need);
        those.map(|(hook, _, handler)| format!("the hook {hook} ({handler}) {what}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contributed(workflow: &str, agents: &[&str], is_whole: bool) -> Contributed {
        let agents = agents.iter().map(|&agent| agent.to_owned()).collect();
        Contributed { hooks: Vec::new(), workflows: vec![(workflow.to_owned(), agents)], routes: Vec::new(), is_whole }
    }

    #[test]
    fn a_manifest_does_not_name_the_agents_that_a_workflow_runs_and_its_code_does() {
        let scoped = Request { scope: vec!["cook".to_owned()], ..Request::all_of(Permission::ExecuteAgent) };
        let all = Request::all_of(Permission::ExecuteAgent);
        let from_manifest = contributed("supper", &[], false);
        assert_eq!(from_manifest.without(&all), ["the workflow supper can't run agents"]);
        assert_eq!(from_manifest.without(&scoped), ["the workflow supper can't run cook"]);
        assert_eq!(contributed("supper", &["waiter"], true).without(&scoped), [""; 0]);
    }
}
