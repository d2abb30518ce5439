//! `orchestrator permission`: what is said, what is written, and how it ends.

use serde_json::{Value, json};

use crate::support::Project;

/// How one permission of echo's stands.
fn state(project: &Project, permission: &str) -> String {
    let views = project.run(["permission", "list", "echo", "--json"]).assert_exit(0).json();
    let view = views.as_array().unwrap().iter().find(|view| view["permission"] == permission).cloned();
    view.unwrap_or_else(|| panic!("{permission}: {views}"))["state"].as_str().unwrap().to_owned()
}

fn file(project: &Project) -> String {
    std::fs::read_to_string(project.dir().join("config/permissions.yaml")).unwrap()
}

#[test]
fn every_answer_is_written_down_and_can_be_forgotten() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    assert_eq!(state(&project, "execute_agent"), "granted");

    project.run(["permission", "deny", "echo", "execute_agent"]).assert_exit(0).assert_out("permissions.yaml");
    assert_eq!(state(&project, "execute_agent"), "denied");
    let run = ["run", "chorus", "x", "--grant", "echo:execute_agent"];
    project.run(run).assert_exit(3).assert_err("config/permissions.yaml denies it");

    project.run(["permission", "reset", "echo", "execute_agent"]).assert_exit(0);
    assert_eq!(state(&project, "execute_agent"), "requested");
    assert!(!file(&project).contains("execute_agent"), "{}", file(&project));
    project.run(["run", "chorus", "x"]).assert_exit(3);

    project.run(["permission", "grant", "echo", "execute_agent", "--scope", "echo", "--scope", "upper"]).assert_exit(0);
    project.run(["run", "chorus", "x"]).assert_exit(0);
    project.run(["run", "chorus", "1", "--config", "voice=slow"]).assert_exit(3);
    project.run(["permission", "grant", "echo", "execute_agent", "--always"]).assert_exit(0);
    project.run(["run", "chorus", "1", "--config", "voice=slow"]).assert_exit(0);

    project.run(["permission", "revoke", "echo", "execute_agent"]).assert_exit(0);
    assert_eq!(state(&project, "execute_agent"), "requested");
    project.run(["permission", "reset", "echo"]).assert_exit(0);
    assert_eq!(state(&project, "read_workflow"), "requested");
}

#[test]
fn a_grant_for_a_run_that_has_no_effect_is_said() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    for grant in ["echo:network", "echo:spawn=cargo"] {
        let run = project.run(["run", "chorus", "x", "--grant", grant]).assert_exit(0);
        run.assert_err("to echo has no effect: its plugin.yaml does not ask for it");
    }
    let run = project.run(["run", "chorus", "x", "--grant", "echo:execute_agent"]).assert_exit(0);
    assert!(!run.err.contains("has no effect"), "{}", run.err);
}

#[test]
fn what_is_wrong_is_said_and_changes_nothing() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let before = file(&project);
    let wrong = |args: &[&str], code: i32, words: &str| {
        project.run(["permission"].into_iter().chain(args.iter().copied())).assert_exit(code).assert_err(words);
        assert_eq!(file(&project), before, "{args:?}");
    };
    wrong(&["grant", "nobody", "spawn"], 2, "there is no plugin `nobody`");
    wrong(&["list", "nobody"], 2, "there is no plugin `nobody`");
    wrong(&["audit", "nobody"], 2, "there is no plugin `nobody`");
    wrong(&["grant", "echo", "spawn"], 2, "echo does not ask for spawn");
    wrong(&["grant", "echo", "fly"], 2, "the permissions are");
    wrong(&["grant", "echo", "write_workflow", "--scope", "x"], 2, "can't be narrowed");
    wrong(&["grant", "echo", "execute_agent", "--once", "--session"], 2, "cannot be used with");
    wrong(&["deny", "echo", "execute_agent", "--once"], 2, "--once");
    wrong(&["policy", "echo", "sometimes"], 2, "hold, keep_if_no_more, dev");
    wrong(&["revoke", "echo", "spawn"], 1, "has no permission spawn that could be revoked");
    for memory in [["grant", "--session"], ["grant", "--once"], ["deny", "--session"]] {
        let args = [memory[0], "echo", "execute_agent", memory[1]];
        wrong(&args, 1, "nobody has this project open");
        wrong(&args, 1, "--always");
    }
}

#[test]
fn a_policy_says_what_becomes_of_a_plugin_that_changes() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let change = || {
        project.write("plugins/echo/notes.txt", &format!("{:?}", std::time::Instant::now()));
        project.plugin("echo")["state"].as_str().unwrap().to_owned()
    };
    project
        .run(["permission", "policy", "echo", "keep_if_no_more"])
        .assert_exit(0)
        .assert_out("if it asks for no more");
    assert_eq!(change(), "active");
    project.run(["permission", "policy", "echo", "hold"]).assert_exit(0).assert_out("held until it is approved again");
    assert_eq!(change(), "needs_approval");
    project.run(["permission", "policy", "echo", "dev"]).assert_exit(0).assert_out("counts as approved");
    assert_eq!(change(), "active");
}

#[test]
fn the_audit_log_is_shown_newest_first_and_one_plugin_can_be_picked() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.run(["permission", "deny", "echo", "execute_agent", "--scope", "slow"]).assert_exit(0);
    project.run(["run", "chorus", "1", "--config", "voice=slow"]).assert_exit(3);
    project.run(["permission", "revoke", "repo_audit", "execute_agent"]).assert_exit(0);

    let entries = project.run(["permission", "audit", "--json"]).assert_exit(0).json();
    let what = |entries: &Value| -> Vec<Value> {
        entries.as_array().unwrap().iter().map(|entry| entry["what"].clone()).collect()
    };
    assert_eq!(what(&entries), ["revoked", "denied", "answered", "approved"]);
    let denied = &entries[1];
    assert_eq!((&denied["plugin"], &denied["scope"]), (&json!("echo"), &json!(["slow"])));
    assert!(denied["run"].is_u64() && denied["content"].as_str().unwrap().starts_with("sha256:"), "{denied}");

    let one = project.run(["permission", "audit", "echo", "--limit", "2", "--json"]).assert_exit(0).json();
    assert_eq!(what(&one), ["denied", "answered"]);
    let table = project.run(["permission", "audit"]).assert_exit(0);
    let lines: Vec<&str> = table.out.lines().collect();
    assert!(lines[0].starts_with("TIME (UTC)") && lines[0].ends_with("WHY"), "{}", table.out);
    assert!(lines[1].contains("the operator") && lines[1].contains("repo_audit"), "{}", table.out);
    assert!(lines[2].contains("execute_agent (slow)") && lines[2].contains("in run #1"), "{}", table.out);
    Project::new().run(["permission", "audit"]).assert_exit(0).assert_out("Nothing was decided yet.");
}

#[test]
fn every_change_is_one_document_for_programs() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    for change in [
        &["deny", "echo", "execute_agent"][..],
        &["reset", "echo", "execute_agent"],
        &["grant", "echo", "execute_agent"],
        &["revoke", "echo", "execute_agent"],
        &["policy", "echo", "keep"],
        &["accept"],
    ] {
        let args = ["permission"].into_iter().chain(change.iter().copied()).chain(["--json"]);
        let done = project.run(args).assert_exit(0);
        assert_eq!(done.json()["done"], "ok", "{change:?}: {}", done.out);
        assert_eq!(done.err, "", "{change:?}");
    }
}

#[test]
fn what_was_used_is_counted_and_what_never_was_is_shown_so() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.run(["permission", "list", "echo"]).assert_exit(0).assert_out("never");
    project.run(["run", "chorus", "x"]).assert_exit(0);
    let views = project.run(["permission", "list", "echo", "--json"]).assert_exit(0).json();
    let view = views.as_array().unwrap().iter().find(|view| view["permission"] == "execute_agent").unwrap();
    assert_eq!(view["used"], 4, "{view}");
    assert!(view["last_used"].as_str() >= view["first_used"].as_str(), "{view}");
    project.run(["permission", "list", "echo"]).assert_exit(0).assert_out("4, last 2");
}

#[test]
fn the_help_says_what_an_answer_means() {
    let help = Project::new().run(["permission", "grant", "--help"]).assert_exit(0);
    for part in ["--scope", "--once", "--session", "--always", "It never gets more than it asks"] {
        assert!(help.out.contains(part), "`{part}` is not in the help:\n{}", help.out);
    }
}
