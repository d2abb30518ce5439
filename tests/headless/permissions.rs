//! Denied is denied: exit status 3, the reason, and what would help.

use crate::support::{Project, of_type};

fn standing(project: &Project, plugin: &str, permission: &str) -> (String, String) {
    let all = project.run(["permission", "list", "--json"]).assert_exit(0).json();
    let is_it = |view: &&serde_json::Value| view["plugin"] == plugin && view["permission"] == permission;
    let view = all.as_array().unwrap().iter().find(is_it).unwrap_or_else(|| panic!("{permission}: {all}"));
    (view["state"].as_str().unwrap().to_owned(), view["rule"].as_str().unwrap().to_owned())
}

#[test]
fn a_changed_permissions_file_counts_only_after_it_was_accepted() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    let file = project.dir().join("config/permissions.yaml");
    let grants = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{grants}\n# somebody was here\n")).unwrap();

    let (state, rule) = standing(&project, "echo", "write_workflow");
    assert_eq!(state, "requested");
    assert!(rule.contains("has changed since it was accepted"), "{rule}");
    project
        .run(["run", "chorus", "x"])
        .assert_exit(3)
        .assert_err("config/permissions.yaml has changed since it was accepted")
        .assert_err("orchestrator permission accept");

    project.run(["permission", "accept"]).assert_exit(0);
    assert_eq!(standing(&project, "echo", "write_workflow").0, "granted");
    project.run(["run", "chorus", "x"]).assert_exit(0);
}

#[test]
fn a_broken_permissions_file_grants_nothing_and_is_shown() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.write("config/permissions.yaml", "plugins:\n  echo:\n    allow: [fly]\n");
    project.run(["run", "chorus", "x"]).assert_exit(3).assert_err("permissions.yaml has a fault").assert_err(":3:5:");
    project.run(["doctor"]).assert_exit(1).assert_out("there is no permission `fly`");
}

#[test]
fn what_was_revoked_is_denied_and_approval_gives_it_back() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.run(["permission", "revoke", "echo", "write_workflow"]).assert_exit(0);
    assert_ne!(standing(&project, "echo", "write_workflow").0, "granted");
    project
        .run(["run", "chorus", "x"])
        .assert_exit(3)
        .assert_err("echo lacks permission: write_workflow")
        .assert_err("--grant echo:write_workflow")
        .assert_err("orchestrator permission grant echo write_workflow");

    project.run(["plugin", "approve", "echo"]).assert_exit(0);
    project.run(["run", "chorus", "x"]).assert_exit(0);
}

#[test]
fn a_bundled_plugin_loses_what_is_revoked_and_no_grant_for_one_run_overrides_that() {
    let project = Project::new();
    let audit = ["run", "repo_audit", "Audit it", "--json"];
    project.run(["permission", "revoke", "repo_audit", "execute_agent"]).assert_exit(0);
    let with_grant = audit.iter().copied().chain(["--grant", "repo_audit:execute_agent"]);
    for args in [audit.to_vec(), with_grant.collect()] {
        let events = project.run(args).assert_exit(3).run();
        let end = events.last().unwrap();
        assert_eq!(end["status"], "denied");
        assert!(end["reason"].as_str().unwrap().contains("it was revoked on this machine"), "{end}");
        let denied: Vec<_> =
            of_type(&events, "permission_checked").into_iter().filter(|event| event["decision"] == "denied").collect();
        assert!(!denied.is_empty() && denied.iter().all(|event| event["plugin"] == "repo_audit"), "{denied:?}");
        assert!(of_type(&events, "agent_started").is_empty(), "an agent was run without permission");
    }
}

#[test]
fn without_write_workflow_a_hook_is_called_and_its_answer_discarded() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.run(["permission", "revoke", "echo", "write_workflow"]).assert_exit(0);
    let events = project.run(["run", "repo_audit", "Audit it", "--json"]).assert_exit(0).run();
    let signed: Vec<_> =
        of_type(&events, "hook_finished").into_iter().filter(|event| event["plugin"] == "echo").collect();
    assert_eq!(signed.len(), 2);
    assert!(signed.iter().all(|event| event["outcome"] == "not_permitted"), "{signed:?}");
    assert!(of_type(&events, "final_result")[0]["extra"].get("signed_by").is_none());
}

#[test]
fn without_read_workflow_a_hook_is_not_called() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.run(["permission", "revoke", "echo", "read_workflow"]).assert_exit(0);
    let events = project.run(["run", "repo_audit", "Audit it", "--json"]).assert_exit(0).run();
    assert!(of_type(&events, "hook_started").iter().all(|event| event["plugin"] != "echo"));
    let told = of_type(&events, "hook_finished").into_iter().filter(|event| event["plugin"] == "echo");
    assert!(told.clone().count() == 2 && told.clone().all(|event| event["outcome"] == "not_permitted"));
}

#[test]
fn every_grant_and_revocation_is_in_the_audit_log() {
    let project = Project::new();
    project.add_approved("echo", "{}");
    project.run(["permission", "revoke", "echo", "execute_agent"]).assert_exit(0);
    let checks = project.run(["doctor", "--json"]).json();
    let audit = checks.as_array().unwrap().iter().find(|check| check["subject"] == "audit log").unwrap();
    let log = std::fs::read_to_string(audit["finding"].as_str().unwrap()).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let done: Vec<_> = lines.iter().map(|line| line["what"].clone()).collect();
    assert_eq!(done, ["approved", "revoked"]);
    assert_eq!(lines[1]["permission"], "execute_agent");
    assert!(lines.iter().all(|line| line["who"] == "the operator" && line["plugin"] == "echo"), "{log}");
}
