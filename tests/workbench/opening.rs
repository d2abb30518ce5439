//! What one sees first.

use crate::bench::{open, wide};
use crate::support::{ENTER, Project, Screen, TAB};

#[test]
fn the_plugins_are_listed_with_their_states_in_any_size() {
    let project = Project::new();
    project.add_fixture("echo");
    for (columns, rows) in [(80, 24), (200, 60)] {
        let mut screen = open(&project, columns, rows);
        let text = screen.wait_for(" to answer");
        let line = |name: &str| text.lines().find(|line| line.contains(name)).unwrap().to_owned();
        assert!(line(" command_agents ").contains("active"), "{text}");
        assert!(line(" echo ").contains("◇ echo"), "{text}");
        assert!(line(" echo ").contains("needs approval"), "{text}");
        assert!(text.contains(" plugins · ! "), "{text}");
        assert!(text.contains("q quit") && text.contains("? help"), "{text}");
        screen.quit();
    }
}

#[test]
fn a_plugin_that_can_not_be_used_says_why_and_stops_nobody() {
    let project = Project::new();
    project.write("plugins/odd/plugin.yaml", "name: odd\nversion: 1.2\nruntime: quantum\n");
    let mut screen = wide(&project);
    let text = screen.wait_for("✗ odd");
    assert!(text.contains("broken"), "{text}");
    assert!(text.contains("● repo_audit"), "{text}");
    screen.send("/");
    screen.wait_for("find ");
    screen.send("odd");
    screen.send(ENTER);
    screen.wait_for("plugin.yaml:");
    screen.quit();
}

#[test]
fn an_empty_project_says_what_to_do_next() {
    let project = Project::new();
    let mut screen = open(&project, 80, 24);
    screen.send(TAB);
    // What a plugin provides comes a moment after the plugin.
    screen.wait_until("the workflows of the bundled plugins", |text| {
        text.contains("w  launches a workflow:") && text.contains("  repo_audit  repo_audit")
    });
    screen.send("2");
    screen.wait_for("No run yet. w launches one.");
    screen.quit();
}

#[test]
fn a_folder_that_is_no_project_opens_too() {
    let project = Project::new();
    std::fs::create_dir(project.dir().join("bare")).unwrap();
    let mut screen = Screen::start(&project, 120, 36, ["--project", "bare"]);
    screen.wait_for("● repo_audit");
    screen.wait_for("w  launches a workflow:");
    screen.quit();
}
