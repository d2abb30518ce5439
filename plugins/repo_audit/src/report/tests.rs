use super::*;

/// A sink that keeps the lines.
#[derive(Default)]
struct Kept(Vec<String>);

impl Sink for Kept {
    fn put(&mut self, line: Line) -> Result<(), Stopped> {
        self.0.push(line.to_string());
        Ok(())
    }

    fn check(&self) -> Result<(), Stopped> {
        Ok(())
    }
}

#[test]
fn every_line_reads_back_as_it_was_written() {
    let paths = ["src/a.rs", "with space/b.rs", "odd:12", "quo\"te", "back\\slash", "new\nline", "ünïcode.md", "."];
    for path in paths {
        for place in [Place::path(path), Place::line(path, 12)] {
            let finding = Finding::new(Severity::Warning, place.clone(), "debt", "TODO: mind the [gap]: 1, 2");
            assert_eq!(finding.to_string().parse(), Ok(finding.clone()), "{finding}");
            assert_eq!(finding.to_string().lines().count(), 1);
            let line = Line::skipped(place, "unreadable: permission denied");
            assert_eq!(line.to_string().parse(), Ok(line.clone()), "{line}");
        }
        let line = Line::Measure(Measure::new(MeasureKind::Largest, path, &[("bytes", 7), ("lines", 0)]));
        assert_eq!(line.to_string().parse(), Ok(line.clone()), "{line}");
    }
    let line = Line::summary("3 files: done");
    assert_eq!(line.to_string().parse(), Ok(line));
}

#[test]
fn a_finding_reads_like_a_compilers() {
    let finding = Finding::new(Severity::Info, Place::line("src/a.rs", 3), "debt", "TODO: later");
    assert_eq!(finding.to_string(), "info src/a.rs:3 debt: TODO: later");
}

#[test]
fn prose_is_no_line_of_a_report() {
    for text in ["", "warning", "warning src/a.rs:1", "info about: things", "language is: nice, or 3", "error x y: z"] {
        assert_eq!(text.parse::<Line>(), Err(NotALine), "{text}");
    }
    let report = Report::read("Hello\ninfo a.rs:1 debt: TODO\n\nsummary: one\nbye");
    assert_eq!((report.findings.len(), report.summary.as_deref()), (1, Some("one")));
}

#[test]
fn messages_stay_on_one_line_and_short() {
    let long = format!("a\tb\u{1b}[31m\n{}", "x".repeat(500));
    let finding = Finding::new(Severity::Info, Place::path("a"), "debt", long);
    assert!(finding.message().starts_with("a b [31m x") && finding.message().ends_with('…'));
    assert!(finding.message().chars().count() <= 241);
}

#[test]
fn findings_and_skips_past_their_limits_are_counted_in_the_end() {
    let mut kept = Kept::default();
    let mut reporter = Reporter::new(&mut kept, 2);
    for line in 1..=5 {
        reporter.find(Severity::Warning, Place::line("a", line), "debt", "TODO").unwrap();
        reporter.skip(Place::path(format!("{line}.png")), SkipReason::Binary, "binary").unwrap();
    }
    reporter.find(Severity::Error, Place::path("b"), "bad-manifest", "late").unwrap();
    reporter.skip(Place::path("6.png"), SkipReason::Binary, "binary").unwrap();
    reporter.finish("5 markers").unwrap();
    let text = kept.0.join("\n");
    assert_eq!(text.matches("warning a:").count(), 2);
    assert_eq!(text.matches("error b ").count(), 1, "many warnings hide no error");
    assert_eq!(text.matches("skipped ").count(), 5);
    assert!(text.contains("not-read binary: places 6\ntotal findings: error 1, warning 5, info 0, unlisted 3\n"));
    assert!(text.lines().last().unwrap().starts_with("summary: 5 markers; 3 findings counted but not listed"));
}
