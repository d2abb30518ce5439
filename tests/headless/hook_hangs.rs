//! Handlers that hang or fail while nothing runs that could tell of it: their plugin's state, and the trace, do.

use std::path::PathBuf;
use std::sync::Arc;

use orchestrator::event::{Event, EventKind, HookOutcome, PluginState, StreamId};
use orchestrator::orchestrator::api::{Answer, ApiCall, Command, Facade, Feed, HandlerLasting, Place, Query};
use orchestrator_protocol::hook::HookName;
use serde_json::json;

use crate::in_process::{Host, block_on, in_own_process, inside};
use crate::support::{PATIENCE, Project};

/// A project in which `hooking` runs as it is allowed to, from its next start with this config.
fn project(how: &str, config: &str) -> Project {
    let project = Project::new();
    project.add_allowed(how, "hooking", "{}");
    project.write("config/plugins/hooking.json", config);
    project
}

fn ping() -> Command {
    Command::CallRoute(ApiCall { method: "GET".into(), path: "/hooking/ping".into(), ..ApiCall::default() })
}

#[test]
fn a_plugin_that_hangs_while_it_is_loaded_is_not_put_to_use_afterwards() {
    if let Some(project) = inside() {
        return block_on(hung_while_loaded(project));
    }
    let project = project("trust", r#"{"hooks": {"plugin_load": "hang"}, "timeout_ms": 300}"#);
    in_own_process(&project, "hook_hangs::a_plugin_that_hangs_while_it_is_loaded_is_not_put_to_use_afterwards");
}

async fn hung_while_loaded(project: PathBuf) {
    let mut host = Host::open(project).await;
    host.until_state("hooking", PluginState::Quarantined).await;
    let left = host.plugin("hooking").await;
    assert_eq!((left.state, left.place, left.hooks, left.routes), (PluginState::Quarantined, Place::Host, 0, 0));
    // It need not run for its handler to be turned off.
    let disable = Command::SetHandler {
        plugin: "hooking".parse().unwrap(),
        hook: HookName::PluginLoad,
        handler: "on_plugin_load".into(),
        enabled: false,
        lasting: HandlerLasting::Always,
    };
    host.host.command(disable).await.unwrap();
    host.host.close().await;
}

#[test]
fn a_plugin_that_hangs_no_longer_answers_requests() {
    if let Some(project) = inside() {
        return block_on(hung_in_a_run(project));
    }
    let project = project("trust", r#"{"hooks": {"pre_workflow_execution": "hang"}, "timeout_ms": 300}"#);
    project.add_approved("echo", "{}");
    in_own_process(&project, "hook_hangs::a_plugin_that_hangs_no_longer_answers_requests");
}

async fn hung_in_a_run(project: PathBuf) {
    let mut host = Host::open(project).await;
    assert!(host.host.command(ping()).await.is_ok());
    let mut run = host.run("chorus", json!({})).await;
    host.until_state("hooking", PluginState::Quarantined).await;
    assert!(host.host.command(ping()).await.is_err());
    run.ends().await;
    host.host.close().await;
}

#[test]
fn a_handler_of_a_request_that_is_dropped_has_an_end_in_the_trace() {
    if let Some(project) = inside() {
        return block_on(dropped(project));
    }
    let project = project("approve", r#"{"hooks": {"pre_api_request": "hang"}, "timeout_ms": 3600000}"#);
    in_own_process(&project, "hook_hangs::a_handler_of_a_request_that_is_dropped_has_an_end_in_the_trace");
}

async fn dropped(project: PathBuf) {
    let host = Host::open(project).await;
    let mut told = host.host.subscribe(StreamId::Host, 1);
    let asker = host.host.clone();
    let asked = tokio::spawn(async move { asker.command(ping()).await.map(drop) });
    until(&mut told, |event| matches!(event.kind, EventKind::HookStarted { .. }).then_some(())).await;
    asked.abort();
    let (outcome, reason) = until(&mut told, |event| match &event.kind {
        EventKind::HookFinished { outcome, reason, .. } => Some((*outcome, reason.clone().unwrap_or_default())),
        _ => None,
    })
    .await;
    assert_eq!((outcome, reason.as_str()), (HookOutcome::Failed, "the request was to end while it was running"));
    host.host.close().await;
}

async fn until<T>(feed: &mut Box<dyn Feed>, wanted: impl Fn(&Arc<Event>) -> Option<T>) -> T {
    let found = async {
        loop {
            let events = feed.next().await.expect("the host is gone");
            if let Some(found) = events.iter().find_map(&wanted) {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, found).await.expect("it does not come")
}

#[test]
fn a_handler_that_fails_where_no_run_is_is_told_with_its_plugin_and_in_the_log() {
    if let Some(project) = inside() {
        return block_on(failed_while_loaded(project));
    }
    let project = project("approve", r#"{"hooks": {"plugin_load": "fail", "pre_api_request": "fail"}}"#);
    in_own_process(&project, "hook_hangs::a_handler_that_fails_where_no_run_is_is_told_with_its_plugin_and_in_the_log");
    let log = project.log();
    project.run(["hook", "trace", "host"]).assert_exit(0).assert_out("plugin_load").assert_out("hooking fails");
    for hook in ["plugin_load", "pre_api_request"] {
        let words = format!("the hook {hook} failed, `on_{hook}` of plugin `hooking`: hooking fails");
        assert!(log.contains(&words), "{log}");
    }
}

async fn failed_while_loaded(project: PathBuf) {
    let host = Host::open(project).await;
    let query = Query::Plugin { plugin: "hooking".parse().unwrap() };
    let Answer::Plugin(detail) = host.host.query(query).await.unwrap() else { panic!() };
    let words = "the hook plugin_load failed, `on_plugin_load` of plugin `hooking`: hooking fails";
    assert_eq!((detail.summary.state, detail.warnings), (PluginState::Active, vec![words.to_owned()]));
    assert!(host.host.command(ping()).await.is_ok());
    host.host.close().await;
}
