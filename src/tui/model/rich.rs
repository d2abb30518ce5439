//! Text with meanings instead of colours: what details and differences are written in.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::tui::theme::Role;

/// A line of pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RichLine(pub Vec<(Role, String)>);

impl RichLine {
    /// The cells that it takes.
    pub fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }
}

/// Lines of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rich(pub Vec<RichLine>);

impl Rich {
    pub fn push(&mut self, role: Role, text: impl Into<String>) {
        // A text of several lines is several lines.
        for line in text.into().split('\n') {
            self.0.push(RichLine(vec![(role, line.to_owned())]));
        }
    }

    pub fn blank(&mut self) {
        self.0.push(RichLine::default());
    }

    pub fn heading(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.blank();
        }
        self.push(Role::Title, text);
    }

    /// A name and its value, the values below each other.
    pub fn field(&mut self, name: &str, value: impl AsRef<str>) {
        for (index, line) in value.as_ref().split('\n').enumerate() {
            let name = if index == 0 { name } else { "" };
            self.0.push(RichLine(vec![(Role::TextMuted, format!("{name:<13}")), (Role::Text, line.to_owned())]));
        }
    }

    pub fn line(&mut self, pieces: impl IntoIterator<Item = (Role, String)>) {
        self.0.push(RichLine(pieces.into_iter().collect()));
    }

    /// The same text in lines of at most `width` cells; what goes on in the next line is set in by as much as the
    /// line was.
    pub fn wrapped(&self, width: usize) -> Vec<RichLine> {
        self.0.iter().flat_map(|line| wrap(line, width.max(4))).collect()
    }
}

fn wrap(line: &RichLine, width: usize) -> Vec<RichLine> {
    if line.width() <= width {
        return vec![line.clone()];
    }
    let indent = indent_of(line).min(width / 2);
    let mut out = vec![RichLine::default()];
    let mut column = 0;
    for (role, text) in &line.0 {
        for word in text.split_inclusive(' ') {
            let cells = word.trim_end().width();
            // One that fits no line anyway begins here.
            if column + cells > width && column > indent && cells > 0 && cells <= width - indent {
                out.push(RichLine(vec![(Role::Text, " ".repeat(indent))]));
                column = indent;
            }
            // A word longer than a line is cut.
            for piece in word.graphemes(true) {
                let cells = piece.width();
                if column + cells > width {
                    if piece.trim().is_empty() {
                        continue;
                    }
                    out.push(RichLine(vec![(Role::Text, " ".repeat(indent))]));
                    column = indent;
                }
                column += cells;
                append(out.last_mut(), *role, piece);
            }
        }
    }
    out
}

fn append(line: Option<&mut RichLine>, role: Role, piece: &str) {
    let Some(line) = line else { return };
    match line.0.last_mut() {
        Some((last, text)) if *last == role => text.push_str(piece),
        _ => line.0.push((role, piece.to_owned())),
    }
}

/// Where a line's own text begins: after its spaces, or after the name of a field.
fn indent_of(line: &RichLine) -> usize {
    match line.0.as_slice() {
        [(Role::TextMuted | Role::Key, name), (_, text), ..] => name.width() + text.width() - text.trim_start().width(),
        [(_, text), ..] => text.len() - text.trim_start().len() + 2 * usize::from(text.starts_with(' ')),
        [] => 0,
    }
}
