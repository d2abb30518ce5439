//! What is pasted is text, never commands.

use crate::bench::{echoing, wide};
use crate::support::{CTRL_S, ENTER, ESC};

#[test]
fn a_paste_outside_an_editor_does_nothing() {
    let project = echoing();
    let mut screen = wide(&project);
    let before = screen.text();
    screen.paste("2w\rq\ry\x1b:quit\rT");
    // The help answers after all of it.
    screen.send("?");
    screen.wait_for("Keys of your own");
    screen.send(ESC);
    assert_eq!(screen.wait_gone("Keys of your own"), before);
    screen.quit();
}

#[test]
fn a_paste_into_the_requirements_is_inserted_and_starts_nothing() {
    let project = echoing();
    let mut screen = wide(&project);
    screen.send("w");
    screen.wait_for("Launch a workflow");
    screen.send("chorus");
    screen.wait_for("find chorus");
    screen.send(ENTER);
    screen.paste("first of all\rq\r\x13third, of three");
    let text = screen.wait_for("third, of three");
    assert!(text.contains("first of all") && text.contains("Launch a workflow"), "{text}");
    screen.send(CTRL_S);
    let text = screen.wait_for("chorus #1  ✓ completed");
    assert!(text.contains("FIRST OF ALL") && text.contains("THIRD, OF THREE"), "{text}");
    screen.quit();
}
