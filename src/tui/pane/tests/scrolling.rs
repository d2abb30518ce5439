use ratatui::layout::Size;

use super::super::{PaneBuffer, PaneView};
use super::{buffer, numbered, shown};

const SIZE: Size = Size::new(20, 3);

#[test]
fn the_newest_text_is_followed() {
    let mut buffer = numbered(5);
    let view = PaneView::new();
    assert_eq!(shown(&buffer, &view, SIZE), ["line 2", "line 3", "line 4"]);
    buffer.push("unfini");
    assert_eq!(shown(&buffer, &view, SIZE), ["line 3", "line 4", "unfini"]);
    buffer.push("shed\nnext\n");
    assert_eq!(shown(&buffer, &view, SIZE), ["line 4", "unfinished", "next"]);
}

#[test]
fn scrolling_up_stops_following_and_counts_what_arrives() {
    let mut buffer = numbered(10);
    let mut view = PaneView::new();
    view.scroll_up(&buffer, SIZE, 2);
    assert!(!view.is_following());
    assert_eq!(shown(&buffer, &view, SIZE), ["line 5", "line 6", "line 7"]);
    assert_eq!(view.unseen(&buffer), 0);
    buffer.push("a\nb\nc\n");
    assert_eq!(view.unseen(&buffer), 3);
    assert_eq!(shown(&buffer, &view, SIZE), ["line 5", "line 6", "line 7"]);
    view.follow();
    assert_eq!(view.unseen(&buffer), 0);
    assert_eq!(shown(&buffer, &view, SIZE), ["a", "b", "c"]);
}

#[test]
fn scrolling_down_to_the_end_follows_again() {
    let buffer = numbered(10);
    let mut view = PaneView::new();
    view.scroll_up(&buffer, SIZE, 4);
    view.scroll_down(&buffer, SIZE, 3);
    assert!(!view.is_following());
    assert_eq!(shown(&buffer, &view, SIZE), ["line 6", "line 7", "line 8"]);
    view.scroll_down(&buffer, SIZE, 1);
    assert!(view.is_following());
    assert_eq!(shown(&buffer, &view, SIZE), ["line 7", "line 8", "line 9"]);
}

#[test]
fn text_that_fits_is_always_followed() {
    let buffer = numbered(3);
    let mut view = PaneView::new();
    view.scroll_up(&buffer, SIZE, 1);
    view.page_up(&buffer, SIZE);
    view.to_top(&buffer, SIZE);
    assert!(view.is_following());
    let empty = PaneBuffer::new();
    view.scroll_up(&empty, SIZE, 5);
    view.scroll_down(&empty, SIZE, 5);
    assert_eq!(shown(&empty, &view, SIZE), Vec::<String>::new());
}

#[test]
fn pages_keep_one_row_in_sight() {
    let buffer = numbered(20);
    let mut view = PaneView::new();
    view.page_up(&buffer, SIZE);
    assert_eq!(shown(&buffer, &view, SIZE), ["line 15", "line 16", "line 17"]);
    view.to_top(&buffer, SIZE);
    assert_eq!(shown(&buffer, &view, SIZE), ["line 0", "line 1", "line 2"]);
    view.page_down(&buffer, SIZE);
    assert_eq!(shown(&buffer, &view, SIZE), ["line 2", "line 3", "line 4"]);
}

#[test]
fn scrolling_goes_by_rows_of_wrapped_lines() {
    let buffer = buffer("first\naaaa bbbb cccc dddd\nlast\n");
    let size = Size::new(5, 2);
    let mut view = PaneView::new();
    assert_eq!(shown(&buffer, &view, size), ["dddd", "last"]);
    view.scroll_up(&buffer, size, 2);
    assert_eq!(shown(&buffer, &view, size), ["bbbb", "cccc"]);
    view.scroll_up(&buffer, size, 2);
    assert_eq!(shown(&buffer, &view, size), ["first", "aaaa"]);
    view.scroll_down(&buffer, size, 3);
    assert_eq!(shown(&buffer, &view, size), ["cccc", "dddd"]);
}

#[test]
fn a_resize_keeps_the_place() {
    let mut text: String = (0..30).map(|number| format!("line {number}\n")).collect();
    text.push_str("aaaa bbbb cccc dddd\n");
    let mut buffer = buffer(&text);
    for number in 31..60 {
        buffer.push(&format!("line {number}\n"));
    }
    let narrow = Size::new(5, 3);
    let mut view = PaneView::new();
    view.show(&buffer, narrow, 30, 10);
    assert_eq!(shown(&buffer, &view, narrow)[1], "cccc");
    let top = shown(&buffer, &view, narrow)[0].clone();
    // The row that holds the same words is on top at any width.
    assert!(shown(&buffer, &view, Size::new(40, 3))[0].contains(&top));
    assert!(shown(&buffer, &view, Size::new(10, 7))[0].contains(&top));
    assert_eq!(shown(&buffer, &view, narrow)[0], top);
}

#[test]
fn dropped_lines_do_not_move_what_is_in_sight() {
    let mut buffer = numbered(10_000);
    let mut view = PaneView::new();
    view.scroll_up(&buffer, SIZE, 5_000);
    let before = shown(&buffer, &view, SIZE);
    for number in 0..2_000 {
        buffer.push(&format!("more {number}\n"));
    }
    assert_eq!(buffer.dropped(), 2_000);
    assert_eq!(shown(&buffer, &view, SIZE), before);
    assert_eq!(view.unseen(&buffer), 2_000);
    // Once the place itself is dropped, the oldest text that is left is shown.
    for number in 0..9_000 {
        buffer.push(&format!("most {number}\n"));
    }
    assert_eq!(shown(&buffer, &view, SIZE)[0], "more 1000");
}

#[test]
fn unwrapped_lines_scroll_sideways() {
    let buffer = buffer("0123456789\nab\n");
    let mut view = PaneView::new();
    view.scroll_right(3);
    assert_eq!(view.left(), 0);
    view.toggle_wrap();
    view.scroll_right(3);
    assert_eq!(shown(&buffer, &view, Size::new(4, 2)), ["3456", ""]);
    view.scroll_left(1);
    assert_eq!(shown(&buffer, &view, Size::new(4, 2)), ["2345", ""]);
}

#[test]
fn a_place_is_brought_into_sight() {
    let mut buffer = numbered(100);
    buffer.push(&format!("{}needle\n", "x".repeat(50)));
    let mut view = PaneView::new();
    view.show(&buffer, SIZE, 40, 0);
    assert!(shown(&buffer, &view, SIZE).contains(&"line 40".to_owned()));
    assert!(!view.is_following());
    // What is in sight already does not move.
    let before = view.clone();
    view.show(&buffer, SIZE, 41, 0);
    assert_eq!(view, before);
    view.toggle_wrap();
    view.show(&buffer, SIZE, 100, 50);
    assert!(shown(&buffer, &view, SIZE).iter().any(|row| row.contains("needle")));
}
