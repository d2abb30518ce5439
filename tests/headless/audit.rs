//! `repo_audit` on prepared trees.

use serde_json::{Value, json};

use crate::support::{Project, of_type, output_of};

/// A tree with known findings, beside the project.
fn prepared() -> (Project, String) {
    let project = Project::new();
    let files = [
        ("Cargo.toml", "[package]\nname = \"x\"\nversion = \"0.1.0\"\n\n[dependencies]\nserde = \"*\"\n"),
        ("src/main.rs", "//! Does it.\n\nfn main() {\n    // TODO: write it\n}\n\n// FIXME: and this\n"),
        ("src/long.rs", &"fn f() {}\n".repeat(30)),
        ("README.md", "# x\n\nSee [the guide](docs/guide.md).\n"),
        (".gitignore", "ignored.rs\n"),
        ("ignored.rs", "// TODO: not counted\n"),
    ];
    for (path, text) in files {
        project.write(&format!("tree/{path}"), text);
    }
    // `.gitignore` counts in a repository only.
    std::fs::create_dir(project.dir().join("tree/.git")).unwrap();
    let tree = project.dir().join("tree").display().to_string();
    (project, tree)
}

#[test]
fn known_findings_are_told_with_their_places() {
    let (project, tree) = prepared();
    let config = format!("path={tree}");
    let audit = ["run", "repo_audit", "Audit it", "--config", &config, "--config", "oversized_lines=20"];
    project
        .run(audit)
        .assert_exit(0)
        .assert_out("debt_agent │ info src/main.rs:4 debt: TODO: write it\n")
        .assert_out("debt_agent │ warning src/main.rs:7 debt: FIXME: and this\n")
        .assert_out("size_agent │ warning src/long.rs oversized: 30 lines, more than 20\n")
        .assert_out("dependency_agent │ warning Cargo.toml:6 unpinned: serde (any version)")
        .assert_out("docs_agent │ error README.md:3 broken-link: docs/guide.md leads to docs/guide.md")
        .assert_out("docs_agent │ warning . licence:")
        .assert_out("reviewer_agent │ verdict: 6 of 6 steps have evidence; missing: none\n")
        .assert_err("completed");
}

#[test]
fn the_result_counts_what_the_agents_said() {
    let (project, tree) = prepared();
    let path = format!("path={tree}");
    let done = project.run(["run", "repo_audit", "Audit it", "--config", &path, "--json"]).assert_exit(0);
    let events = done.run();

    let listed = output_of(&events, "debt_agent");
    assert!(
        listed.starts_with("info src/main.rs:4 debt: TODO: write it\nwarning src/main.rs:7 debt: FIXME"),
        "{listed}"
    );
    let result = of_type(&events, "final_result")[0];
    assert_eq!(result["status"], "completed");
    let results = &result["results"];
    assert_eq!(results["tree"]["path"], tree.as_str());
    assert_eq!(results["debt"]["findings"], json!({"error": 0, "warning": 1, "info": 1, "unlisted": 0}));
    assert_eq!(results["debt"]["marker"]["FIXME"]["places"], 1);
    assert_eq!(results["docs"]["findings"]["error"], 1);
    assert_eq!(results["size"]["language"]["Rust"]["files"], 2);
    assert_eq!(results["review"]["status"], "completed");
    assert!(result["extra"]["timing"]["seconds"].is_number(), "the hook's timing is missing: {result}");

    let agents: Vec<_> = of_type(&events, "agent_finished").iter().map(|event| event["agent"].clone()).collect();
    assert_eq!(agents.len(), 5, "{agents:?}");
    assert!(of_type(&events, "agent_finished").iter().all(|event| event["status"] == "completed"));
}

#[test]
fn the_agents_work_side_by_side() {
    let (project, tree) = prepared();
    let path = format!("path={tree}");
    let events = project.run(["run", "repo_audit", "Audit it", "--config", &path, "--json"]).assert_exit(0).run();
    let inspect = of_type(&events, "phase_start")[0]["span"].clone();
    let inspecting = |kind| of_type(&events, kind).into_iter().filter(|event| event["parent"] == inspect).count();
    assert_eq!((inspecting("agent_started"), inspecting("agent_finished")), (4, 4));
    let spans: std::collections::BTreeSet<_> =
        of_type(&events, "agent_started").iter().map(|event| event["span"].as_u64()).collect();
    assert_eq!(spans.len(), 5);
}

#[test]
fn an_empty_tree_is_audited_too() {
    let project = Project::new();
    std::fs::create_dir(project.dir().join("empty")).unwrap();
    let done = project.run(["run", "repo_audit", "Audit it", "--config", "path=empty", "--json"]).assert_exit(0);
    let events = done.run();
    let results = &of_type(&events, "final_result")[0]["results"];
    assert_eq!(results["size"]["total"]["tree"]["files"], 0);
    assert_eq!(results["findings"]["error"], 0);
    assert!(output_of(&events, "size_agent").contains("info . empty: there is no file to inspect in this tree"));
}

#[test]
fn a_missing_path_fails_in_words() {
    let project = Project::new();
    project
        .run(["run", "repo_audit", "Audit it", "--config", "path=nowhere"])
        .assert_exit(1)
        .assert_err("nowhere: No such file or directory")
        .assert_err("set `path` to a folder that can be read");
}

#[test]
fn config_comes_from_files_and_from_values_and_the_later_wins() {
    let (project, tree) = prepared();
    let file = project.write("audit.yaml", &format!("path: {tree}\noversized_lines: 10\ndebt_markers: [FIXME]\n"));
    let args = ["run", "repo_audit", "Audit it", "--config", file.to_str().unwrap(), "--json"];
    let results = |args: &[&str]| -> Value {
        let events = project.run(args.iter().copied()).assert_exit(0).run();
        of_type(&events, "final_result")[0]["results"].clone()
    };
    let by_file = results(&args);
    assert_eq!(by_file["debt"]["total"]["debt"]["markers"], 1);
    assert_eq!(by_file["size"]["findings"]["warning"], 1);

    let overridden = results(&[&args[..], &["--config", "oversized_lines=1000"]].concat());
    assert_eq!(overridden["debt"]["total"]["debt"]["markers"], 1);
    assert_eq!(overridden["size"]["findings"]["warning"], 0);
}

#[test]
fn this_repository_can_be_audited() {
    let project = Project::new();
    let path = format!("path={}", env!("CARGO_MANIFEST_DIR"));
    // It lies outside the project: nothing is read there unless it is allowed, and only for the run that was asked for.
    let flag = format!("repo_audit:read_files={}", env!("CARGO_MANIFEST_DIR"));
    let audit = ["run", "repo_audit", "Audit it", "--config", &path, "--json"];
    project.run(audit).assert_exit(3).assert_err("may not read").assert_err(&format!("--grant {flag}"));
    let events = project.run(audit.into_iter().chain(["--grant", flag.as_str()])).assert_exit(0).run();
    project.run(audit).assert_exit(3);
    let results = &of_type(&events, "final_result")[0]["results"];
    assert!(results["size"]["language"]["Rust"]["files"].as_u64().unwrap() > 100, "{}", results["size"]["language"]);
    assert!(results["dependencies"]["manifest"]["Cargo.toml"].is_object(), "{}", results["dependencies"]);
}
