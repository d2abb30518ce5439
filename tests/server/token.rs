//! The token: how it is kept, and where it is not.

use std::os::unix::fs::PermissionsExt;

use crate::client::Server;
use crate::support::Project;

#[test]
fn it_is_its_owners_alone_and_in_no_log() {
    let project = Project::new();
    let server = Server::start(&project);
    server.ask("GET", "/api/v1/plugins?secret=in-the-query", "").assert_problem(400, "query");
    let file = project.own_state().join("server/token");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(server.token.len(), 64);
    let commands = std::fs::read(format!("/proc/{}/cmdline", server.live.process.id())).unwrap();
    assert!(!String::from_utf8_lossy(&commands).contains(&server.token));
    server.live.signal(rustix::process::Signal::TERM);
    server.live.finish().assert_exit(0);
    let log = project.log();
    assert!(log.contains("/api/v1/plugins"), "{log}");
    assert!(!log.contains(&server.token) && !log.contains("in-the-query"), "{log}");
}

#[test]
fn a_person_gets_it_by_asking_and_another_one_too() {
    let project = Project::new();
    let token = |args: &[&str]| {
        let all = ["serve", "token"].iter().chain(args).copied();
        project.run(all).assert_exit(0).out.trim().to_owned()
    };
    let first = token(&[]);
    assert_eq!(token(&[]), first);
    let file = token(&["--path"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    assert_ne!(token(&["--new"]), first);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    project.run(["serve", "--port", "0"]).assert_exit(1).assert_err("by others");
}
