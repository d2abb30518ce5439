//! Plugins' routes, at the paths that they declare.

use crate::client::Server;
use crate::support::Project;

fn served() -> (Project, Server) {
    let project = Project::new();
    project.add_approved("hooking", "{}");
    let server = Server::start(&project);
    (project, server)
}

#[test]
fn a_route_is_answered_where_it_is_declared_and_only_with_the_token() {
    let (_project, server) = served();
    let ping = server.ask("GET", "/hooking/ping", "");
    assert_eq!((ping.status, ping.body.as_str()), (200, "pong"), "{ping:?}");
    let host = server.address;
    server.raw(&format!("GET /hooking/ping HTTP/1.1\r\nHost: {host}\r\n\r\n")).assert_problem(401, "token");
    server.ask("GET", "/hooking/nothing", "").assert_problem(404, "/hooking/nothing");
}

#[test]
fn what_a_path_takes_is_told_and_whoever_gets_may_ask_for_the_head_alone() {
    let (_project, server) = served();
    let options = server.ask("OPTIONS", "/hooking/ping", "");
    assert_eq!(options.status, 204, "{options:?}");
    assert!(options.head.contains("allow: get, head, options"), "{options:?}");
    let refused = server.ask("DELETE", "/hooking/ping", "");
    refused.assert_problem(405, "/hooking/ping");
    assert!(refused.head.contains("allow: get"), "{refused:?}");
    let mut head = server.connect();
    head.send(&format!("{}Connection: close\r\n\r\n", server.head("HEAD", "/hooking/ping")));
    let answer = head.rest();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "{answer}");
}
