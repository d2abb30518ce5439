//! How much is held is the operator's to say, and nobody's who comes with a project.

use crate::place::{Who, project, settings_file};

#[test]
fn a_plugin_that_is_held_less_than_the_least_is_not_started() {
    let Some(project) = project("{}") else { return };
    let settings = "sandbox:\n  min_level: full\n  plugins:\n    escape: {level: none}\n";
    std::fs::write(settings_file(&project), settings).unwrap();
    let refused = project.plugin(Who::Native.plugin());
    assert_eq!(refused["state"], "broken");
    let reason = refused["reason"].as_str().unwrap();
    assert!(reason.contains("only the level none here, and full is the least"), "{reason}");
    assert!(refused["remedy"].as_str().unwrap().contains("min_level: none"), "{refused}");
    // It is that plugin's own affair.
    assert_eq!(project.plugin(Who::Python.plugin())["state"], "active");
}

#[test]
fn a_project_can_loosen_nothing() {
    let Some(project) = project("{}") else { return };
    let loose = "{level: none, memory_mb: 100000, cpu_seconds: 80000}";
    let settings =
        format!("sandbox:\n  min_level: none\n  level: none\n  memory_mb: 100000\n  plugins:\n    escape: {loose}\n");
    project.write("config/orchestrator.yaml", &settings);
    let shown = project.run(["plugin", "show", "escape"]).assert_exit(0);
    shown.assert_out("sandbox      full:").assert_out("at most 512 MB of memory, 30 s of computing");
}
