//! Its end: what is under way, and who is told.

use rustix::process::Signal;
use serde_json::Value;

use crate::client::{Connection, Server};
use crate::support::{PATIENCE, Project};

/// A server with a run that goes on until it is cancelled, and a client that follows it.
fn with_a_run(grace: &str) -> (Project, Server, Connection) {
    let project = Project::new();
    project.write("config/orchestrator.yaml", &format!("server:\n  grace: {grace}\n"));
    project.add_approved("echo", "{}");
    let server = Server::start(&project);
    let started = server.ask("POST", "/api/v1/agents/slow/runs", r#"{"task": "on and on"}"#);
    assert_eq!(started.status, 201, "{started:?}");
    let run = started.json()["run"].clone();
    let mut events = server.connect();
    let head = server.head("GET", &format!("/api/v1/runs/{run}/events"));
    events.send(&format!("{head}Accept: application/x-ndjson\r\n\r\n"));
    events.until("agent_output");
    (project, server, events)
}

#[test]
fn a_run_that_takes_too_long_is_cancelled_and_its_followers_hear_of_it() {
    let (_project, server, mut events) = with_a_run("100ms");
    server.live.signal(Signal::TERM);
    // The stream ends as a stream ends, after the run's last event.
    let last = events.rest();
    let finished = last.lines().rfind(|line| line.contains("run_finished")).expect("the run's end is told");
    let finished: Value = serde_json::from_str(finished.trim()).unwrap();
    assert_eq!(finished["status"], "cancelled", "{finished}");
    assert!(last.ends_with("0\r\n\r\n"), "{last:?}");
    let ended = server.live.finish().assert_exit(0);
    ended.assert_err("SIGTERM").assert_err("cancelled: run #1").assert_err("the server has ended");
}

#[test]
fn a_second_signal_does_not_wait() {
    let (_project, server, mut events) = with_a_run("1h");
    server.live.signal(Signal::INT);
    // Once nobody is let in, the first signal was heard.
    let deadline = std::time::Instant::now() + PATIENCE;
    while std::net::TcpStream::connect(server.address).is_ok() {
        assert!(std::time::Instant::now() < deadline, "it goes on listening");
    }
    server.live.signal(Signal::INT);
    server.live.finish().assert_exit(130);
    events.rest();
}

#[test]
fn a_stream_that_would_never_end_is_ended() {
    let project = Project::new();
    let server = Server::start(&project);
    let mut events = server.connect();
    events.send(&format!("{}\r\n", server.head("GET", "/api/v1/events")));
    events.until("retry: 1000\n\n");
    // A connection that waits for its next request holds nobody up either.
    let mut idle = server.connect();
    idle.send(&format!("GET /api/v1/health HTTP/1.1\r\nHost: {}\r\n\r\n", server.address));
    idle.reply();
    server.live.signal(Signal::TERM);
    assert!(events.rest().ends_with("0\r\n\r\n"));
    assert_eq!(idle.rest(), "");
    let ended = server.live.finish().assert_exit(0);
    assert!(!ended.err.contains("cut off"), "{}", ended.err);
}
