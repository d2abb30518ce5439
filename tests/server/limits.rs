//! Clients that want more than their share.

use crate::client::Server;
use crate::support::Project;

fn limited(limits: &str) -> (Project, Server) {
    let project = Project::new();
    project.write("config/orchestrator.yaml", &format!("server:\n  limits: {{{limits}}}\n"));
    let server = Server::start(&project);
    (project, server)
}

#[test]
fn a_huge_head_is_refused() {
    let (_project, server) = limited("connections: 8");
    let head = server.head("GET", "/api/v1/plugins");
    server.raw(&format!("{head}X-Huge: {}\r\n\r\n", "x".repeat(20 * 1024))).assert_problem(431, "head");
    let many: String = (0..200).map(|number| format!("X-{number}: y\r\n")).collect();
    server.raw(&format!("{head}{many}\r\n")).assert_problem(431, "head");
    // What is larger than anybody would read is cut short.
    let endless = server.raw(&format!("{head}X-Huge: {}", "x".repeat(256 * 1024)));
    assert_eq!(endless.status, 431);
}

#[test]
fn a_body_that_is_too_large_is_refused_also_if_its_length_is_not_told() {
    let (_project, server) = limited("body_kb: 1");
    let body = "x".repeat(2000);
    server.ask("POST", "/api/v1/runs", &body).assert_problem(413, "1 KiB");
    let head = server.head("POST", "/api/v1/runs");
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n7d0\r\n{body}\r\n0\r\n\r\n");
    server.raw(&chunked).assert_problem(413, "1 KiB");
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let (_project, server) = limited("body_time: 300ms");
    let head = server.head("POST", "/api/v1/runs");
    let mut slow = server.connect();
    slow.send(&format!("{head}Content-Length: 100\r\n\r\n{{"));
    slow.reply().assert_problem(408, "body");
    // And the connection is over.
    assert_eq!(slow.rest(), "");
}

#[test]
fn a_head_that_does_not_come_is_not_waited_for() {
    let (_project, server) = limited("header_time: 300ms");
    let mut slow = server.connect();
    slow.send("GET /api/v1/health HTTP/1.1\r\nHost: loc");
    assert_eq!(slow.rest(), "");
    // Nor is a second request.
    let mut idle = server.connect();
    idle.send(&format!("GET /api/v1/health HTTP/1.1\r\nHost: {}\r\n\r\n", server.address));
    assert_eq!(idle.reply().status, 200);
    assert_eq!(idle.rest(), "");
}

#[test]
fn a_client_that_has_said_all_is_answered() {
    let (_project, server) = limited("connections: 8");
    let head = server.head("GET", "/api/v1/plugins");
    let mut half = server.connect();
    half.send(&format!("{head}\r\n"));
    half.close_half();
    assert_eq!(half.reply().status, 200);
    assert_eq!(half.rest(), "");
    // One that broke off is not taken for one that is complete.
    let mut broken = server.connect();
    broken.send(&format!("{}Content-Length: 10\r\n\r\nabc", server.head("POST", "/api/v1/runs")));
    broken.close_half();
    broken.reply().assert_problem(400, "body");
}

#[test]
fn one_connection_too_many_is_told_so_and_a_place_that_is_left_can_be_had() {
    let (_project, server) = limited("connections: 2");
    let head = server.head("GET", "/api/v1/events");
    let mut streams: Vec<_> = (0..2).map(|_| server.connect()).collect();
    for stream in &mut streams {
        stream.send(&format!("{head}\r\n"));
        // It has its place.
        assert!(stream.until("\r\n\r\n").starts_with("HTTP/1.1 200"));
    }
    server.connect().reply().assert_problem(503, "too many");
    drop(streams.pop());
    let deadline = std::time::Instant::now() + crate::support::PATIENCE;
    while server.ask("GET", "/api/v1/plugins", "").status != 200 {
        assert!(std::time::Instant::now() < deadline, "the place is never free again");
    }
}
