use ratatui::style::{Color, Style};

use super::super::{Line, PaneBuffer};
use super::{buffer, numbered};

/// The styled stretches of a line.
fn stretches<'a>(line: Line<'a>) -> Vec<(&'a str, Style)> {
    let mut stretches: Vec<(&str, Style)> = Vec::new();
    let mut hint = 0;
    let mut start = 0;
    let text = line.text();
    for (offset, char) in text.char_indices() {
        let style = line.style_at(offset, &mut hint);
        let end = offset + char.len_utf8();
        match stretches.last_mut() {
            Some((last, same)) if *same == style => *last = &text[start..end],
            _ => {
                start = offset;
                stretches.push((&text[start..end], style));
            }
        }
    }
    stretches
}

fn styled(pieces: &[&str]) -> Vec<(String, Style)> {
    let mut buffer = PaneBuffer::new();
    for piece in pieces {
        buffer.push(piece);
    }
    let lines = buffer.range().map(|number| buffer.line(number).unwrap());
    lines.flat_map(stretches).map(|(text, style)| (text.to_owned(), style)).collect()
}

fn plain(text: &str) -> (String, Style) {
    (text.to_owned(), Style::new())
}

#[test]
fn a_line_of_the_hosts_own_stands_alone_and_without_an_agents_colours() {
    let mut buffer = PaneBuffer::new();
    buffer.push("\x1b[31mred");
    buffer.begin_line();
    buffer.push("said by the host\n");
    buffer.push("\x1b[3");
    buffer.begin_line();
    buffer.push("again");
    let lines: Vec<_> = buffer.range().flat_map(|number| stretches(buffer.line(number).unwrap())).collect();
    assert_eq!(lines[0].0, "red");
    assert_ne!(lines[0].1, Style::new());
    assert_eq!(lines[1..], [("said by the host", Style::new()), ("again", Style::new())]);
}

#[test]
fn lines_are_put_together_across_pieces() {
    let mut buffer = PaneBuffer::new();
    for piece in ["one ", "line\ntwo", "\n", "\nlast"] {
        buffer.push(piece);
    }
    assert_eq!(buffer.range(), 0..4);
    assert_eq!(buffer.text(), "one line\ntwo\n\nlast");
    assert_eq!(buffer.line(3).unwrap().text(), "last");
    assert!(buffer.line(4).is_none());
}

#[test]
fn a_million_lines_stay_bounded_and_the_dropped_are_counted() {
    let buffer = numbered(1_000_000);
    assert_eq!(buffer.dropped(), 990_000);
    assert_eq!(buffer.range(), 990_000..1_000_000);
    assert_eq!(buffer.line(990_000).unwrap().text(), "line 990000");
    assert_eq!(buffer.line(999_999).unwrap().text(), "line 999999");
    assert!(buffer.line(989_999).is_none());
}

#[test]
fn long_lines_are_bounded_by_bytes() {
    let mut buffer = PaneBuffer::new();
    let line = format!("{}\n", "x".repeat(10_000));
    for _ in 0..2_000 {
        buffer.push(&line);
    }
    assert!(buffer.dropped() > 1_000);
    assert!(buffer.text().len() <= 8 * 1024 * 1024);
    assert_eq!(buffer.range().end, 2_000);
}

#[test]
fn styles_count_towards_the_bound() {
    let mut buffer = PaneBuffer::new();
    let line = format!("{}\n", "\x1b[31ma\x1b[32mb".repeat(1_000));
    for _ in 0..400 {
        buffer.push(&line);
    }
    assert!(buffer.dropped() > 100, "dropped {}", buffer.dropped());
}

#[test]
fn one_giant_line_is_split_and_nothing_of_it_is_lost() {
    let giant: String = "0123456789é".repeat(10_000);
    let mut buffer = PaneBuffer::new();
    for piece in giant.as_bytes().chunks(12 * 7) {
        buffer.push(str::from_utf8(piece).unwrap());
    }
    assert!(buffer.range().end > 5);
    for number in buffer.range() {
        assert!(buffer.line(number).unwrap().text().len() <= 16 * 1024);
    }
    assert_eq!(buffer.text().replace('\n', ""), giant);
}

#[test]
fn ten_megabytes_without_a_newline_neither_hang_nor_grow() {
    let mut buffer = PaneBuffer::new();
    let piece = "x".repeat(1 << 16);
    for _ in 0..160 {
        buffer.push(&piece);
    }
    assert!(buffer.dropped() > 0);
    assert!(buffer.text().replace('\n', "").len() <= 8 << 20);
}

#[test]
fn no_line_grows_whatever_it_is_made_of() {
    for text in ["\t", "e\u{301}", "\u{301}", "\x1b[1mx"] {
        let buffer = buffer(&text.repeat(100_000));
        assert!(buffer.range().end > 1, "{text:?}");
        for number in buffer.range() {
            assert!(buffer.line(number).unwrap().text().len() < 17 * 1024, "{text:?}");
        }
    }
}

#[test]
fn a_split_does_not_part_a_letter_from_its_accent() {
    let before = "x".repeat(16 * 1024 - 1);
    let buffer = buffer(&format!("{before}e\u{301}more"));
    assert_eq!(buffer.line(0).unwrap().text(), format!("{before}e\u{301}"));
    assert_eq!(buffer.line(1).unwrap().text(), "more");
}

#[test]
fn tabs_fill_up_to_the_next_stop() {
    let buffer = buffer("\ta\tbc\n1234567\tx\n12345678\tx\n日本\tx");
    let lines: Vec<&str> = buffer.range().map(|number| buffer.line(number).unwrap().text()).collect();
    assert_eq!(lines, ["        a       bc", "1234567 x", "12345678        x", "日本    x"]);
}

#[test]
fn other_controls_are_left_out() {
    assert_eq!(buffer("a\u{7}b\rc\u{85}d\u{0}").text(), "abcd");
}

#[test]
fn colours_of_every_kind_are_read() {
    let cases = [
        ("\x1b[31mx", Style::new().fg(Color::Red)),
        ("\x1b[97;104mx", Style::new().fg(Color::White).bg(Color::LightBlue)),
        ("\x1b[38;5;208mx", Style::new().fg(Color::Indexed(208))),
        ("\x1b[48;5;9mx", Style::new().bg(Color::LightRed)),
        ("\x1b[38;2;1;2;3;1mx", Style::new().fg(Color::Rgb(1, 2, 3)).bold()),
        ("\x1b[38:2::1:2:3mx", Style::new().fg(Color::Rgb(1, 2, 3))),
        ("\x1b[48:2:1:2:3mx", Style::new().bg(Color::Rgb(1, 2, 3))),
        ("\x1b[1;2;3;4;7;9mx", Style::new().bold().dim().italic().underlined().reversed().crossed_out()),
        ("\x1b[4:3mx", Style::new().underlined()),
        ("\x1b[1;4;31;42m\x1b[22;24;39;49mx", Style::new()),
        ("\x1b[1;31m\x1b[mx", Style::new()),
        ("\x1b[1;31m\x1b[;3mx", Style::new().italic()),
        // An underline's colour takes its own numbers with it.
        ("\x1b[58;5;1;3mx", Style::new().italic()),
        // Unknown, private, malformed and incomplete ones change nothing.
        ("\x1b[777mx", Style::new()),
        ("\x1b[99999999999mx", Style::new()),
        ("\x1b[?1mx", Style::new()),
        ("\x1b[>4;1mx", Style::new()),
        ("\x1b[38;5mx", Style::new()),
        ("\x1b[38;5;300mx", Style::new()),
        ("\x1b[1Kx", Style::new()),
        ("\x1bx", Style::new()),
    ];
    for (text, style) in cases {
        assert_eq!(styled(&[text]), [("x".to_owned(), style)], "{text:?}");
    }
}

#[test]
fn styles_last_across_lines_and_pieces() {
    let red = Style::new().fg(Color::Red);
    let expected = [plain("a"), ("b".to_owned(), red), ("c".to_owned(), red), plain("d")];
    let whole = "a\x1b[31mb\nc\x1b[0md";
    assert_eq!(styled(&[whole]), expected);
    for at in 0..=whole.len() {
        assert_eq!(styled(&[&whole[..at], &whole[at..]]), expected, "cut at {at}");
    }
    let bytes: Vec<&str> = (0..whole.len()).map(|at| &whole[at..=at]).collect();
    assert_eq!(styled(&bytes), expected);
}

#[test]
fn an_endless_sequence_is_not_kept() {
    let mut buffer = PaneBuffer::new();
    buffer.push("\x1b[");
    for _ in 0..1_000 {
        buffer.push(&"1;".repeat(1_000));
    }
    buffer.push("mtext");
    assert_eq!(buffer.text(), "text");
}
