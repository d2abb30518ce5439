use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
    style::{Color, Modifier},
    widgets::Widget,
};

use super::super::{Pane, PaneLook, PaneView};
use super::{buffer, draw, look, shown};
use crate::tui::theme::{Theme, ThemeSources};

fn unwrapped() -> PaneView {
    let mut view = PaneView::new();
    view.toggle_wrap();
    view
}

#[test]
fn long_lines_wrap_between_words() {
    let view = PaneView::new();
    let buffer = buffer("the quick brown fox\n\nabcdefghijkl\n    indented text");
    assert_eq!(
        shown(&buffer, &view, Size::new(10, 10)),
        ["the quick", "brown fox", "", "abcdefghij", "kl", "    indent", "ed text"]
    );
}

#[test]
fn blanks_at_the_edge_hang_over() {
    let view = PaneView::new();
    assert_eq!(shown(&buffer("abcde fghij"), &view, Size::new(5, 5)), ["abcde", "fghij"]);
    assert_eq!(shown(&buffer(&" ".repeat(100)), &view, Size::new(5, 5)), [""]);
}

#[test]
fn wide_characters_are_never_halved() {
    let text = buffer("日本語x\né👩‍👩‍👧‍👦e\u{301}");
    assert_eq!(shown(&text, &PaneView::new(), Size::new(5, 5)), ["日本", "語x", "é👩‍👩‍👧‍👦e\u{301}"]);
    // At the right edge.
    assert_eq!(shown(&text, &unwrapped(), Size::new(3, 2)), ["日", "é👩‍👩‍👧‍👦"]);
    // At the left edge.
    let mut view = unwrapped();
    view.scroll_right(1);
    assert_eq!(shown(&text, &view, Size::new(6, 2)), [" 本語x", "👩‍👩‍👧‍👦e\u{301}"]);
    // In one column there is no room, but the rest goes on.
    assert_eq!(shown(&buffer("日x"), &PaneView::new(), Size::new(1, 4)), ["", "x"]);
}

#[test]
fn what_was_on_the_screen_leaves_no_residue() {
    let mut screen = Buffer::empty(Rect::new(0, 0, 8, 3));
    screen.set_string(0, 0, "日本語日", ratatui::style::Style::new().fg(Color::Red));
    screen.set_string(0, 1, "oldoldol", ratatui::style::Style::new().reversed());
    let (buffer, view) = (buffer("a"), PaneView::new());
    Pane { buffer: &buffer, view: &view, look: look(), search: None }.render(Rect::new(1, 0, 6, 3), &mut screen);
    let mut fresh = Buffer::empty(Rect::new(0, 0, 8, 3));
    Pane { buffer: &buffer, view: &view, look: look(), search: None }.render(Rect::new(1, 0, 6, 3), &mut fresh);
    for position in Rect::new(1, 0, 6, 3).positions() {
        assert_eq!(screen[position], fresh[position]);
    }
    assert_eq!(screen[(0, 1)].symbol(), "o");
    assert_eq!(screen[(7, 1)].symbol(), "l");
}

#[test]
fn the_agents_colours_lie_over_the_panes() {
    let buffer = buffer("a\x1b[31;1mb日");
    let screen = draw(&buffer, &PaneView::new(), None, Size::new(4, 1));
    assert_eq!(screen[(0, 0)].fg, Color::Reset);
    assert_eq!((screen[(1, 0)].fg, screen[(1, 0)].modifier), (Color::Red, Modifier::BOLD));
    assert_eq!((screen[(2, 0)].symbol(), screen[(2, 0)].fg), ("日", Color::Red));
}

#[test]
fn without_colour_the_agents_colours_go_and_its_emphasis_stays() {
    let theme = Theme::load("dark", &ThemeSources::default()).unwrap().without_colour();
    let buffer = buffer("\x1b[31;44;1mx");
    let mut screen = Buffer::empty(Rect::new(0, 0, 1, 1));
    let view = PaneView::new();
    Pane { buffer: &buffer, view: &view, look: PaneLook::new(&theme), search: None }.render(screen.area, &mut screen);
    let cell = &screen[(0, 0)];
    assert_eq!((cell.fg, cell.bg, cell.modifier), (Color::Reset, Color::Reset, Modifier::BOLD));
}

#[test]
fn a_tower_of_marks_is_cut_at_a_bound() {
    let buffer = buffer(&format!("e{}x", "\u{301}".repeat(5_000)));
    let screen = draw(&buffer, &PaneView::new(), None, Size::new(3, 1));
    assert!(screen[(0, 0)].symbol().len() <= 64);
    assert_eq!(screen[(1, 0)].symbol(), "x");
}
