//! The document itself: what any reader of SVG relies on.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::palette::Paper;
use super::svg;

fn cells(text: &str, style: Style) -> Buffer {
    let mut cells = Buffer::empty(Rect::new(0, 0, 20, 1));
    cells.set_string(0, 0, text, style);
    cells
}

fn document(cells: &Buffer) -> String {
    svg::write(cells, Paper::new(Style::new()), "a <title>")
}

/// The lines that draw something in the first cells, without the document around them.
fn texts(document: &str) -> Vec<&str> {
    document.lines().filter(|line| line.starts_with("<text")).collect()
}

#[test]
fn each_letter_has_its_place_and_a_wide_one_takes_two() {
    let document = document(&cells("a漢b", Style::new()));
    assert_eq!(texts(&document), [r##"<text x="14 23 41" y="28" fill="#d3d7cf">a漢b</text>"##]);
}

#[test]
fn a_letter_of_several_characters_has_one_place_and_a_text_of_its_own() {
    let document = document(&cells("ae\u{301}b", Style::new()));
    let expected = [
        "<text x=\"14\" y=\"28\" fill=\"#d3d7cf\">a</text>",
        "<text x=\"23\" y=\"28\" fill=\"#d3d7cf\">e\u{301}</text>",
        "<text x=\"32\" y=\"28\" fill=\"#d3d7cf\">b</text>",
    ];
    assert_eq!(texts(&document), expected);
}

#[test]
fn what_xml_has_a_meaning_for_is_escaped() {
    let document = document(&cells("<a href=\"&\">", Style::new()));
    assert!(document.contains(">&lt;a href=&quot;&amp;&quot;&gt;</text>"), "{document}");
    assert!(document.contains("<title>a &lt;title&gt;</title>"), "{document}");
}

#[test]
fn what_xml_can_not_hold_is_replaced() {
    let mut cells = cells("", Style::new());
    cells[(0, 0)].set_symbol("\u{1}");
    cells[(1, 0)].set_symbol("\u{ffff}");
    let document = document(&cells);
    assert!(!document.contains(['\u{1}', '\u{ffff}']), "{document:?}");
}

#[test]
fn looks_are_kept() {
    let style = Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Rgb(4, 5, 6));
    let strong = document(&cells("x y", style.add_modifier(Modifier::BOLD | Modifier::ITALIC)));
    let expected = r##"<text x="14 23 32" y="28" fill="#010203" font-weight="bold" font-style="italic">x y</text>"##;
    assert_eq!(texts(&strong), [expected]);
    assert!(strong.contains(r##"<rect x="14" y="14" width="27" height="18" fill="#040506"/>"##), "{strong}");
    let marked = document(&cells("x y", style.add_modifier(Modifier::UNDERLINED | Modifier::CROSSED_OUT)));
    let line = |y: u32| format!("M14 {y}h9v1h-9z");
    assert!(marked.contains(&line(30)) && marked.contains(&line(23)), "{marked}");
    let hidden = document(&cells("secret", style.add_modifier(Modifier::HIDDEN)));
    assert!(texts(&hidden).is_empty(), "{hidden}");
}

#[test]
fn lines_are_shapes_and_no_letters() {
    let document = document(&cells("┏━ a ━┓", Style::new()));
    assert_eq!(texts(&document), [r##"<text x="41" y="28" fill="#d3d7cf">a</text>"##]);
    assert!(!document.contains(['┏', '━', '┓']), "{document}");
}
