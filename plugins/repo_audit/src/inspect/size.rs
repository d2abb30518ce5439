//! Size and languages.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use super::limit_note;
use crate::language::{Kind, Language, LineCounts, count_lines, language_of};
use crate::report::{MeasureKind, Place, Reporter, Severity, Stopped};
use crate::scan::{FoundFile, walk};
use crate::settings::Settings;
use crate::words::{counted, grouped};

/// What is counted for one language.
#[derive(Default)]
struct Share {
    files: u64,
    bytes: u64,
    lines: LineCounts,
}

/// Counts files, lines and bytes by language, lists the largest files and reports the oversized.
pub fn inspect(root: &Path, settings: &Settings, mut reporter: Reporter<'_>) -> Result<(), Stopped> {
    let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
    let mut largest: Vec<(Reverse<u64>, String, u64)> = Vec::new();
    let mut oversized = 0;
    let walked = walk(root, settings, &mut reporter, |file, reporter| {
        let language = language_of(file.name());
        let lines = match file.text(settings.max_file_bytes, reporter)? {
            Some(text) => count_lines(&text, language.and_then(|language| language.syntax)),
            None => LineCounts::default(),
        };
        let share = shares.entry(language.map_or("other", |language| language.name)).or_default();
        share.files += 1;
        share.bytes += file.bytes;
        share.lines.add(lines);
        largest.push((Reverse(file.bytes), file.path.clone(), lines.lines()));
        if largest.len() > settings.largest_files.saturating_mul(2).max(64) {
            largest.sort();
            largest.truncate(settings.largest_files);
        }
        if let Some(message) = oversize(file, language, lines, settings) {
            oversized += 1;
            reporter.find(Severity::Warning, Place::path(&file.path), "oversized", message)?;
        }
        Ok(())
    })?;
    largest.sort();
    largest.truncate(settings.largest_files);
    for (Reverse(bytes), path, lines) in &largest {
        reporter.measure(MeasureKind::Largest, path, &[("bytes", *bytes), ("lines", *lines)])?;
    }
    let total = report_shares(&shares, &mut reporter)?;
    if walked.files == 0 {
        reporter.find(Severity::Info, Place::path("."), "empty", "there is no file to inspect in this tree")?;
    }
    let languages = shares.keys().filter(|name| **name != "other").count() as u64;
    let summary = format!(
        "{}, {} ({} code, {} comment, {} blank), {} in {}; {}{}",
        counted(total.files, "file"),
        counted(total.lines.lines(), "line"),
        grouped(total.lines.code),
        grouped(total.lines.comment),
        grouped(total.lines.blank),
        counted(total.bytes, "byte"),
        counted(languages, "language"),
        counted(oversized, "oversized file"),
        limit_note(walked),
    );
    reporter.finish(&summary)
}

/// Why a file is oversized, if it is.
fn oversize(file: &FoundFile, language: Option<&Language>, lines: LineCounts, settings: &Settings) -> Option<String> {
    if file.bytes > settings.oversized_bytes {
        let (bytes, limit) = (grouped(file.bytes), grouped(settings.oversized_bytes));
        return Some(format!("{bytes} bytes, more than {limit}"));
    }
    let is_code = language.is_some_and(|language| language.kind == Kind::Code);
    (is_code && lines.lines() > settings.oversized_lines).then(|| {
        let (lines, limit) = (grouped(lines.lines()), grouped(settings.oversized_lines));
        format!("{lines} lines, more than {limit}")
    })
}

/// One line per language, the most lines first, then the sum.
fn report_shares(shares: &BTreeMap<&str, Share>, reporter: &mut Reporter<'_>) -> Result<Share, Stopped> {
    let mut ordered: Vec<_> = shares.iter().collect();
    ordered.sort_by_key(|(_, share)| Reverse((share.lines.lines(), share.bytes)));
    let mut total = Share::default();
    for (name, share) in ordered {
        total.files += share.files;
        total.bytes += share.bytes;
        total.lines.add(share.lines);
        reporter.measure(MeasureKind::Language, *name, &share.values())?;
    }
    reporter.measure(MeasureKind::Total, "tree", &total.values())?;
    Ok(total)
}

impl Share {
    fn values(&self) -> [(&'static str, u64); 6] {
        [
            ("files", self.files),
            ("lines", self.lines.lines()),
            ("code", self.lines.code),
            ("comment", self.lines.comment),
            ("blank", self.lines.blank),
            ("bytes", self.bytes),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, run, tree};
    use super::*;

    #[test]
    fn files_lines_and_bytes_are_counted_by_language() {
        let dir = tree(&[
            ("a.rs", b"// one\n\nfn a() {}\n"),
            ("b/c.rs", b"fn c() {}\n"),
            ("d.py", b"x = 1\n"),
            ("e.bin", b"\0\0"),
        ]);
        let text = run(inspect, dir.path(), &Settings::default());
        assert!(text.contains("language Rust: files 2, lines 4, code 2, comment 1, blank 1, bytes 28\n"), "{text}");
        assert!(text.contains("language Python: files 1, lines 1, code 1, comment 0, blank 0, bytes 6\n"), "{text}");
        assert!(text.contains("skipped e.bin: binary, not read as text\n"), "{text}");
        assert!(text.contains("not-read binary: places 1\n"), "{text}");
        assert!(text.contains("total tree: files 4, lines 5, code 3, comment 1, blank 1, bytes 36\n"), "{text}");
        let last = text.lines().last().unwrap();
        assert!(last.starts_with("summary: 4 files, 5 lines (3 code, 1 comment, 1 blank), 36 bytes in 2 languages;"));
    }

    #[test]
    fn oversized_files_are_named_by_bytes_and_code_by_lines() {
        let dir = tree(&[
            ("long.rs", "x();\n".repeat(11).as_bytes()),
            ("long.json", "1\n".repeat(11).as_bytes()),
            ("fits.rs", "x();\n".repeat(10).as_bytes()),
            ("huge.dat", &[b'x'; 2000]),
        ]);
        let settings =
            Settings { oversized_lines: 10, oversized_bytes: 1999, max_file_bytes: 1000, ..Settings::default() };
        let text = run(inspect, dir.path(), &settings);
        assert_eq!(
            findings(&text, "oversized"),
            ["warning huge.dat: 2,000 bytes, more than 1,999", "warning long.rs: 11 lines, more than 10",]
        );
        assert!(text.contains("skipped huge.dat: 2000 bytes, more than max_file_bytes (1000); not read\n"), "{text}");
    }

    #[test]
    fn the_largest_files_come_largest_first() {
        let files: Vec<(String, Vec<u8>)> = (1..200).map(|n| (format!("{n}.txt"), vec![b'x'; n])).collect();
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, c)| (n.as_str(), c.as_slice())).collect();
        let dir = tree(&files);
        let text = run(inspect, dir.path(), &Settings { largest_files: 2, ..Settings::default() });
        let largest: Vec<_> = text.lines().filter(|line| line.starts_with("largest")).collect();
        assert_eq!(largest, ["largest 199.txt: bytes 199, lines 1", "largest 198.txt: bytes 198, lines 1"]);
    }

    #[test]
    fn an_empty_tree_is_said_to_be_empty() {
        let dir = tree(&[]);
        let text = run(inspect, dir.path(), &Settings::default());
        assert_eq!(findings(&text, "empty"), ["info .: there is no file to inspect in this tree"]);
        assert!(text.lines().last().unwrap().starts_with("summary: 0 files, 0 lines"));
    }
}
