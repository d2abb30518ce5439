//! The documents that a visitor looks for at the top of a tree.

use super::licence::identify;
use crate::report::{Place, Reporter, Severity, Stopped};
use crate::scan::FoundFile;
use crate::settings::Settings;

/// What was seen of them.
#[derive(Default)]
pub struct Community {
    /// Path and number of words.
    readme: Option<(String, usize)>,
    /// Path and the licence that its text is, if known.
    licences: Vec<(String, Option<&'static str>)>,
    /// Path, line, and the expression that a manifest declares.
    declared: Option<(String, usize, String)>,
    changelog: Option<String>,
    contributing: Option<String>,
}

/// What a file is for, by its name alone: `README.md`, `README`, `readme.rst`.
fn is_called(file: &FoundFile, names: &[&str]) -> bool {
    let stem = file.name().split(['.', '-', '_']).next().unwrap_or_default().to_uppercase();
    names.contains(&stem.as_str())
}

fn is_readme(file: &FoundFile) -> bool {
    file.folder() == "." && is_called(file, &["README"])
}

fn is_licence(file: &FoundFile) -> bool {
    let by_name = file.folder() == "." && is_called(file, &["LICENSE", "LICENCE", "COPYING", "UNLICENSE"]);
    by_name || file.folder() == "LICENSES"
}

fn is_changelog(file: &FoundFile) -> bool {
    let names = ["CHANGELOG", "CHANGES", "HISTORY", "NEWS", "RELEASES", "RELEASE"];
    [".", "docs"].contains(&file.folder()) && is_called(file, &names)
}

fn is_contributing(file: &FoundFile) -> bool {
    [".", "docs", ".github"].contains(&file.folder()) && is_called(file, &["CONTRIBUTING"])
}

fn is_manifest(file: &FoundFile) -> bool {
    ["Cargo.toml", "package.json", "pyproject.toml"].contains(&file.path.as_str())
}

impl Community {
    /// Whether `see` would make something of the file.
    pub fn wants(file: &FoundFile) -> bool {
        [is_readme, is_licence, is_changelog, is_contributing, is_manifest].iter().any(|test| test(file))
    }

    pub fn see(&mut self, file: &FoundFile, text: &str) {
        let path = || file.path.clone();
        if is_readme(file) {
            let words = text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
            // Of several (`README.de.md`), the longest counts.
            if self.readme.as_ref().is_none_or(|(_, most)| *most < words) {
                self.readme = Some((path(), words));
            }
        } else if is_licence(file) {
            self.licences.push((path(), identify(text)));
        } else if is_changelog(file) {
            self.changelog = Some(path());
        } else if is_contributing(file) {
            self.contributing = Some(path());
        } else if is_manifest(file) && self.declared.is_none() {
            self.declared = declared_licence(text).map(|(line, licence)| (path(), line, licence));
        }
    }

    pub fn report(&self, settings: &Settings, reporter: &mut Reporter<'_>) -> Result<(), Stopped> {
        match &self.readme {
            None => reporter.find(Severity::Warning, Place::path("."), "readme", "there is no README")?,
            Some((path, words)) if *words < settings.readme_min_words => {
                let message = format!("{words} words, fewer than {}", settings.readme_min_words);
                reporter.find(Severity::Warning, Place::path(path), "readme", message)?;
            }
            Some(_) => {}
        }
        self.report_licence(reporter)?;
        let missing = [
            (&self.changelog, "changelog", "there is no change log (CHANGELOG, CHANGES, HISTORY, NEWS)"),
            (&self.contributing, "contributing", "there is no CONTRIBUTING, here, in docs or in .github"),
        ];
        for (found, check, message) in missing {
            if found.is_none() {
                reporter.find(Severity::Info, Place::path("."), check, message)?;
            }
        }
        Ok(())
    }

    fn report_licence(&self, reporter: &mut Reporter<'_>) -> Result<(), Stopped> {
        for (path, licence) in &self.licences {
            let message = match licence {
                Some(name) => format!("{name}, by its text"),
                None => "the text is none of the licences that are known".to_owned(),
            };
            reporter.find(Severity::Info, Place::path(path), "licence", message)?;
        }
        match (&self.declared, self.licences.is_empty()) {
            (Some((path, line, licence)), true) => {
                let message = format!("declares \"{licence}\", but there is no licence text");
                reporter.find(Severity::Warning, Place::line(path, *line), "licence", message)?;
            }
            (None, true) => {
                let message = "there is no licence: nobody else may use this";
                reporter.find(Severity::Warning, Place::path("."), "licence", message)?;
            }
            (Some((path, line, declared)), false) => {
                for name in self.licences.iter().filter_map(|(_, name)| *name) {
                    if !declared.contains(name) {
                        let message = format!("declares \"{declared}\", but there is the text of {name}");
                        reporter.find(Severity::Warning, Place::line(path, *line), "licence-mismatch", message)?;
                    }
                }
            }
            (None, false) => {}
        }
        Ok(())
    }

    /// What is there, as the summary's first part.
    pub fn summary(&self) -> String {
        let readme = match &self.readme {
            Some((path, words)) => format!("{path} of {words} words"),
            None => "no README".to_owned(),
        };
        let names: Vec<_> = self.licences.iter().map(|(_, name)| name.unwrap_or("an unknown licence")).collect();
        let licence = if names.is_empty() { "no licence text".to_owned() } else { names.join(" and ") };
        format!("{readme}, {licence}")
    }
}

/// The line and value of a manifest's `license`, in TOML or JSON.
fn declared_licence(text: &str) -> Option<(usize, String)> {
    text.lines().enumerate().find_map(|(at, line)| {
        let line = line.trim();
        let rest = line.strip_prefix("\"license\"").or_else(|| line.strip_prefix("license"))?;
        let value = rest.trim_start().strip_prefix(['=', ':'])?.trim_start().strip_prefix('"')?;
        let (value, _) = value.split_once('"')?;
        Some((at + 1, value.to_owned()))
    })
}
