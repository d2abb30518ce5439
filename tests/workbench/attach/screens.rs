//! What one sees.

use super::proxy::Proxy;
use super::served::Served;
use crate::bench::echoing;
use crate::support::{Project, Screen};

fn attach(here: &Project, served: &Served, proxy: &Proxy, more: &[&str]) -> Screen {
    let (url, file) = (format!("http://{}", proxy.address), served.token_file.to_str().unwrap());
    let args = ["attach", &url, "--token-file", file].into_iter().chain(more.iter().copied());
    Screen::start(here, 200, 60, args)
}

#[test]
fn a_run_goes_on_while_the_connection_is_away_and_is_all_there_when_it_is_back() {
    let (project, here) = (echoing(), Project::new());
    let served = Served::start(&project);
    let proxy = Proxy::start(served.address);
    let mut screen = attach(&here, &served, &proxy, &[]);
    let text = screen.wait_for("● echo");
    let header = text.lines().next().unwrap().to_owned();
    assert!(header.contains(&format!("at {}", proxy.address)), "{header}");
    screen.wait_for("Inspects a source tree");
    screen.launch("plan_execute_review", "Say dots until told otherwise", &["slow"]);
    screen.wait_for(".....");

    proxy.down();
    let text = screen.wait_for("✗ away since ");
    assert!(text.contains("is lost: "), "{text}");
    screen.send("x");
    screen.wait_for("Cancel run #1?");
    screen.send("y");
    screen.wait_for("broke before the answer came");

    proxy.up(served.address);
    screen.wait_gone("✗ away since ");
    screen.send("x");
    screen.wait_for("Cancel run #1?");
    screen.send("y");
    let text = screen.wait_for("#1  ■ cancelled");
    assert!(text.contains("cancelled by you in the workbench"), "{text}");
    screen.quit();
    assert!(!here.state_dir().join("projects").exists(), "a host was opened here too");
}

#[test]
fn leaving_ends_nothing() {
    let (project, here) = (echoing(), Project::new());
    let served = Served::start(&project);
    let proxy = Proxy::start(served.address);
    let mut screen = attach(&here, &served, &proxy, &[]);
    screen.wait_for("Inspects a source tree");
    screen.launch("plan_execute_review", "Say dots until told otherwise", &["slow"]);
    screen.wait_for(".....");
    screen.quit();
    let runs = project.run(["runs", "list", "--json"]).assert_exit(0).json();
    assert!(runs[0]["status"].is_null(), "{runs}");

    let mut screen = attach(&here, &served, &proxy, &["--readonly"]);
    let text = screen.wait_for("1 run live");
    assert!(text.lines().next().unwrap().contains("read-only"), "{text}");
    screen.send("w");
    screen.wait_for("this was opened with --readonly");
    screen.quit();
}
