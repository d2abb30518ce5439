//! Where it listens.

use std::net::TcpStream;

use crate::client::Server;
use crate::support::Project;

#[test]
fn it_is_this_machines_alone_and_has_one_port() {
    let project = Project::new();
    let server = Server::start(&project);
    assert!(server.address.ip().is_loopback());
    let port = server.address.port().to_string();
    // A second one does not take the port, and says what to do.
    project.run(["serve", "--port", &port]).assert_exit(1).assert_err("taken").assert_err("--port");
    // The first one goes on.
    assert_eq!(server.ask("GET", "/api/v1/plugins", "").status, 200);
}

#[test]
fn elsewhere_needs_a_word_and_gets_a_warning() {
    let project = Project::new();
    let refused = project.run(["serve", "--listen", "0.0.0.0", "--port", "0"]);
    refused.assert_exit(3).assert_err("--expose");
    let server = Server::with(&project, &["--listen", "0.0.0.0", "--expose"]);
    let port = server.address.port();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    server.live.signal(rustix::process::Signal::TERM);
    server.live.finish().assert_exit(0).assert_err("warning").assert_err("not encrypted");
}

#[test]
fn a_name_counts_only_for_a_server_that_others_reach() {
    let project = Project::new();
    project.write("config/orchestrator.yaml", "server:\n  hosts: [workbench.example]\n");
    let asked = |server: &Server| {
        let token = &server.token;
        let head = format!("GET /api/v1/plugins HTTP/1.1\r\nHost: workbench.example\r\nAuthorization: Bearer {token}");
        server.raw(&format!("{head}\r\n\r\n")).status
    };
    assert_eq!(asked(&Server::start(&project)), 421);
    assert_eq!(asked(&Server::with(&project, &["--expose"])), 200);
}

#[test]
fn who_only_looks_may_be_asked_and_not_told() {
    let project = Project::new();
    let server = Server::with(&project, &["--readonly"]);
    assert_eq!(server.ask("GET", "/api/v1/plugins", "").status, 200);
    let start = r#"{"workflow_type": "plan_execute_review", "requirements": "x"}"#;
    server.ask("POST", "/api/v1/runs", start).assert_problem(403, "--readonly");
}
