//! What a plugin's process uses and may touch, of a real one.

use crate::bench::wide;
use crate::support::{ENTER, Project, Screen};

/// The number before `/limit`, in the plugin column's line that begins with `name`.
fn used(text: &str, name: &str, limit: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.contains(name) && line.contains(limit))?;
    let before = line.split_once(limit)?.0;
    before.rsplit(' ').next()?.parse().ok()
}

fn wait_used(screen: &Screen, name: &str, limit: &str, wanted: impl Fn(u64) -> bool) {
    screen.wait_until(&format!("{name} of {limit}"), |text| used(text, name, limit).is_some_and(&wanted));
}

#[test]
fn a_call_that_computes_moves_the_bars_and_the_details_say_what_it_may_touch() {
    let project = Project::new();
    project.add_approved("hostile", "{}");
    let mut screen = wide(&project);
    screen.send("/");
    screen.wait_for("find ");
    screen.send("hostile");
    screen.send(ENTER);
    wait_used(&screen, "memory", "/512 MB", |megabytes| megabytes > 0);
    wait_used(&screen, "threads", "/64", |threads| threads > 0);
    wait_used(&screen, "disk", "/1024 MB", |_| true);
    screen.wait_for("0/30 s idle");

    screen.launch("plan_execute_review", "1000000000", &["floods"]);
    wait_used(&screen, "cpu", "/30 s", |seconds| seconds > 0);
    screen.send("x");
    screen.wait_for("Cancel run #1?");
    screen.send("y");
    screen.wait_for("■ cancelled");
    screen.wait_for("0/30 s idle");

    screen.send("\x1b[Z");
    screen.send(ENTER);
    let text = screen.wait_for("What it may touch");
    for sentence in [
        "It may read ",
        "It may change ",
        "It may not use the network.",
        "It may start no programs.",
        "It may use 512 MB of memory, compute for 30 seconds in one call, have 64 threads",
    ] {
        assert!(text.contains(sentence), "no `{sentence}`:\n{text}");
    }
    let data = project.dir().join("plugins/hostile").display().to_string();
    assert!(text.contains(&data), "its own folder is not among what it reads:\n{text}");
    screen.send("q");
    screen.wait_gone("What it may touch");
    screen.quit();
}
