//! A tree in a temporary folder, and an inspection of it.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::Inspection;
use crate::report::{Line, Report, Reporter, Sink, Stopped};
use crate::settings::Settings;

/// Makes a tree of the given files.
pub fn tree(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    dir
}

/// Keeps lines until so many came, then wants no more.
pub struct Kept {
    pub text: String,
    pub left: usize,
}

impl Sink for Kept {
    fn put(&mut self, line: Line) -> Result<(), Stopped> {
        self.check()?;
        self.left -= 1;
        self.text.push_str(&format!("{line}\n"));
        Ok(())
    }

    fn check(&self) -> Result<(), Stopped> {
        if self.left == 0 { Err(Stopped) } else { Ok(()) }
    }
}

/// An inspection's whole text.
pub fn run(inspection: Inspection, root: &Path, settings: &Settings) -> String {
    let mut kept = Kept { text: String::new(), left: usize::MAX };
    inspection(root, settings, Reporter::new(&mut kept, settings.max_findings)).unwrap();
    kept.text
}

/// The findings of a check as `severity place: message`.
pub fn findings(text: &str, check: &str) -> Vec<String> {
    let report = Report::read(text);
    let of_check = report.findings.iter().filter(|finding| finding.check() == check);
    of_check.map(|f| format!("{} {}: {}", f.severity.as_str(), f.place, f.message())).collect()
}
