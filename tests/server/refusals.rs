//! Who is not let in.

use crate::client::Server;
use crate::support::Project;

#[test]
fn without_the_token_nothing_is_answered_but_whether_it_lives() {
    let project = Project::new();
    let server = Server::start(&project);
    let host = server.address;
    let wrong = "0".repeat(64);
    for authorization in [
        String::new(),
        format!("Authorization: Bearer {wrong}\r\n"),
        format!("Authorization: Basic {}\r\n", server.token),
        format!("Authorization: Bearer {}0\r\n", server.token),
        format!("Authorization: Bearer {0}\r\nAuthorization: Bearer {0}\r\n", server.token),
    ] {
        for path in ["/api/v1/plugins", "/openapi.json", "/nowhere"] {
            let reply = server.raw(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{authorization}\r\n"));
            reply.assert_problem(401, "token");
            assert!(reply.head.contains("www-authenticate: bearer"), "{reply:?}");
        }
    }
    let open = server.raw(&format!("GET /api/v1/health HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert_eq!((open.status, open.json()["status"].as_str()), (200, Some("alive")));
    // In the query it would end up in logs.
    server
        .raw(&format!("GET /api/v1/plugins?token={} HTTP/1.1\r\nHost: {host}\r\n\r\n", server.token))
        .assert_problem(401, "token");
    assert_eq!(server.ask("GET", "/api/v1/plugins", "").status, 200);
}

#[test]
fn a_name_that_is_not_its_own_is_refused_even_with_the_token() {
    let project = Project::new();
    let server = Server::start(&project);
    let token = &server.token;
    let asked = |hosts: &str| {
        server.raw(&format!("GET /api/v1/plugins HTTP/1.1\r\n{hosts}Authorization: Bearer {token}\r\n\r\n"))
    };
    asked("Host: rebound.example:8787\r\n").assert_problem(421, "another host");
    asked("").assert_problem(400, "`Host`");
    asked("Host: localhost\r\nHost: rebound.example\r\n").assert_problem(400, "`Host`");
    assert_eq!(asked("Host: localhost:9999\r\n").status, 200);
}

#[test]
fn a_page_from_elsewhere_is_refused_and_gets_no_leave_by_cors() {
    let project = Project::new();
    let server = Server::start(&project);
    let head = server.head("GET", "/api/v1/plugins");
    for origin in ["http://elsewhere.example", "null", "http://localhost:1"] {
        let reply = server.raw(&format!("{head}Origin: {origin}\r\n\r\n"));
        reply.assert_problem(403, "origin");
        assert!(!reply.head.contains("access-control"), "{reply:?}");
    }
    let own = server.raw(&format!("{head}Origin: http://{}\r\n\r\n", server.address));
    assert_eq!(own.status, 200);
    assert!(!own.head.contains("access-control"), "{own:?}");
}

#[test]
fn what_is_not_there_is_a_problem_too() {
    let project = Project::new();
    let server = Server::start(&project);
    server.ask("GET", "/api/v1/nothing", "").assert_problem(404, "/api/v1/nothing");
    server.ask("GET", "/nothing", "").assert_problem(404, "/nothing");
    server.ask("DELETE", "/api/v1/health", "").assert_problem(405, "DELETE");
}
