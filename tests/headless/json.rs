//! What programs read: one document for lists, one event a line for runs, and nothing else.

use crate::support::{Project, of_type, output_of};

/// A plugin that prints while it is made, in its hooks, and in an agent.
fn noisy(how: &str) -> Project {
    let project = Project::new();
    project.add_allowed(how, "echo", "{}");
    project.add_allowed(how, "hostile", r#"{"new": "print", "hook": "print"}"#);
    project
}

/// In processes of their own, and in the host's.
const EVERYWHERE: [&str; 2] = ["approve", "trust"];

#[test]
fn every_list_is_one_document_whatever_a_plugin_prints() {
    for how in EVERYWHERE {
        let project = noisy(how);
        let lists = [
            &["plugin", "list"][..],
            &["workflow", "list"],
            &["agent", "list"],
            &["hook", "list"],
            &["runs", "list"],
            &["permission", "list"],
            &["doctor"],
        ];
        for list in lists {
            let done = project.run(list.iter().copied().chain(["--json"])).assert_exit(0);
            assert!(done.json().is_array(), "{list:?}: {}", done.out);
            assert_eq!(done.err, "", "{list:?}");
        }
        let shown = project.run(["plugin", "show", "hostile", "--json"]).assert_exit(0).json();
        assert_eq!(shown["summary"]["state"], "active");
    }
}

#[test]
fn a_run_is_one_event_a_line_whatever_a_plugin_prints() {
    for how in EVERYWHERE {
        let project = noisy(how);
        let printing = project.run(["agent", "run", "prints", "x", "--json"]).assert_exit(0);
        assert_eq!(output_of(&printing.run(), "prints"), "printed\n");
        assert_eq!(printing.err, "");

        let chorus = project.run(["run", "chorus", "x", "--json"]).assert_exit(0);
        let printed =
            of_type(&chorus.run(), "hook_finished").iter().filter(|event| event["plugin"] == "hostile").count();
        assert_eq!(printed, 2);
        assert_eq!(chorus.err, "");
    }
}

#[test]
fn what_a_plugin_prints_reaches_neither_stream_and_is_logged() {
    for how in EVERYWHERE {
        let project = noisy(how);
        let done = project.run(["agent", "run", "prints", "x"]).assert_exit(0);
        assert!(!done.out.contains("hostile:") && !done.err.contains("hostile:"), "{done:?}");
        let log = project.log();
        for line in ["hostile: new prints to stderr", "hostile: an agent prints to stdout"] {
            assert!(log.contains(line), "`{line}` is not in the log:\n{log}");
        }
    }
}

#[test]
fn stored_events_are_the_live_ones_byte_for_byte() {
    for how in EVERYWHERE {
        let project = noisy(how);
        for run in [
            &["run", "chorus", "x", "--json"][..],
            &["run", "forges", "x", "--json"],
            &["run", "breaks", "x", "--json"],
        ] {
            let live = project.run(run.iter().copied());
            let id = live.run()[0]["stream"].as_str().unwrap().to_owned();
            let stored = project.run(["runs", "show", &id, "--json"]).assert_exit(0);
            assert_eq!(stored.out, live.out);
        }
    }
}
