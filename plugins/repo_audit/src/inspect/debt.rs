//! Debt that people left marked in comments.

use std::collections::BTreeMap;
use std::path::Path;

use super::limit_note;
use crate::language::{comment_spans, language_of, line_starts};
use crate::report::{MeasureKind, Place, Reporter, Severity, Stopped};
use crate::scan::walk;
use crate::settings::Settings;
use crate::words::counted;

/// How many of the files with the most debt are listed at the end.
const LISTED_FILES: usize = 10;

/// A marked comment.
#[derive(Debug, PartialEq, Eq)]
struct Mark<'a> {
    /// Counted from 1.
    line: usize,
    marker: &'a str,
    /// From the marker to the end of its line.
    text: &'a str,
}

/// Reports each marker with its place and text, counts them by marker and by file.
pub fn inspect(root: &Path, settings: &Settings, mut reporter: Reporter<'_>) -> Result<(), Stopped> {
    let mut by_marker: BTreeMap<String, u64> = BTreeMap::new();
    let mut by_file: Vec<(u64, String)> = Vec::new();
    let (mut read, mut without_comments) = (0, 0);
    let walked = walk(root, settings, &mut reporter, |file, reporter| {
        let Some(syntax) = language_of(file.name()).and_then(|language| language.syntax) else {
            without_comments += 1;
            return Ok(());
        };
        let Some(text) = file.text(settings.max_file_bytes, reporter)? else { return Ok(()) };
        read += 1;
        let spans = comment_spans(&text, syntax);
        let starts = line_starts(&text);
        let mut count = 0;
        for span in spans {
            let first = starts.partition_point(|start| *start <= span.start);
            for mark in marks(&text[span], first, &settings.debt_markers) {
                count += 1;
                *by_marker.entry(mark.marker.to_owned()).or_default() += 1;
                reporter.find(severity(mark.marker), Place::line(&file.path, mark.line), "debt", mark.text)?;
            }
        }
        if count > 0 {
            by_file.push((count, file.path.clone()));
        }
        Ok(())
    })?;
    for (marker, count) in &by_marker {
        reporter.measure(MeasureKind::Marker, marker, &[("places", *count)])?;
    }
    by_file.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (count, path) in by_file.iter().take(LISTED_FILES) {
        reporter.measure(MeasureKind::File, path, &[("markers", *count)])?;
    }
    let total: u64 = by_marker.values().sum();
    reporter.measure(MeasureKind::Total, "debt", &[("markers", total), ("files", by_file.len() as u64)])?;
    let summary = format!(
        "{} in comments of {}; read {}, passed over {} without known comments{}",
        counted(total, "debt marker"),
        counted(by_file.len() as u64, "file"),
        counted(read, "file"),
        counted(without_comments, "file"),
        limit_note(walked),
    );
    reporter.finish(&summary)
}

/// A plan for later is good to know; what is said to be broken or forced should be looked at.
fn severity(marker: &str) -> Severity {
    if marker == "TODO" { Severity::Info } else { Severity::Warning }
}

/// The marked lines of one comment, whose first line is `first_line`.
fn marks<'a>(comment: &'a str, first_line: usize, markers: &'a [String]) -> Vec<Mark<'a>> {
    let mut found = Vec::new();
    for (at, line) in comment.lines().enumerate() {
        let hit = markers.iter().filter_map(|marker| Some((position(line, marker)?, marker))).min();
        if let Some((start, marker)) = hit {
            let text = line[start..].trim_end().trim_end_matches("*/").trim_end_matches("-->").trim_end();
            found.push(Mark { line: first_line + at, marker, text });
        }
    }
    found
}

/// Where a marker stands as one: a whole word that begins the comment's line, or that a colon or a name in
/// parentheses follows. A mention in a sentence or in quotes is none.
fn position(line: &str, marker: &str) -> Option<usize> {
    if marker.is_empty() {
        return None;
    }
    line.match_indices(marker).map(|(start, _)| start).find(|start| {
        let (before, after) = (&line[..*start], &line[*start + marker.len()..]);
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let quote = |c: char| "`\"'".contains(c);
        let inside = before.chars().next_back().is_some_and(|c| is_word(c) || quote(c))
            || after.chars().next().is_some_and(|c| is_word(c) || quote(c));
        let begins = before.chars().all(|c| c.is_whitespace() || "/*#!-;%<@[({|=".contains(c));
        let announced = after.starts_with(':') || after.starts_with('(');
        !inside && (begins || announced)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, run, tree};
    use super::*;

    #[test]
    fn markers_in_comments_are_reported_with_place_and_text() {
        let dir = tree(&[
            ("src/a.rs", b"fn a() {\n    todo!(); // TODO: write it\n    let s = \"TODO: no\";\n}\n/*\n * FIXME(ann) leaks\n */\n"),
            ("b.py", b"# XXX\nTODO = 1\n"),
            ("c.html", b"<p>TODO no</p>\n<!-- HACK around -->\n"),
            ("notes.txt", b"TODO: not a comment\n"),
        ]);
        let text = run(inspect, dir.path(), &Settings::default());
        assert_eq!(
            findings(&text, "debt"),
            [
                "warning b.py:1: XXX",
                "warning c.html:2: HACK around",
                "info src/a.rs:2: TODO: write it",
                "warning src/a.rs:6: FIXME(ann) leaks",
            ]
        );
        assert!(text.contains("marker TODO: places 1\n") && text.contains("file src/a.rs: markers 2\n"), "{text}");
        assert!(text.contains("total debt: markers 4, files 3\n"), "{text}");
        let last = text.lines().last().unwrap();
        assert!(
            last.contains("4 debt markers in comments of 3 files; read 3 files, passed over 1 file without"),
            "{last}"
        );
    }

    #[test]
    fn mentions_and_identifiers_are_no_debt() {
        let at = |line| position(line, "TODO");
        for line in
            ["// TODO", "/// TODO fix", "# - TODO(x)", "// later. TODO: x", " * @TODO x", "//TODO!", "// [TODO] x"]
        {
            assert!(at(line).is_some(), "{line}");
        }
        for line in ["// TODOs", "// the TODO list", "// `TODO: x`", "// TODO_LIST: x", "// MY_TODO: x", "// todo"] {
            assert_eq!(at(line), None, "{line}");
        }
    }

    #[test]
    fn the_markers_can_be_set() {
        let dir = tree(&[("a.rs", b"// TODO one\n// OPTIMISE two\n")]);
        let settings = Settings { debt_markers: vec!["OPTIMISE".into(), String::new()], ..Settings::default() };
        let text = run(inspect, dir.path(), &settings);
        assert_eq!(findings(&text, "debt"), ["warning a.rs:2: OPTIMISE two"]);
    }
}
