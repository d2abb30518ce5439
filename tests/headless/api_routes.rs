//! Who answers a path, what is streamed, and what becomes of requests while plugins come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use orchestrator::event::PluginState;
use orchestrator::orchestrator::LocalHost;
use orchestrator::orchestrator::api::{Answer, ApiCall, Command, Facade, PluginRoute, Query};
use serde_json::json;

use super::hook_bench::{Kind, add, each, project};
use super::in_process::{Host, block_on, in_own_process, inside};

fn get(path: &str) -> ApiCall {
    ApiCall { method: "GET".into(), path: path.into(), ..ApiCall::default() }
}

/// The plugin, the status and the body.
async fn ask(host: &LocalHost, path: &str) -> Result<(String, u16, Vec<u8>), (u16, String)> {
    let answer = host.fetch(get(path)).await.map_err(|failure| (failure.status, failure.error.message))?;
    let (mut body, mut whole) = (answer.body, Vec::new());
    while let Some(piece) = body.next().await {
        whole.extend(piece.map_err(|error| (0, error.message))?);
    }
    Ok((answer.plugin.to_string(), answer.status, whole))
}

async fn routes(host: &LocalHost) -> Vec<PluginRoute> {
    let Answer::Routes(routes) = host.query(Query::Routes).await.unwrap() else { panic!() };
    routes
}

#[test]
fn the_first_plugin_keeps_a_route_and_routes_are_counted() {
    let Some(dir) = inside() else {
        let project = project();
        for name in ["first", "second"] {
            add(&project, Kind::Native, name, &json!({"prefix": "/shared"}));
        }
        return in_own_process(&project, "api_routes::the_first_plugin_keeps_a_route_and_routes_are_counted");
    };
    block_on(async {
        let host = Host::open(dir).await.host;
        let asked = |path: &'static str| ask(&host, path);
        assert_eq!(asked("/shared/ping").await.unwrap(), ("first".to_owned(), 200, b"pong".to_vec()));
        assert_eq!(asked("/shared/pongs/2").await.unwrap().2, b"pong\xffpong\xff");
        assert_eq!(asked("/nowhere").await.unwrap_err().0, 404);
        let of = |routes: &[PluginRoute], plugin: &str| {
            let found = |route: &&PluginRoute| route.plugin.as_str() == plugin && route.path == "/shared/ping";
            routes.iter().find(found).cloned().unwrap()
        };
        let listed = routes(&host).await;
        let (first, second) = (of(&listed, "first"), of(&listed, "second"));
        assert_eq!((first.hits, first.failed, first.mean_us.is_some(), first.shadowed_by), (1, 0, true, None));
        assert_eq!((second.hits, second.shadowed_by), (0, Some(first.plugin.clone())));

        let first = first.plugin;
        host.command(Command::UnloadPlugin { plugin: first.clone() }).await.unwrap();
        assert_eq!(asked("/shared/ping").await.unwrap().0, "second");
        host.command(Command::LoadPlugin { plugin: first.clone() }).await.unwrap();
        assert_eq!(asked("/shared/ping").await.unwrap().0, "first");

        let permission = orchestrator_protocol::Permission::AccessApi;
        host.command(Command::RevokePermission { plugin: first.clone(), permission }).await.unwrap();
        let refused = host.fetch(get("/shared/ping")).await.err().unwrap();
        assert_eq!((refused.status, refused.error.needs[0].permission), (403, permission));
        assert!(of(&routes(&host).await, "first").permitted.unwrap().contains("access_api"));
        host.close().await;
    });
}

#[test]
fn a_reload_drops_no_request_and_ends_no_answer() {
    let Some(dir) = inside() else {
        let project = project();
        add(&project, Kind::Native, "pinged", &json!({}));
        return in_own_process(&project, "api_routes::a_reload_drops_no_request_and_ends_no_answer");
    };
    block_on(async {
        let host = Host::open(dir).await.host;
        let (over, mut askers) = (Arc::new(AtomicBool::new(false)), Vec::new());
        for _ in 0..4 {
            let (host, over) = (host.clone(), over.clone());
            askers.push(tokio::spawn(async move {
                let mut asked = 0;
                while !over.load(Ordering::Relaxed) {
                    let answer = ask(&host, "/pinged/ping").await;
                    assert_eq!(answer, Ok(("pinged".to_owned(), 200, b"pong".to_vec())));
                    asked += 1;
                }
                asked
            }));
        }
        let mut long = host.fetch(get("/pinged/pongs/100")).await.unwrap();
        let mut pieces = vec![long.body.next().await.unwrap().unwrap()];
        let plugin: orchestrator::event::PluginName = "pinged".parse().unwrap();
        for _ in 0..2 {
            host.command(Command::ReloadPlugin { plugin: plugin.clone() }).await.unwrap();
        }
        over.store(true, Ordering::Relaxed);
        for asker in askers {
            assert!(asker.await.unwrap() > 0);
        }
        while let Some(piece) = long.body.next().await {
            pieces.push(piece.unwrap());
        }
        assert_eq!(pieces.len(), 100);
        host.close().await;
    });
}

#[test]
fn a_plugin_that_ends_in_a_request_is_told_in_words_and_waited_for() {
    let Some(dir) = inside() else {
        let project = project();
        add(&project, Kind::Native, "pinged", &json!({}));
        return in_own_process(&project, "api_routes::a_plugin_that_ends_in_a_request_is_told_in_words_and_waited_for");
    };
    block_on(async {
        let mut host = Host::open(dir).await;
        let (status, words) = ask(&host.host, "/pinged/crash").await.unwrap_err();
        assert_eq!(status, 502, "{words}");
        assert!(words.contains("SIGABRT") || words.contains("signal"), "{words}");
        // It is started again by itself, and this waits for it.
        assert_eq!(ask(&host.host, "/pinged/ping").await.unwrap().1, 200);
        host.until_state("pinged", PluginState::Active).await;
        host.host.close().await;
    });
}

#[test]
fn a_streamed_answers_head_may_be_changed_and_its_body_not() {
    let project = project();
    add(&project, Kind::Native, "pinged", &json!({}));
    add(&project, Kind::Native, "watcher", &each(&["post_api_request"], "head"));
    // What it sends is no text, and this test reads text.
    let call = ["api", "call", "GET", "/pinged/pongs/0"];
    project.run(call).assert_exit(0).assert_err("203 from pinged");
    project.write("config/plugins/watcher.json", &each(&["post_api_request"], "body").to_string());
    project.run(call).assert_exit(0).assert_err("200 from pinged");
    project.run(["api", "call", "GET", "/pinged/ping"]).assert_exit(0).assert_out("another");
    let upgrade = ["api", "call", "GET", "/pinged/ping", "--header", "Upgrade: websocket"];
    project.run(upgrade).assert_exit(2).assert_err("can't be had as a websocket");
}
