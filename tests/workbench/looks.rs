//! Themes, and terminals without colours.

use crate::bench::{echoing, wait_loaded, wide};
use crate::support::{ENTER, ESC, Project, Screen};

/// Whether any cell has a background of its own.
fn is_painted(screen: &vt100::Screen) -> bool {
    let (rows, columns) = screen.size();
    (0..rows.get())
        .any(|row| screen.cell(row, columns.get() / 2).is_some_and(|cell| cell.bgcolor() != vt100::Color::Default))
}

#[test]
fn a_theme_is_tried_and_chosen_while_everything_goes_on() {
    let project = echoing();
    let mut screen = wide(&project);
    screen.launch("plan_execute_review", "Say dots until told otherwise", &["slow"]);
    screen.wait_for(".....");
    assert!(!screen.look(is_painted), "the default theme leaves the background alone");
    screen.send("T");
    screen.wait_for("in use");
    screen.send("light");
    screen.wait_screen("a light background", is_painted);
    // Not chosen: all is as before.
    screen.send(ESC);
    screen.wait_gone("in use");
    screen.wait_screen("the terminal's own background", |screen| !is_painted(screen));
    screen.send("T");
    screen.wait_for("in use");
    screen.send("dark");
    screen.send(ENTER);
    screen.wait_gone("in use");
    screen.wait_screen("a dark background", is_painted);
    screen.wait_for("1 run live");
}

#[test]
fn without_colours_no_colour_is_sent_and_the_selection_still_shows() {
    let project = Project::new();
    let mut screen = Screen::start_with(&project, 200, 60, [], &[("NO_COLOR", "1")]);
    wait_loaded(&screen, &project);
    screen.launch("repo_audit", "Look around", &["."]);
    screen.wait_for("repo_audit #1  ✓ completed");
    let selected = screen.look(|screen| {
        let (rows, _) = screen.size();
        let marked = (0..rows.get()).find(|&row| screen.cell(row, 1).is_some_and(|cell| cell.contents() == "▌"));
        screen.cell(marked.unwrap(), 3).unwrap().clone()
    });
    assert!(selected.inverse() || selected.bold(), "the selection does not show");
    screen.quit();
    let written = screen.written();
    let coloured: Vec<&str> = styles(&written).filter(|style| is_colour(style)).collect();
    assert!(coloured.is_empty(), "{coloured:?}");
}

/// The parameters of every change of style.
fn styles(written: &str) -> impl Iterator<Item = &str> {
    let is_parameter = |c: char| c.is_ascii_digit() || c == ';' || c == ':';
    written.split("\x1b[").skip(1).filter_map(move |rest| {
        let end = rest.find(|c| !is_parameter(c))?;
        rest[end..].starts_with('m').then_some(&rest[..end])
    })
}

/// Whether a style sets a colour; to go back to the terminal's own sets none.
fn is_colour(style: &str) -> bool {
    let sets = |part: u16| matches!(part, 30..=38 | 40..=48 | 58 | 90..=97 | 100..=107);
    style.split([';', ':']).filter_map(|part| part.parse().ok()).any(sets)
}

#[test]
fn colours_are_sent_otherwise() {
    let project = Project::new();
    let mut screen = wide(&project);
    screen.quit();
    assert!(styles(&screen.written()).any(is_colour));
}
