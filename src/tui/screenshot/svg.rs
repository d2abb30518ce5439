//! Cells as an SVG document.
//!
//! Every character has its own place, so that columns stand below each other in any font: a rectangle per run of one
//! background, a text per run of one look, a path per colour of lines.

use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

use super::palette::{Ink, Paper, Rgb};
use super::shape::{self, CELL};

/// Around the cells, in pixels.
const MARGIN: u32 = 14;
/// From the top of a cell to the foot of its letters.
const BASELINE: u32 = 14;
/// A size at which a letter of most fonts with one width is as wide as a cell.
const FONT_SIZE: u32 = 15;
const FONTS: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace";

/// Letters of one look in one row, each with its place.
struct Run {
    ink: Ink,
    places: Vec<u32>,
    text: String,
}

#[derive(Default)]
struct Layers {
    backgrounds: String,
    /// By colour.
    lines: BTreeMap<Rgb, String>,
    texts: String,
}

/// The document. `title` is for those who can't see it.
pub(super) fn write(cells: &Buffer, paper: Paper, title: &str) -> String {
    let (width, height) = (u32::from(cells.area.width), u32::from(cells.area.height));
    let (width, height) = (width * CELL.0 + 2 * MARGIN, height * CELL.1 + 2 * MARGIN);
    let mut layers = Layers::default();
    for row in 0..cells.area.height {
        layers.row(cells, row, paper);
    }
    let mut lines = String::new();
    for (colour, path) in &layers.lines {
        let _ = writeln!(lines, "<path fill=\"{colour}\" d=\"{path}\"/>");
    }
    let Layers { backgrounds, texts, .. } = layers;
    let (colour, title) = (paper.colour, escape(title));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{title}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{colour}\"/>\n\
         <g shape-rendering=\"crispEdges\">\n{backgrounds}{lines}</g>\n\
         <g font-family=\"{FONTS}\" font-size=\"{FONT_SIZE}\" xml:space=\"preserve\">\n{texts}</g>\n\
         </svg>\n"
    )
}

impl Layers {
    fn row(&mut self, cells: &Buffer, row: u16, paper: Paper) {
        let y = MARGIN + u32::from(row) * CELL.1;
        let mut run: Option<Run> = None;
        let mut background: Option<(Rgb, u32, u32)> = None;
        let mut column = 0;
        while column < cells.area.width {
            let cell = &cells[(cells.area.x + column, cells.area.y + row)];
            let symbol = cell.symbol();
            // What a wide character covers is not drawn.
            let covered = u16::try_from(symbol.width()).unwrap_or(u16::MAX).clamp(1, cells.area.width - column);
            let (x, width) = (MARGIN + u32::from(column) * CELL.0, u32::from(covered) * CELL.0);
            let ink = Ink::of(cell);
            column += covered;
            background = match background {
                Some((colour, from, so_far)) if colour == ink.paper => Some((colour, from, so_far + width)),
                before => {
                    self.background(before, y, paper);
                    Some((ink.paper, x, width))
                }
            };
            self.decorate(ink, x, y, width);
            let is_blank = ink.hidden || symbol.trim().is_empty();
            if !is_blank && let Some(path) = shape::path(symbol, x, y) {
                self.lines.entry(ink.text).or_default().push_str(&path);
                self.text(run.take(), y);
                continue;
            }
            if run.as_ref().is_none_or(|run| !run.takes(ink, symbol)) {
                self.text(run.take(), y);
            }
            let symbol = if is_blank { " " } else { symbol };
            let run = run.get_or_insert_with(|| Run { ink, places: Vec::new(), text: String::new() });
            run.places.push(x);
            run.text.push_str(symbol);
        }
        self.background(background, y, paper);
        self.text(run, y);
    }

    fn background(&mut self, run: Option<(Rgb, u32, u32)>, y: u32, paper: Paper) {
        let Some((colour, x, width)) = run.filter(|(colour, ..)| *colour != paper.colour) else { return };
        let height = CELL.1;
        let _ = writeln!(
            self.backgrounds,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\"/>"
        );
    }

    /// Lines below and through; fonts would leave the blanks out.
    fn decorate(&mut self, ink: Ink, x: u32, y: u32, width: u32) {
        let below = ink.underline.map(|colour| (colour, y + BASELINE + 2));
        let through = ink.strike.then_some((ink.text, y + BASELINE - 5));
        for (colour, y) in [below, through].into_iter().flatten() {
            let _ = write!(self.lines.entry(colour).or_default(), "M{x} {y}h{width}v1h-{width}z");
        }
    }

    fn text(&mut self, run: Option<Run>, y: u32) {
        let Some(run) = run else { return };
        let text = run.text.trim_end_matches(' ');
        let blanks = text.len() - text.trim_start_matches(' ').len();
        let text = &text[blanks..];
        if text.is_empty() {
            return;
        }
        // A text of several characters in one cell is alone, and has one place.
        let count = text.chars().count().min(run.places.len() - blanks);
        let places: Vec<String> = run.places[blanks..blanks + count].iter().map(u32::to_string).collect();
        let (x, y, colour) = (places.join(" "), y + BASELINE, run.ink.text);
        let bold = if run.ink.bold { " font-weight=\"bold\"" } else { "" };
        let italic = if run.ink.italic { " font-style=\"italic\"" } else { "" };
        let text = escape(text);
        let _ = writeln!(self.texts, "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\"{bold}{italic}>{text}</text>");
    }
}

impl Run {
    /// Whether a cell's letter can stand in the same text: one character, one place.
    fn takes(&self, ink: Ink, symbol: &str) -> bool {
        let is_one = |text: &str| text.chars().nth(1).is_none();
        self.ink == ink && is_one(symbol) && (self.places.len() > 1 || is_one(&self.text))
    }
}

/// What XML has a meaning for, and what it can't hold.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            character if character.is_control() => escaped.push('\u{fffd}'),
            character => escaped.push(character),
        }
    }
    escaped
}
