//! Machines that lack something, and a plugin's process that is killed.

use orchestrator::event::{PluginState, RunStatus};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{IMPORTS, MANIFEST, add, add_with, pipe, project};
use crate::in_process::{Host, block_on, in_own_process, inside};
use crate::support::{Finished, PATIENCE, Project};

const SPEAKS: &str = "
class Speaks(BaseAgent):
    async def _execute_task(self, request):
        yield 'here\\n'
        if request['task'] == 'stay':
            await asyncio.Event().wait()

class Speaker(BasePlugin):
    def get_agents(self):
        return {'speaks': Speaks}
";

fn listed(project: &Project, environment: &[(&str, &str)], plugin: &str) -> Value {
    let mut command = project.command(["plugin", "list", "--json"]);
    command.envs(environment.iter().copied());
    let plugins = Finished::of(command, PATIENCE).assert_exit(0).json();
    plugins.as_array().unwrap().iter().find(|listed| listed["name"] == plugin).unwrap().clone()
}

#[test]
fn without_a_network_a_plugin_says_which_packages_it_lacks_and_what_to_run() {
    let Some(project) = project() else { return };
    let offline = [("PIP_NO_INDEX", "1"), ("UV_OFFLINE", "1"), ("PIP_FIND_LINKS", "")];
    let manifest = "name: hungry\nversion: 1.0.0\ndescription: x\nrequires:\n  packages: [fastapi>=0.110]\n";
    project.write("plugins/hungry/plugin.yaml", manifest);
    project.write("plugins/hungry/main.py", &format!("{IMPORTS}\n{SPEAKS}"));
    let mut approve = project.command(["plugin", "approve", "hungry"]);
    approve.envs(offline);
    // An environment is made before the first package is asked for.
    Finished::of(approve, PATIENCE * 3);
    add(&project, "content", &SPEAKS.replace("'speaks'", "'fed'"));
    let hungry = listed(&project, &offline, "hungry");
    assert_eq!(hungry["state"], "needs_install", "{hungry}");
    assert!(hungry["reason"].as_str().unwrap().contains("fastapi>=0.110"), "{hungry}");
    assert!(hungry["remedy"].as_str().unwrap().contains("orchestrator plugin install hungry"), "{hungry}");

    let mut install = project.command(["plugin", "install", "hungry"]);
    install.envs(offline);
    Finished::of(install, PATIENCE * 3)
        .assert_exit(1)
        .assert_err("fastapi")
        .assert_err("orchestrator plugin install hungry");
    assert_eq!(listed(&project, &offline, "hungry")["state"], "needs_install", "nothing is left half-made");
    project.run(["agent", "run", "fed", "x"]).assert_exit(0).assert_out("here");
}

#[test]
fn without_any_python_the_python_plugins_say_so_and_the_native_ones_run() {
    let Some(project) = project() else { return };
    let manifest = format!("{MANIFEST}provides:\n  agents:\n    - {{name: speaks, class: main.Speaks}}\n");
    add_with(&project, "speaker", &manifest, SPEAKS);
    project.add_approved("echo", "{}");
    let nowhere = project.dir().join("config");
    let environment = [("PATH", nowhere.to_str().unwrap())];
    for plugin in ["speaker", "release_notes"] {
        let listed = listed(&project, &environment, plugin);
        assert_eq!(listed["state"], "needs_install", "{listed}");
        assert!(listed["reason"].as_str().unwrap().contains("there is no Python 3.10 or later"), "{listed}");
        assert!(listed["remedy"].as_str().unwrap().contains("install Python 3.10 or later"), "{listed}");
    }
    let mut run = project.command(["run", "chorus", "x"]);
    run.envs(environment);
    Finished::of(run, PATIENCE).assert_exit(0);
    let mut run = project.command(["agent", "run", "speaks", "x"]);
    run.envs(environment);
    Finished::of(run, PATIENCE).assert_exit(1).assert_err("there is no Python 3.10 or later");
}

#[test]
fn a_killed_python_fails_its_run_leaves_the_others_and_comes_back() {
    if let Some(project) = inside() {
        return block_on(killed_in_a_run(project));
    }
    let Some(project) = project() else { return };
    add(&project, "speaker", SPEAKS);
    let other = SPEAKS.replace("'speaks'", "'reads'").replace(
        "if request['task'] == 'stay':\n            await asyncio.Event().wait()",
        "yield await asyncio.to_thread(lambda: open(request['task']).read())",
    );
    add(&project, "other", &other);
    pipe(&project);
    in_own_process(&project, "python::machine::a_killed_python_fails_its_run_leaves_the_others_and_comes_back");
}

async fn killed_in_a_run(project: std::path::PathBuf) {
    let mut host = Host::open(project.clone()).await;
    host.until_state("speaker", PluginState::Active).await;
    let pipe = project.join("pipe");
    let mut other = host.agent("reads", pipe.to_str().unwrap()).await;
    other.says().await;
    let mut run = host.agent("speaks", "stay").await;
    run.says().await;
    let process = host.plugin("speaker").await.process.expect("it has no process");
    kill_process(Pid::from_raw(process.try_into().unwrap()).unwrap(), Signal::KILL).unwrap();
    let (status, reason) = run.ends().await;
    assert_eq!(status, RunStatus::Failed);
    assert!(reason.contains("SIGKILL"), "{reason}");
    host.until_state("speaker", PluginState::Crashed).await;
    host.until_state("speaker", PluginState::Active).await;
    assert_eq!(host.agent("speaks", "x").await.ends().await.0, RunStatus::Completed);

    std::fs::write(pipe, "done\n").unwrap();
    assert_eq!(other.ends().await.0, RunStatus::Completed);
    host.host.close().await;
}
