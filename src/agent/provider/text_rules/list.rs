//! Lists: which line is an item, and of what kind.

/// What stands before an item's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Bullet,
    Number(u32),
}

const BULLETS: &[char] = &['-', '*', '+', '•', '–', '—', '·', '▪', '◦', '‣'];

/// Splits an item's line, whatever its indentation, into marker and text. `None` if it is no item.
pub(super) fn item(line: &str) -> Option<(Marker, &str)> {
    let line = line.trim();
    let bold = line.strip_prefix("**").unwrap_or(line);
    if let Some(found) = numbered(bold) {
        return Some(found);
    }
    let rest = line.strip_prefix(BULLETS)?;
    let text = rest.trim_start();
    if text.len() == rest.len() || text.is_empty() {
        return None;
    }
    let text = ["[ ]", "[x]", "[X]"].iter().find_map(|mark| text.strip_prefix(mark)).map_or(text, str::trim_start);
    Some((Marker::Bullet, text))
}

/// `1.`, `1)`, `(1)`, `a)`, `Step 1:` and the full-width forms.
fn numbered(line: &str) -> Option<(Marker, &str)> {
    let step = ["Step ", "step "].iter().find_map(|word| line.strip_prefix(word));
    let open = step.unwrap_or(line).trim_start_matches('(');
    let digits = open.len() - open.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = match digits {
        1..=3 => (open[..digits].parse().ok()?, &open[digits..]),
        0 if open.starts_with(|c: char| c.is_ascii_lowercase()) && open[1..].starts_with(')') => {
            (u32::from(open.as_bytes()[0] - b'a') + 1, &open[1..])
        }
        _ => return None,
    };
    let marks: &[char] =
        if step.is_some() { &['.', ')', ':', '、', '．', '）'] } else { &['.', ')', '、', '．', '）'] };
    let after = rest.strip_prefix(marks)?;
    let text = after.trim_start();
    let wide = !rest.starts_with(['.', ')', ':']);
    (!text.is_empty() && (wide || text.len() < after.len())).then_some((Marker::Number(number), text))
}

/// The text of a `#` heading.
pub(super) fn heading(line: &str) -> Option<&str> {
    let line = line.trim();
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with(' ')).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::{Marker, heading, item};

    #[test]
    fn items_of_every_usual_form_are_recognised() {
        for (line, marker) in [
            ("- read", Marker::Bullet),
            ("  * [x] read", Marker::Bullet),
            ("• read", Marker::Bullet),
            ("12. read", Marker::Number(12)),
            ("(3) read", Marker::Number(3)),
            ("b) read", Marker::Number(2)),
            ("Step 4: read", Marker::Number(4)),
            ("2、read", Marker::Number(2)),
        ] {
            assert_eq!(item(line), Some((marker, "read")), "{line}");
        }
    }

    #[test]
    fn prose_and_rules_are_not_items() {
        for line in ["2.5 seconds", "-5 degrees", "---", "*emphasis*", "1999. was a year", "", "é) x", "a"] {
            assert_eq!(item(line), None, "{line}");
        }
    }

    #[test]
    fn headings_need_their_space() {
        assert_eq!(heading("## Not done"), Some("Not done"));
        assert_eq!(heading("#hashtag"), None);
    }
}
