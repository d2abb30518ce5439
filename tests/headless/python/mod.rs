//! Plugins in Python, through the real program. Each test puts its plugins' files into a project of its own.

mod client;
mod config;
mod failing;
mod machine;
mod misbehaving;
mod orchestrator;
mod permissions;
mod shape;
mod streaming;

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Project, skip};

/// Where nothing of a plugin's manifest matters but that its workflows and hooks may do what they do, and its
/// agents read the project.
pub const MANIFEST: &str = "\
version: 1.0.0
description: Is tested
permissions: [read_workflow, write_workflow, execute_agent, {name: read_files, scope: [\".\"]}]
";

/// What a `main.py` begins with.
pub const IMPORTS: &str = "\
import asyncio
from agents.base_agent import BaseAgent
from plugins.base import BasePlugin, PluginInitializationError, PluginMetadata
from workflows.base_workflow import BaseWorkflow
";

/// A project, unless the machine has no Python that plugins run on: return then.
pub fn project() -> Option<Project> {
    let ask = "import sys; assert sys.version_info >= (3, 10)";
    let names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
    let fits = |name: &&str| Command::new(name).args(["-c", ask]).output().is_ok_and(|answer| answer.status.success());
    if names.iter().any(fits) {
        return Some(Project::new());
    }
    skip("there is no Python 3.10 or later");
    None
}

/// Puts a plugin of one file into the project and approves it.
pub fn add(project: &Project, name: &str, main: &str) {
    add_with(project, name, MANIFEST, main);
}

/// [`add`], with the rest of the manifest.
pub fn add_with(project: &Project, name: &str, manifest: &str, main: &str) {
    project.write(&format!("plugins/{name}/plugin.yaml"), &format!("name: {name}\n{manifest}"));
    project.write(&format!("plugins/{name}/main.py"), &format!("{IMPORTS}\n{main}"));
    project.run(["plugin", "approve", name]);
}

/// Puts `tests/fixtures/python/night_kitchen` into the project and approves it, and the native plugin whose agent it
/// runs.
pub fn add_kitchen(project: &Project) {
    project.add_python_fixture_as("night_kitchen", "night-kitchen");
    project.add_approved("echo", "{}");
    project.run(["plugin", "approve", "night-kitchen"]).assert_exit(0).assert_out("is active");
}

/// A named pipe in the project: who reads from it waits until [`std::fs::write`] writes to it.
pub fn pipe(project: &Project) -> PathBuf {
    let pipe = project.dir().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    pipe
}
