//! `orchestrator screenshot`, on a run that was recorded before.

use crate::support::Project;

/// A project with one finished run, whose requirements mean something to XML.
fn project_with_a_run() -> Project {
    let project = Project::new();
    project
        .run(["run", "plan_execute_review", "Escape <b>all</b> & \"everything\"", "--config", "agent=planner_agent"])
        .assert_exit(0);
    project
}

/// The texts that the picture holds, one after the other, as a reader of XML sees them.
fn texts(svg: &str) -> String {
    let document = roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{error}:\n{svg}"));
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.filter_map(|node| node.text()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_run_is_drawn_the_same_each_time_and_well_formed() {
    let project = project_with_a_run();
    let first = project.run(["screenshot", "1"]).assert_exit(0);
    let second = project.run(["screenshot", "1", "--size", "120x36", "--theme", "dark"]).assert_exit(0);
    assert_eq!(first.out, second.out);
    let shown = texts(&first.out);
    for expected in ["plan_execute_review #1", "✓ completed", "planner_agent", "Hook trace", "Escape <b>all</b> & \"ev"]
    {
        assert!(shown.contains(expected), "`{expected}` is missing:\n{shown}");
    }
    let light = project.run(["screenshot", "1", "--theme", "light"]).assert_exit(0);
    assert_eq!(texts(&light.out), shown);
    assert_ne!(light.out, first.out);
}

#[test]
fn keys_lead_to_other_screens_and_change_nothing() {
    let project = project_with_a_run();
    let help = project.run(["screenshot", "1", "--size", "80x24", "--keys", "?"]).assert_exit(0);
    assert!(texts(&help.out).contains("Help"), "{}", texts(&help.out));
    project.run(["screenshot", "1", "--keys", "q"]).assert_exit(2).assert_err("these keys leave the workbench");
    project.run(["screenshot", "1", "--keys", "nokey"]).assert_exit(2).assert_err("`nokey` is no key");
    let started = project.run(["screenshot", "1", "--keys", "w Tab x Ctrl-s"]);
    started.assert_exit(2).assert_err("a picture changes nothing");
    assert!(project.run(["runs", "list"]).assert_exit(0).assert_out("#1").out.lines().count() == 2);
}

#[test]
fn a_picture_goes_to_a_file() {
    let project = project_with_a_run();
    let to_file = project.run(["screenshot", "1", "--out", "pictures/run.svg"]).assert_exit(0);
    assert!(to_file.out.is_empty());
    let written = std::fs::read_to_string(project.dir().join("pictures/run.svg")).unwrap();
    assert_eq!(written, project.run(["screenshot", "1", "--out", "-"]).assert_exit(0).out);
    std::os::unix::fs::symlink("pictures/run.svg", project.dir().join("link.svg")).unwrap();
    project.run(["screenshot", "1", "--theme", "light", "--out", "link.svg"]).assert_exit(0);
    assert_ne!(std::fs::read_to_string(project.dir().join("pictures/run.svg")).unwrap(), written);
    project.run(["screenshot", "1", "--out", "config"]).assert_exit(1).assert_err("can't write config");
}

#[test]
fn what_is_wrong_is_said() {
    let project = project_with_a_run();
    project.run(["screenshot", "7"]).assert_exit(2).assert_err("7");
    project.run(["screenshot", "1", "--size", "wide"]).assert_exit(2).assert_err("such as 120x36");
    project.run(["screenshot", "1", "--size", "9x9"]).assert_exit(2).assert_err("40x10 to 500x200");
    project.run(["screenshot", "1", "--theme", "drak"]).assert_exit(2).assert_err("did you mean `dark`?");
}
