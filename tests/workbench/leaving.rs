//! The terminal as it is found afterwards.

use rustix::process::Signal;

use crate::bench::{echoing, wide};

#[test]
fn the_terminal_is_taken_over_and_given_back() {
    let project = echoing();
    let mut screen = wide(&project);
    assert!(!screen.is_cooked());
    assert!(screen.look(|screen| screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste()));
    screen.quit();
    screen.assert_restored();
}

#[test]
fn signals_restore_the_terminal_and_end_the_run() {
    for signal in [Signal::TERM, Signal::HUP] {
        let project = echoing();
        let mut screen = wide(&project);
        screen.launch("plan_execute_review", "Say dots until told otherwise", &["slow"]);
        screen.wait_for(".....");
        screen.process.signal(signal);
        screen.wait_exit();
        screen.assert_restored();
        // It ended in order: nobody has to find out that the run was interrupted.
        let runs = project.run(["runs", "list", "--json"]).assert_exit(0).json();
        assert_eq!(runs[0]["status"], "cancelled", "{signal:?}: {runs}");
    }
}
