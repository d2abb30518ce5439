//! More than is allowed, of memory, time, threads and disk.

use crate::place::{Who, project};
use crate::support::{Finished, Project, of_type, output_of};

const SMALL: &str = "sandbox: {file_mb: 1, disk_mb: 2, threads: 16, memory_mb: 96, cpu_seconds: 1}";

fn try_one(project: &Project, who: Who, attempt: &str) -> Finished {
    project.run(["agent", "run", &who.named(attempt), "{}", "--json"])
}

/// The run has failed, and says one of these words.
#[track_caller]
fn assert_ended(project: &Project, who: Who, attempt: &str, words: &[&str]) {
    let events = try_one(project, who, attempt).assert_exit(1).run();
    let reason = events.last().unwrap()["reason"].as_str().unwrap_or_default();
    assert!(words.iter().any(|words| reason.contains(words)), "{who:?} {attempt}: {reason}");
}

#[test]
fn who_computes_for_too_long_is_ended_with_words() {
    let Some(project) = project(SMALL) else { return };
    for who in Who::BOTH {
        assert_ended(&project, who, "spin", &["s in one call, limit 1 s"]);
    }
}

#[test]
fn threads_are_counted() {
    let Some(project) = project(SMALL) else { return };
    for who in Who::BOTH {
        let events = try_one(&project, who, "bomb_threads").run();
        let reason = events.last().unwrap()["reason"].to_string();
        // Either memory for their stacks runs out, or there are too many.
        let told = output_of(&events, who.named("bomb_threads").as_str());
        assert!(reason.contains("threads, limit 16") || told.starts_with("refused"), "{who:?}: {reason} {told}");
    }
}

#[test]
fn no_file_is_larger_than_it_may_be() {
    let Some(project) = project(SMALL) else { return };
    let events = try_one(&project, Who::Python, "one_huge_file").assert_exit(0).run();
    assert_eq!(output_of(&events, "py_one_huge_file"), "refused EFBIG");
    assert!(of_type(&events, "plugin_log").iter().any(|event| event["message"].to_string().contains("EFBIG")));
    // Where nothing else is asked for, the kernel ends it.
    assert_ended(&project, Who::Native, "one_huge_file", &["wrote a file larger than its limit"]);
}

#[test]
fn many_small_files_are_as_much_as_one() {
    let Some(project) = project(SMALL) else { return };
    assert_ended(&project, Who::Python, "many_files", &["filled its folders with"]);
}

#[test]
fn forks_are_refused_one_and_all() {
    let Some(project) = project(SMALL) else { return };
    let events = try_one(&project, Who::Python, "bomb_forks").assert_exit(0).run();
    assert_eq!(output_of(&events, "py_bomb_forks"), "refused EPERM");
}

#[test]
fn who_sleeps_for_ever_is_ended_with_the_run() {
    let Some(project) = project("{}") else { return };
    for who in Who::BOTH {
        let args = ["agent", "run", &who.named("sleep_for_ever"), "{}", "--timeout", "1s", "--json"];
        let finished = project.run(args);
        let events = finished.run();
        assert_ne!(finished.code, Some(0));
        assert_eq!(events.last().unwrap()["reason"], "the run took longer than 1s");
    }
}
