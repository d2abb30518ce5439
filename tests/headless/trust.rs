//! Native code runs only when the operator trusts exactly this content.

use crate::support::Project;

#[test]
fn an_untrusted_plugin_waits_says_why_and_what_to_do() {
    let project = Project::new();
    project.add_fixture("echo");
    let held = project.plugin("echo");
    assert_eq!(held["state"], "needs_approval");
    assert_eq!((&held["agents"], &held["granted"]), (&0.into(), &0.into()));
    assert!(held["reason"].as_str().unwrap().contains("nobody has trusted this content"), "{held}");
    assert!(held["remedy"].as_str().unwrap().contains("orchestrator plugin trust echo"), "{held}");
    project.run(["run", "chorus", "x"]).assert_exit(2).assert_err("there is no workflow `chorus`");

    project.run(["plugin", "trust", "echo"]).assert_exit(0).assert_out("it is active");
    let trusted = project.plugin("echo");
    assert_eq!((&trusted["state"], &trusted["granted"]), (&"active".into(), &3.into()));
    project.run(["run", "chorus", "x"]).assert_exit(0);
}

#[test]
fn trust_does_not_carry_over_to_changed_content() {
    let project = Project::new();
    project.add_trusted("echo", "{}");
    let manifest = project.dir().join("plugins/echo/plugin.yaml");
    let original = std::fs::read_to_string(&manifest).unwrap();
    project.write("plugins/echo/plugin.yaml", &format!("{original}# changed\n"));
    let changed = project.plugin("echo");
    assert_eq!((&changed["state"], &changed["agents"]), (&"needs_approval".into(), &0.into()));

    project.write("plugins/echo/plugin.yaml", &original);
    assert_eq!(project.plugin("echo")["state"], "active", "the very content that was trusted is back");
    project.write("plugins/echo/notes.txt", "another file");
    assert_eq!(project.plugin("echo")["state"], "needs_approval");
}

#[test]
fn trust_stays_with_the_user_who_gave_it() {
    let project = Project::new();
    project.add_trusted("echo", "{}");
    // The project as it would arrive with somebody else: with its grants, without this user's state.
    std::fs::remove_dir_all(project.state_dir()).unwrap();
    let held = project.plugin("echo");
    assert_eq!((&held["state"], &held["granted"]), (&"needs_approval".into(), &0.into()));
}

#[test]
fn a_broken_plugin_cannot_be_trusted() {
    let project = Project::new();
    project.write("plugins/bad/plugin.yaml", "name: bad\nversion: one\n");
    project.run(["plugin", "trust", "bad"]).assert_exit(1).assert_err("plugin.yaml:2:10");
}
