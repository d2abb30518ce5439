//! Noise on what a process shares with the host: its output, and the protocol.

use crate::place::{Who, project};
use crate::support::output_of;

#[test]
fn floods_are_taken_in_and_the_host_lives_on() {
    let Some(project) = project("{}") else { return };
    for (who, attempt) in [(Who::Python, "flood_stdout"), (Who::Native, "flood_frames")] {
        let agent = who.named(attempt);
        let events = project.run(["agent", "run", &agent, "{}", "--json"]).assert_exit(0).run();
        assert_eq!(output_of(&events, agent.as_str()), "got through: flooded");
        assert!(project.log().contains("flooding"), "{agent}: what it said is not in the log");
    }
}

#[test]
fn a_frame_that_is_too_long_ends_the_process_that_sent_it() {
    let Some(project) = project("{}") else { return };
    let events = project.run(["agent", "run", "oversize_frame", "{}", "--json"]).assert_exit(1).run();
    let reason = events.last().unwrap()["reason"].to_string();
    assert!(reason.contains("4294967295"), "{reason}");
    let log = project.log();
    assert!(log.contains("it broke the protocol: what it sent on descriptor 3 is no message"), "{log}");
}

#[test]
fn messages_that_mean_nothing_are_told_and_change_nothing() {
    let Some(project) = project("{}") else { return };
    let events = project.run(["agent", "run", "malformed_frames", "{}", "--json"]).assert_exit(0).run();
    assert_eq!(output_of(&events, "malformed_frames"), "got through: sent");
    let log = project.log();
    for told in ["a message could not be understood", "of type `later`", "that only a host sends"] {
        assert!(log.contains(told), "{told}: {log}");
    }
    // More of them are counted.
    assert!(log.matches("it broke the protocol").count() < 20, "{log}");
}
