//! Permissions and hook handlers, decided in the workbench while plugins run.

use crate::bench::open;
use crate::python::tallying;
use crate::support::{ENTER, ESC, Project, Screen};

/// Opens the matrix and goes to `execute_agent` of the plugin that is selected already.
fn select_execute_agent(screen: &mut Screen) {
    screen.send("3");
    screen.wait_for("read_workflow of tally");
    screen.send("ll");
    screen.wait_for("execute_agent of tally");
}

#[test]
fn a_revocation_ends_the_run_that_uses_it_and_a_grant_lets_the_next_one_work() {
    let Some((project, mut screen)) = tallying() else { return };
    screen.launch("count_words", "one two three", &[]);
    screen.wait_until("the first word", |text| text.contains("┃counting "));
    select_execute_agent(&mut screen);
    screen.wait_for("[✓ always");
    screen.send("r");
    screen.wait_for("tally no longer has execute_agent");
    screen.wait_until("the cell without the grant", |text| !text.contains("[✓ always"));
    screen.send("1");
    screen.wait_for("count_words #1  ⊘ denied");

    screen.send("3");
    screen.wait_for("execute_agent of tally");
    screen.send("s");
    screen.wait_for("[✓ session");
    project.write("go", "");
    // The dialog remembers what was typed.
    screen.launch("count_words", " four", &[]);
    screen.wait_for("count_words #2  ✓ completed");

    screen.send("5");
    let text = screen.wait_for("revoked");
    let line = text.lines().find(|line| line.contains("revoked")).unwrap();
    assert!(line.contains("tally execute_agent"), "{text}");
    screen.quit();
}

#[test]
fn what_waits_opens_on_its_key_and_typing_ahead_answers_nothing() {
    let project = Project::new();
    project.add_fixture("echo");
    let mut screen = open(&project, 120, 40);
    screen.wait_for(" to answer");
    // The answer comes with the key that opens the question, as from somebody who types.
    screen.send("!A\rA");
    let text = screen.wait_for("A approve, with what it asks for");
    assert!(text.contains("May echo run?"), "{text}");
    assert_eq!(project.plugin("echo")["state"], "needs_approval");
    screen.send("A");
    screen.wait_until("the plugin at work", |text| text.contains("● echo"));
    // The next question takes no key at once either.
    screen.wait_for("o once: the next run that uses it");
    screen.send(ESC);
    screen.wait_gone("Esc later");
    screen.quit();
}

#[test]
fn a_run_runs_again_without_one_handler_and_a_handler_that_is_off_is_not_called() {
    let Some((project, mut screen)) = tallying() else { return };
    project.write("go", "");
    screen.launch("count_words", "one two three", &[]);
    screen.wait_for("count_words #1  ✓ completed");
    select_mark(&mut screen);
    screen.wait_until("what the hook added", |text| text.contains("\"marked_by\""));
    screen.send("R");
    screen.wait_for("Run #1 again without ");
    screen.send("y");
    screen.wait_for("count_words #2  ✓ completed");
    select_mark(&mut screen);
    screen.wait_for("this run was started without it");

    screen.send("e");
    screen.wait_for("off by now");
    screen.send("4");
    screen.wait_until("the handler off", |text| {
        text.lines().any(|line| line.contains(" tally ") && line.contains("○ off"))
    });
    screen.launch("count_words", " four", &[]);
    screen.wait_for("count_words #3  ✓ completed");
    select_mark(&mut screen);
    screen.wait_for("– skipped");
    screen.send("4/");
    screen.wait_for("find ");
    screen.send("plugin:tally");
    screen.send(ENTER);
    screen.wait_for("mark of tally");
    screen.send("e");
    screen.wait_until("the handler on", |text| {
        text.lines().any(|line| line.contains(" tally ") && line.contains("● on"))
    });
    screen.quit();
}

/// Selects the delivery to the plugin's handler, the only entry that the filter lets through.
fn select_mark(screen: &mut Screen) {
    screen.send("t/");
    screen.wait_for("find ");
    screen.send("plugin:tally hook:pre");
    screen.send(ENTER);
    screen.wait_for("only “plugin:tally hook:pre”");
}

#[test]
fn who_only_looks_sees_the_matrix_without_its_keys() {
    let project = Project::new();
    let mut screen = Screen::start(&project, 80, 24, ["--readonly"]);
    screen.wait_for("read-only");
    screen.send("3");
    let text = screen.wait_for("of command_agents");
    assert!(text.contains("read-only") && !text.contains("r revoke") && !text.contains("a grant"), "{text}");
    screen.send("r");
    screen.wait_for("opened with --readonly");
    screen.send("q");
    screen.wait_exit();
}
