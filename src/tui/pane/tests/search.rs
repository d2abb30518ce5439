use ratatui::{layout::Size, style::Modifier};

use super::super::{PaneView, Search};
use super::{buffer, draw, numbered};

#[test]
fn matches_are_walked_round_in_both_directions() {
    let buffer = buffer("Error here\nnothing\nan error, an ERROR\n");
    let mut search = Search::new("error", &buffer);
    let places: Vec<(u64, usize)> = search.matches().iter().map(|found| (found.line, found.start)).collect();
    assert_eq!(places, [(0, 0), (2, 3), (2, 13)]);
    assert_eq!((search.current(), search.position()), (None, None));
    let lines: Vec<u64> = (0..4).filter_map(|_| search.forward()).map(|found| found.line).collect();
    assert_eq!(lines, [0, 2, 2, 0]);
    assert_eq!(search.backward().unwrap().start, 13);
    assert_eq!(search.position(), Some(3));
}

#[test]
fn a_capital_makes_case_matter() {
    let buffer = buffer("Error error ERROR Größe größe");
    assert_eq!(Search::new("Error", &buffer).matches().len(), 1);
    assert_eq!(Search::new("größe", &buffer).matches().len(), 2);
    assert!(Search::new("", &buffer).matches().is_empty());
}

#[test]
fn text_that_arrives_is_found_and_dropped_text_forgotten() {
    let mut buffer = numbered(10_000);
    let mut search = Search::new("line 9", &buffer);
    let before = search.matches().len();
    search.forward();
    buffer.push("the li");
    search.update(&buffer);
    buffer.push("ne 9, the last");
    search.update(&buffer);
    assert_eq!(search.matches().len(), before + 1);
    for _ in 0..100 {
        buffer.push("\n");
    }
    search.update(&buffer);
    assert!(search.matches().iter().all(|found| buffer.range().contains(&found.line)));
    assert_eq!(search.matches().len(), before - 11 + 1);
    // The current match was dropped: the search goes on from where it was.
    assert_eq!(search.position(), None);
    assert_eq!(search.forward().unwrap().line, 900);
}

#[test]
fn matches_stand_out_and_the_current_one_most() {
    let buffer = buffer("foo bar foo");
    let mut search = Search::new("foo", &buffer);
    search.forward();
    let screen = draw(&buffer, &PaneView::new(), Some(&search), Size::new(20, 1));
    let modifiers = |x: u16| screen[(x, 0)].modifier;
    assert!(modifiers(0).contains(Modifier::REVERSED));
    assert!(modifiers(8).contains(Modifier::UNDERLINED));
    assert!(!modifiers(8).contains(Modifier::REVERSED));
    assert_eq!(modifiers(4), Modifier::empty());
}

#[test]
fn a_flood_of_matches_is_bounded() {
    let buffer = buffer(&"a".repeat(100_000));
    assert_eq!(Search::new("a", &buffer).matches().len(), 10_000);
}
