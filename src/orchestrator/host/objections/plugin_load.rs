//! `plugin_load`: the plugin, with what it would contribute.

use serde_json::{Value, json};

use crate::plugin::discovery::Found;
use crate::plugin::manifest::Runtime;
use crate::runtime::LivePlugin;

pub(super) fn part(live: &LivePlugin, found: &Found) -> Value {
    let contributed = live.contributions();
    let names = |names: Vec<&String>| json!(names);
    json!({
        "plugin": live.name(),
        "version": found.manifest.version.to_string(),
        "content_hash": found.content_hash,
        "runtime": match found.manifest.runtime {
            Runtime::Native => "native",
            Runtime::Python => "python",
        },
        "process": if live.process().is_some() { "own" } else { "host" },
        "agents": names(contributed.agents.iter().map(|agent| &agent.name).collect()),
        "workflows": names(contributed.workflows.iter().map(|workflow| &workflow.name).collect()),
        "routes": contributed.routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect::<Vec<_>>(),
        "hooks": contributed.hooks.iter().map(|hook| format!("{}:{}", hook.hook, hook.handler)).collect::<Vec<_>>(),
        "permissions": found.manifest.permissions.iter().map(|request| request.permission).collect::<Vec<_>>(),
    })
}
