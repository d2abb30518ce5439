//! `repo_audit`, launched by hand and looked at.

use std::ops::Range;

use crate::bench::wide;
use crate::support::{ENTER, Project, Screen};

/// Where a wide workbench has its run, and its hook trace.
const RUN: Range<u16> = 38..140;
const TRACE: Range<u16> = 140..200;

const DONE: &str = "repo_audit #1  ✓ completed";

/// A tree with known findings, in the project.
fn prepared() -> Project {
    let project = Project::new();
    // Another plugin's handlers would stand last in the trace.
    project.write("config/plugins/release_notes.json", r#"{"enabled": false}"#);
    project.write("tree/Cargo.toml", "[package]\nname = \"x\"\nversion = \"0.1.0\"\n\n[dependencies]\nserde = \"*\"\n");
    project.write("tree/src/main.rs", "//! Does it.\n\nfn main() {\n    // TODO: write it\n}\n\n// FIXME: and this\n");
    project.write("tree/README.md", "# x\n\nSee [the guide](docs/guide.md).\n");
    project
}

fn audited(project: &Project) -> Screen {
    let mut screen = wide(project);
    screen.launch("repo_audit", "Find what would embarrass us", &["tree"]);
    screen.wait_for(DONE);
    screen
}

/// One column of the screen without what only this moment has: below the header and above the key hints.
fn column(screen: &Screen, columns: Range<u16>) -> Vec<String> {
    let mut rows = screen.columns(columns);
    rows.pop();
    rows.remove(0);
    rows
}

#[test]
fn agents_work_side_by_side_and_what_they_find_is_on_the_screen() {
    let project = prepared();
    let mut screen = audited(&project);
    let run = column(&screen, RUN).join("\n");
    let beside = |line: &str| line.matches("_agent ✓ completed").count() == 2;
    assert!(run.lines().any(beside), "no two panes side by side:\n{run}");
    for agent in ["size_agent ✓", "debt_agent ✓", "dependency_agent ✓", "docs_agent ✓", "reviewer_agent ✓"] {
        assert!(run.contains(agent), "no {agent} in:\n{run}");
    }
    assert!(run.contains("Find what would embarrass us"), "{run}");
    assert!(run.contains("✓ inspect  ✓ review") && run.contains("2/2 done"), "{run}");
    assert!(run.contains("info src/main.rs:4 debt: TODO: write it"), "{run}");
    assert!(run.contains("warning src/main.rs:7 debt: FIXME: and this"), "{run}");
    assert!(run.contains("README.md:3 broken-link"), "{run}");
    assert!(run.contains("Cargo.toml:6 unpinned: serde"), "{run}");
    assert!(run.lines().any(|line| line.contains(" result ")), "no pane of the result:\n{run}");
    screen.quit();
}

#[test]
fn the_hook_trace_says_what_came_of_each_handler_and_what_it_changed() {
    let project = prepared();
    let mut screen = audited(&project);
    screen.wait_for("post_workflow_execution");
    let trace = column(&screen, TRACE).join("\n");
    let handlers = trace.lines().filter(|line| line.contains(" repo_audit     ✓ changed"));
    assert_eq!(handlers.count(), 2, "{trace}");
    assert!(trace.contains("pre_workflow_execution"), "{trace}");
    // Only the handlers; the newest is selected.
    screen.send("t/");
    screen.wait_for("find ");
    screen.send("changed");
    screen.send(ENTER);
    let adds = |text: &str, key: &str| text.lines().any(|line| line.contains("+ ") && line.contains(key));
    screen.wait_until("what add_timing added", |text| text.contains("add_timing") && adds(text, "\"timing\""));
    screen.send("g");
    screen.wait_until("what add_tree added", |text| text.contains("add_tree") && adds(text, "\"tree\""));
    screen.quit();
}

#[test]
fn a_stored_run_looks_as_it_did() {
    let project = prepared();
    let mut screen = audited(&project);
    screen.wait_for("\"timing\"");
    let seen = (column(&screen, RUN), column(&screen, TRACE));

    screen.send("2");
    let runs = screen.wait_until("the history", |text| text.contains("newest first") && text.contains("✓ completed"));
    assert!(runs.lines().any(|line| line.contains("#1") && line.contains("repo_audit")), "{runs}");
    screen.send("1");
    screen.wait_for(DONE);
    // Closed and opened again, here and in another process.
    screen.send("c");
    screen.wait_for("w  launches a workflow:");
    reopened(&mut screen, &seen);
    screen.quit();
    let mut later = wide(&project);
    reopened(&mut later, &seen);
    later.quit();
}

fn reopened(screen: &mut Screen, seen: &(Vec<String>, Vec<String>)) {
    screen.send("2");
    screen.wait_for("newest first");
    screen.send(ENTER);
    screen.wait_for(DONE);
    // What the handler changed is fetched.
    screen.wait_for("\"timing\"");
    assert_eq!(column(screen, RUN), seen.0);
    assert_eq!(column(screen, TRACE), seen.1);
}

#[test]
fn this_repository_can_be_audited() {
    let project = Project::new();
    let mut screen = wide(&project);
    screen.try_to_launch("repo_audit", "Look at yourself", &[env!("CARGO_MANIFEST_DIR")]);
    // It lies outside the project.
    screen.wait_for("Allow this for the run?");
    // Keys count only after a moment.
    screen.wait_for("[ No ]");
    screen.send("y");
    let text = screen.wait_for(DONE);
    assert!(text.contains("reviewer_agent ✓"), "{text}");
    screen.quit();
}
