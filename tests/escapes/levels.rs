//! How much is held is the operator's to say, and nobody's who comes with a project.

use rustix::process::Signal;

use crate::place::{Place, Who, project, settings_file};
use crate::support::{Live, output_of};

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

#[test]
fn where_sockets_are_open_to_a_plugin_the_hosts_own_is_not_even_if_the_host_can_gain_no_rights_either() {
    let Some(project) = project("sandbox: {level: limits, min_level: limits}") else { return };
    let place = Place::new(project, Who::Python);
    as_in_a_container(|| {
        let tried = place.try_all(&["control_socket"], false).assert_exit(0);
        let told = output_of(&tried.run(), "py_control_socket");
        assert!(told.contains("it is confined further than this process"), "{told}");

        // And the user's own command line is let in.
        let mut live = Live::start(&place.project, ["agent", "run", "py_sleep_for_ever", "{}", "--json"]);
        live.wait_for("its first words", |event| event["message"].to_string().contains("begins"));
        let deny = ["permission", "deny", Who::Python.plugin(), "execute_agent", "--session"];
        place.project.run(deny).assert_exit(0).assert_out("in effect in `orchestrator agent run`");
        live.signal(Signal::INT);
        live.finish().assert_exit(130);
    });
}

/// Does something on a thread that can gain no rights, and so can't what is started there.
fn as_in_a_container(work: impl FnOnce() + Send) {
    let confined = move || {
        rustix::thread::set_no_new_privs(true).unwrap();
        work();
    };
    std::thread::scope(|scope| {
        let done = scope.spawn(confined).join();
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}
