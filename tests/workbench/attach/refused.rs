//! What can't be attached to.

use super::served::Served;
use crate::bench::echoing;
use crate::support::{Project, Screen};

#[track_caller]
fn refused(project: &Project, args: &[&str], token: &str) -> (u32, String) {
    let args = ["attach"].into_iter().chain(args.iter().copied());
    let mut screen = Screen::start_with(project, 160, 24, args, &[("ORCHESTRATOR_TOKEN", token)]);
    let status = screen.wait_exit();
    (status.exit_code(), screen.text())
}

#[test]
fn what_can_not_work_is_said_before_the_workbench_opens() {
    let project = echoing();
    let served = Served::start(&project);
    let url = format!("http://{}", served.address);
    let cases = [
        (vec!["https://127.0.0.1:8787"], "x", 2, "ssh -N -L"),
        (vec![url.as_str()], "", 2, "--token-file"),
        (vec![url.as_str(), "--token-file", "none"], "", 2, "none"),
        (vec![url.as_str()], "wrong", 1, "token"),
        (vec!["http://127.0.0.1:1"], "x", 1, "is `orchestrator serve` running there"),
    ];
    for (args, token, code, words) in cases {
        let (exit, text) = refused(&project, &args, token);
        assert_eq!(exit, code, "{args:?}: {text}");
        assert!(text.contains(words), "{args:?}: {text}");
    }
    project.run(["attach", &url]).assert_exit(2).assert_err("needs a terminal");
}
