use proptest::prelude::*;

use super::*;

fn clean(text: &str) -> String {
    Cleaner::new().clean(text)
}

#[test]
fn line_breaks_become_one_kind() {
    assert_eq!(clean("a\nb\tc\r\nd\r\r\ne\u{2028}f"), "a\nb\tc\nd\ne\nf");
    assert_eq!(clean("a\r\n\r\nb"), "a\n\nb");
}

#[test]
fn a_progress_bar_leaves_each_state_on_its_line() {
    assert_eq!(clean("\r10%\r20%\r\u{1b}[K30%\ndone"), "10%\n20%\n30%\ndone");
}

#[test]
fn colours_are_kept_and_other_sequences_go_whole() {
    assert_eq!(clean("\u{1b}[1;38:2::1:2:3mred\u{1b}[0m\u{1b}[m"), "\u{1b}[1;38:2::1:2:3mred\u{1b}[0m\u{1b}[m");
    assert_eq!(clean("a\u{1b}[2J\u{1b}[10;5Hb\u{1b}[?25lc\u{1b}[>4;2md"), "abcd");
    assert_eq!(clean("a\u{1b}]0;title\u{7}b\u{1b}]8;;http://x\u{1b}\\c\u{1b}Pq#1\u{1b}\\d"), "abcd");
    assert_eq!(clean("a\u{1b}(Bb\u{1b}7c\u{1b}cd"), "abcd");
    assert_eq!(clean_line("\u{1b}[31mred\u{1b}[0m"), "red");
}

#[test]
fn an_endless_colour_or_string_does_not_hide_the_text_after_it() {
    let parameters = "1;".repeat(100);
    assert_eq!(clean(&format!("a\u{1b}[{parameters}mb")), "ab");
    assert_eq!(clean("a\u{1b}]0;never ended\nb"), "a\nb");
    let long = format!("a\u{1b}]0;{}end", "x".repeat(SEQUENCE_LIMIT));
    assert!(clean(&long).ends_with("xend"));
}

#[test]
fn what_a_terminal_would_obey_is_shown_as_a_replacement() {
    assert_eq!(clean("a\u{8}\u{7}\u{0}\u{7f}\u{9b}2Jb"), "a\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}2Jb");
    assert_eq!(clean("x\u{202e}y\u{2066}z"), "x\u{fffd}y\u{fffd}z");
}

#[test]
fn invisible_characters_go_but_joined_emoji_stay() {
    assert_eq!(clean("pass\u{200b}word\u{feff}\u{200e}\u{e0041}"), "password");
    assert_eq!(clean("a\u{200d}b"), "ab");
    let family = "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥";
    assert_eq!(clean(family), family);
    assert_eq!(clean("👨\u{200d}x"), "👨x");
}

#[test]
fn ordinary_text_of_any_script_stays() {
    let text = "Grüße, 世界, שלום, مرحبا, नमस्ते — “quoted” … e\u{301}";
    assert_eq!(clean(text), text);
}

const ESCAPE: char = '\u{1b}';

/// Pieces that are likely to make trouble, and any character.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\u{1b}".to_owned()),
        Just("\u{1b}[".to_owned()),
        Just("\u{1b}]".to_owned()),
        Just("\u{1b}[31m".to_owned()),
        Just("\u{1b}\\".to_owned()),
        Just("\r".to_owned()),
        Just("\n".to_owned()),
        Just("👩\u{200d}".to_owned()),
        "[0-9;:?m \\[\\]A-Z]{1,3}",
        any::<char>().prop_map(String::from),
        prop::char::range('\u{2000}', '\u{206f}').prop_map(String::from),
        prop::char::range('\0', '\u{a0}').prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// The text without its colour sequences; `None` if another sequence is in it.
fn without_colours(text: &str) -> Option<String> {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (parameters, rest) = part.strip_prefix('[')?.split_once('m')?;
        let is_colour = parameters.len() <= SGR_LIMIT && parameters.bytes().all(|b| matches!(b, b'0'..=b':' | b';'));
        plain.push_str(is_colour.then_some(rest)?);
    }
    Some(plain)
}

proptest! {
    #[test]
    fn nothing_forbidden_comes_out(text in hostile_text()) {
        let cleaned = clean(&text);
        let plain = without_colours(&cleaned);
        prop_assert!(plain.is_some(), "{cleaned:?}");
        let forbidden = |c: char| matches!(
            c,
            '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200b}' | '\u{200c}'
                | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        );
        prop_assert!(!plain.unwrap_or_default().contains(forbidden), "{cleaned:?}");
        let line = clean_line(&text);
        prop_assert!(!line.contains(|c| forbidden(c) || c == ESCAPE), "{line:?}");
    }

    #[test]
    fn where_the_pieces_end_makes_no_difference(text in hostile_text(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4)) {
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).filter(|at| text.is_char_boundary(*at)).collect();
        ends.push(text.len());
        ends.sort_unstable();
        let mut cleaner = Cleaner::new();
        let mut start = 0;
        let mut pieced = String::new();
        for end in ends {
            pieced.push_str(&cleaner.clean(&text[start..end]));
            start = end;
        }
        prop_assert_eq!(pieced, clean(&text));
    }

    #[test]
    fn cleaning_twice_changes_nothing(text in hostile_text()) {
        let once = clean(&text);
        prop_assert_eq!(clean(&once), once.clone());
    }
}
