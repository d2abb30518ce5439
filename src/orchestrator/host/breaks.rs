//! What of a plugin would not work without a permission, by the names that people know it by.

use orchestrator_protocol::permission::Permission;

use crate::hook::{Needs, needs};
use crate::permission::Request;
use crate::plugin::manager::Record;

/// As many lines as are told of one permission.
const MAX_LINES: usize = 50;

/// What a plugin contributes, as far as permissions go: from its code if it runs, else from its manifest.
struct Contributed {
    /// The hook's name, what its handlers need, and the handler's name.
    hooks: Vec<(&'static str, Needs, String)>,
    /// With the agents that each says it runs.
    workflows: Vec<(String, Vec<String>)>,
    routes: Vec<String>,
}

/// What would not work without what is asked for, in words; at most some lines.
pub(super) fn breaks(record: &Record, request: &Request) -> Vec<String> {
    let contributed = contributed(record);
    let mut lines = contributed.without(request);
    let more = lines.len().saturating_sub(MAX_LINES);
    if more > 0 {
        lines.truncate(MAX_LINES);
        lines.push(format!("… and {more} more"));
    }
    lines
}

fn contributed(record: &Record) -> Contributed {
    if let Some(live) = &record.live {
        let all = live.contributions();
        return Contributed {
            hooks: all.hooks.iter().map(|info| (info.hook.as_str(), needs(info.hook), info.handler.clone())).collect(),
            workflows: all.workflows.iter().map(|info| (info.name.clone(), info.agents.clone())).collect(),
            routes: all.routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect(),
        };
    }
    let Ok(found) = &record.plugin.found else {
        return Contributed { hooks: Vec::new(), workflows: Vec::new(), routes: Vec::new() };
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
                    let agents: Vec<&str> = agents.iter().filter(is_meant).map(String::as_str).collect();
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
