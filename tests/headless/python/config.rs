//! What a running plugin notices of its config, and what is shown of its secrets.

use std::path::{Path, PathBuf};

use orchestrator::event::{EventKind, HookOutcome, PluginState};
use orchestrator::orchestrator::api::{Answer, Command, Done, Facade, FailureKind, Query, SaveConfig};
use serde_json::{Value, json};

use super::{add_with, project};
use crate::in_process::{Host, Run, block_on, in_own_process, inside};
use crate::support::{PATIENCE, of_type};

const SCHEMA: &str = "\
version: 1.0.0
description: Greets
permissions: [write_workflow]
config_schema:
  properties:
    greeting: {type: string, default: hi}
    api_key: {type: string}
";

const GREETER: &str = "
import os

plugin = None

class Tell(BaseWorkflow):
    async def execute(self, requirements, config=None):
        results = {'greeting': plugin.config['greeting'], 'pid': os.getpid()}
        yield {'type': 'final_result', 'status': 'completed', 'results': results}

class Greeter(BasePlugin):
    def __init__(self, config):
        global plugin
        super().__init__(config)
        plugin = self

    def get_workflows(self):
        return {'tell': Tell}
";

const TAKES_IT: &str = "
    async def config_changed(self, config):
        if config['greeting'] == 'never':
            raise ValueError('not that one')
        assert self.config['greeting'] != config['greeting']
";

async fn told(host: &Host) -> Value {
    let mut run: Run = host.run("tell", json!({})).await;
    run.until("its result", |event| match &event.kind {
        EventKind::FinalResult { results, .. } => Some(results.clone()),
        _ => None,
    })
    .await
}

async fn save(host: &Host, document: &str) -> String {
    let plugin = "greeter".parse().unwrap();
    let Answer::Config(view) = host.host.query(Query::Config { plugin }).await.unwrap() else { panic!() };
    let save = SaveConfig {
        plugin: view.plugin,
        document: document.to_owned(),
        base: view.revision,
        secrets: Vec::new(),
        overwrite: false,
        by: "a test".into(),
    };
    let Done::Ok { message } = host.host.command(Command::SaveConfig(save)).await.unwrap() else { panic!() };
    message
}

#[test]
fn a_running_plugin_gets_a_new_config_or_is_started_anew() {
    if let Some(project) = inside() {
        return block_on(changed_while_it_runs(project));
    }
    let Some(project) = project() else { return };
    add_with(&project, "greeter", SCHEMA, &format!("{GREETER}{TAKES_IT}"));
    in_own_process(&project, "python::config::a_running_plugin_gets_a_new_config_or_is_started_anew");
}

async fn changed_while_it_runs(project: PathBuf) {
    let mut host = Host::open(project.clone()).await;
    let first = told(&host).await;
    assert_eq!(first["greeting"], "hi");
    assert!(save(&host, "{\"greeting\": \"hello\"}").await.contains("has taken it"));
    assert_eq!(told(&host).await, json!({"greeting": "hello", "pid": first["pid"]}));
    // One that it can't take is had all the same, by another process.
    let message = save(&host, "{\"greeting\": \"never\"}").await;
    assert!(message.contains("not that one") && message.contains("started anew"), "{message}");
    let anew = told(&host).await;
    assert_eq!(anew["greeting"], "never");
    assert_ne!(anew["pid"], first["pid"]);
    switched_off_and_on(&mut host, &project).await;
    host.host.close().await;
}

async fn switched_off_and_on(host: &mut Host, project: &Path) {
    let file = project.join("config/plugins/greeter.json");
    // What somebody else saves is noticed.
    std::fs::write(&file, "{\"greeting\": \"bye\", \"enabled\": false}").unwrap();
    host.until_state("greeter", PluginState::Disabled).await;
    let Answer::Workflows(workflows) = host.host.query(Query::Workflows).await.unwrap() else { panic!() };
    assert!(!workflows.iter().any(|workflow| workflow.name == "tell"));
    let stale = SaveConfig {
        plugin: "greeter".parse().unwrap(),
        document: "{}".into(),
        base: Some("of another text".into()),
        secrets: Vec::new(),
        overwrite: false,
        by: "a test".into(),
    };
    let refused = host.host.command(Command::SaveConfig(stale)).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Conflict);
    std::fs::write(&file, "{\"greeting\": \"back\"}").unwrap();
    host.until_state("greeter", PluginState::Active).await;
    assert_eq!(told(host).await["greeting"], "back");
    // One that can't be used does not end what runs.
    let plugin = "greeter".parse().unwrap();
    let check = Query::CheckConfig { plugin, document: "{\"greeting\": 1}".into() };
    let Answer::ConfigProblems(problems) = host.host.query(check).await.unwrap() else { panic!() };
    assert_eq!((problems.len(), problems[0].column), (1, Some(14)));
}

const ANSWERS: &str = "
    def register_hooks(self, hook_manager):
        from orchestrator_sdk.calls import HostCalls

        async def answer(change):
            if change['after']['greeting'] == 'hello':
                await HostCalls()._set_config('greeting', 'answered')

        hook_manager.register('config_change', answer)
";

#[test]
fn a_handler_of_a_change_of_config_may_change_it_and_waits_for_nobody() {
    if let Some(project) = inside() {
        return block_on(changed_by_its_own_handler(project));
    }
    let Some(project) = project() else { return };
    let manifest = SCHEMA.replace("[write_workflow]", "[write_workflow, {name: modify_config, scope: [greeting]}]");
    add_with(&project, "greeter", &manifest, &format!("{GREETER}{TAKES_IT}{ANSWERS}"));
    in_own_process(&project, "python::config::a_handler_of_a_change_of_config_may_change_it_and_waits_for_nobody");
}

async fn changed_by_its_own_handler(project: PathBuf) {
    let mut host = Host::open(project).await;
    assert!(save(&host, "{\"greeting\": \"hello\"}").await.contains("has taken it"));
    assert_eq!(host.until_hook().await, HookOutcome::Unchanged, "it waited for itself");
    let answered = async { while told(&host).await["greeting"] != "answered" {} };
    tokio::time::timeout(PATIENCE, answered).await.expect("what it saved is never handed over");
    host.host.close().await;
}

#[test]
fn a_plugin_without_a_handler_is_started_anew() {
    if let Some(project) = inside() {
        return block_on(async {
            let host = Host::open(project).await;
            let first = told(&host).await;
            assert!(save(&host, "{\"greeting\": \"hello\"}").await.contains("started anew"));
            let second = told(&host).await;
            assert_eq!(second["greeting"], "hello");
            assert_ne!(second["pid"], first["pid"]);
            host.host.close().await;
        });
    }
    let Some(project) = project() else { return };
    add_with(&project, "greeter", SCHEMA, GREETER);
    in_own_process(&project, "python::config::a_plugin_without_a_handler_is_started_anew");
}

const BLABS: &str = "
import logging

class Blab(BaseWorkflow):
    async def execute(self, requirements, config=None):
        key = self.owner.config['api_key']
        print('printed', key)
        logging.getLogger(__name__).warning('logged %s', key)
        yield {'type': 'note', 'said': ['the key is ' + key]}
        yield {'type': 'final_result', 'status': 'completed', 'results': {'key': key}}

class Blabs(BasePlugin):
    def get_workflows(self):
        Blab.owner = self
        return {'blab': Blab}
";

#[test]
fn what_a_plugin_says_of_its_secrets_is_masked() {
    const SECRET: &str = "sk-do-not-tell-anybody";
    let Some(project) = project() else { return };
    project.write("config/plugins/blabs.json", &format!("{{\"api_key\": \"{SECRET}\"}}"));
    add_with(&project, "blabs", SCHEMA, BLABS);
    let run = project.run(["run", "blab", "x", "--json"]).assert_exit(0);
    assert!(run.out.contains("the key is ••••"), "{}", run.out);
    let stored = project.run(["runs", "show", "1", "--json"]).assert_exit(0);
    let host: String = project.host_events().iter().map(|event| format!("{event:?}")).collect();
    let log = project.log();
    assert!(log.contains("logged ••••") && log.contains("printed ••••"), "{log}");
    for told in [&run.out, &run.err, &stored.out, &host, &log] {
        assert!(!told.contains(SECRET), "{told}");
    }
}

const TUNES: &str = "
from orchestrator_sdk.errors import ConfigError

class Tune(BaseWorkflow):
    async def execute(self, requirements, config=None):
        said = []
        for key, value in (('greeting', 'tuned'), ('api_key', 'x'), ('enabled', False), ('greeting', 5)):
            try:
                await self._set_config(key, value)
                said.append('set')
            except (PermissionError, ConfigError) as error:
                said.append(f'{type(error).__name__}: {error}')
        yield {'type': 'final_result', 'status': 'completed', 'results': said}

class Tunes(BasePlugin):
    def get_workflows(self):
        return {'tune': Tune}
";

#[test]
fn a_plugin_changes_its_own_keys_and_no_others() {
    let Some(project) = project() else { return };
    let manifest = SCHEMA.replace("[write_workflow]", "[write_workflow, {name: modify_config, scope: [greeting]}]");
    add_with(&project, "tunes", &manifest, TUNES);
    let events = project.run(["run", "tune", "x", "--json"]).assert_exit(0).run();
    let said = of_type(&events, "final_result")[0]["results"].as_array().unwrap().clone();
    let begins =
        ["set", "PermissionError: tunes lacks permission: modify_config", "PermissionError: whether", "ConfigError: "];
    for (said, begins) in said.iter().zip(begins) {
        assert!(said.as_str().unwrap().starts_with(begins), "{said}");
    }
    let history = project.run(["config", "history", "tunes", "--json"]).assert_exit(0).json();
    assert_eq!(history[0]["who"], "the plugin tunes");
    project.run(["config", "get", "tunes", "greeting"]).assert_exit(0).assert_out("tuned");
}
