//! Plugins that can't be loaded: each says why, where and what to do, and the others load.

use crate::support::Project;

#[test]
fn a_bad_manifest_is_shown_with_its_lines_and_the_others_load() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.write(
        "plugins/bad/plugin.yaml",
        "name: Bad Name\nversion: 1.0.0\ndescription: x\nruntime: nativ\npermissions:\n  - fly\n",
    );
    project
        .run(["plugin", "show", "bad"])
        .assert_exit(0)
        .assert_out("broken")
        .assert_out("plugins/bad/plugin.yaml:1:7")
        .assert_out("1 | name: Bad Name")
        .assert_out("plugins/bad/plugin.yaml:4:10")
        .assert_out("write `python` or `native`")
        .assert_out("plugins/bad/plugin.yaml:6:5")
        .assert_out("the permissions are read_workflow");
    let listed = project.plugin("bad");
    assert_eq!((&listed["state"], &listed["kind"]), (&"broken".into(), &serde_json::Value::Null));
    assert!(listed["remedy"].as_str().unwrap().contains("plugins/bad/plugin.yaml:1"), "{listed}");
    project.run(["doctor"]).assert_exit(1).assert_out("✗ plugin bad");
    assert_eq!(project.plugin("echo")["state"], "active");
    project.run(["run", "chorus", "x"]).assert_exit(0);
}

#[test]
fn a_manifest_that_is_no_yaml_is_shown_where_it_breaks() {
    let project = Project::new();
    project.write("plugins/torn/plugin.yaml", "name: torn\nversion: 1.0.0\ndescription: [x\n");
    project.run(["plugin", "show", "torn"]).assert_exit(0).assert_out("torn/plugin.yaml:3:14").assert_out("unclosed");
}

#[test]
fn a_library_that_is_no_plugin_and_one_of_another_age_are_broken_in_words() {
    for how in ["approve", "trust"] {
        unusable_libraries(how);
    }
}

fn unusable_libraries(how: &str) {
    let project = Project::new();
    for plugin in ["echo", "no_symbol", "wrong_abi"] {
        project.add_allowed(how, plugin, "{}");
    }
    let no_symbol = project.plugin("no_symbol");
    assert_eq!(no_symbol["state"], "broken");
    let reason = no_symbol["reason"].as_str().unwrap();
    assert!(reason.contains("does not export `orchestrator_plugin`") && reason.contains("export_plugin!"), "{reason}");

    let wrong_abi = project.plugin("wrong_abi");
    assert_eq!(wrong_abi["state"], "broken");
    let reason = wrong_abi["reason"].as_str().unwrap();
    assert!(reason.contains("version 999") && reason.contains("this host has version 1"), "{reason}");

    assert_eq!(project.plugin("echo")["state"], "active");
    project.run(["run", "chorus", "x"]).assert_exit(0);
}

#[test]
fn a_file_that_is_no_library_is_broken_in_words() {
    let project = Project::new();
    project.write("plugins/text/plugin.yaml", "name: text\nversion: 1.0.0\ndescription: x\nlibrary: libtext.so\n");
    project.write("plugins/text/libtext.so", "not a library");
    project.run(["plugin", "approve", "text"]);
    let text = project.plugin("text");
    assert_eq!(text["state"], "broken");
    assert!(text["reason"].is_string() && text["remedy"].is_string(), "{text}");
}

#[test]
fn two_plugins_of_one_name_are_told_apart() {
    let project = Project::new();
    project.add_fixture("echo");
    project.write("plugins/second/plugin.yaml", "name: Echo\nversion: 1.0.0\ndescription: x\nruntime: native\n");
    project.write("plugins/third/plugin.yaml", "name: echo\nversion: 1.0.0\ndescription: x\nruntime: native\n");
    let third = project.plugin("third");
    assert_eq!(third["state"], "broken");
    assert!(third["reason"].as_str().unwrap().contains("already belongs to the plugin in"), "{third}");
    assert_eq!(project.plugin("second")["state"], "broken", "a name in capitals");
    assert_eq!(project.plugin("echo")["state"], "needs_approval");
}

#[test]
fn a_config_that_is_no_json_holds_its_plugin_back() {
    let project = Project::new();
    project.write("config/plugins/repo_audit.json", "{\"oversized_lines\": ]}");
    let broken = project.plugin("repo_audit");
    assert_eq!(broken["state"], "broken");
    assert!(broken["reason"].as_str().unwrap().contains("repo_audit.json:1:"), "{broken}");
    assert_eq!(project.plugin("command_agents")["state"], "active");
}
