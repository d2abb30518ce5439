//! What a plugin requires: `requirements.txt`, and `requires.packages` of its manifest.
//!
//! A requirements file can do much more than name packages: an option can name another index or run code, a URL or a
//! path bring in code from anywhere. What the operator approved is what the plugin's folder says, so only this is
//! allowed: a package's name with extras, versions, a marker for the environment, and hashes; and comments.

mod line;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::event::text::clean_line;
use line::Refusal;
pub(super) use line::normal;

const FILE_NAME: &str = "requirements.txt";
/// In bytes. A longer file is no list of requirements.
const MAX_FILE: u64 = 1024 * 1024;
/// More names than this are no longer listed one by one.
const MAX_NAMED: usize = 6;

/// What is to be installed, as the files name it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependencies(Vec<Requirement>);

/// One package.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    /// As an installer takes it.
    line: String,
    /// The name in its one spelling.
    name: String,
}

/// Why a plugin's requirements are not installed: nothing of them is.
#[derive(Debug, thiserror::Error)]
pub enum RequirementError {
    #[error("{FILE_NAME} of the plugin can't be read: {0}")]
    Unreadable(io::Error),
    /// `place` is a file with a line, or the manifest's field.
    #[error("{place}: `{line}`: {refusal}")]
    Refused { place: String, line: String, refusal: &'static str, remedy: &'static str },
}

impl RequirementError {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            RequirementError::Unreadable(_) => {
                format!("make {FILE_NAME} a readable file of UTF-8 text, at most {} KiB long", MAX_FILE / 1024)
            }
            RequirementError::Refused { remedy, .. } => (*remedy).to_owned(),
        }
    }
}

impl Dependencies {
    /// Reads the plugin's `requirements.txt`, if there is one, and adds `packages`, its manifest's. What both say in the
    /// same words counts once.
    pub fn read(plugin_dir: &Path, packages: &[String]) -> Result<Self, RequirementError> {
        let text = read(&plugin_dir.join(FILE_NAME)).map_err(RequirementError::Unreadable)?;
        let mut dependencies = Dependencies::of_text(&text)?;
        for requirement in Dependencies::of_packages(packages)?.0 {
            if !dependencies.0.contains(&requirement) {
                dependencies.0.push(requirement);
            }
        }
        Ok(dependencies)
    }

    pub(super) fn of_packages(packages: &[String]) -> Result<Self, RequirementError> {
        let place = |_| "`requires.packages` in plugin.yaml".to_owned();
        packages.iter().map(|package| requirement(package.trim(), place, 0)).collect::<Result<_, _>>().map(Dependencies)
    }

    fn of_text(text: &str) -> Result<Self, RequirementError> {
        let place = |number| format!("{FILE_NAME}:{number}");
        let lines = logical_lines(text).into_iter();
        lines.map(|(number, line)| requirement(&line, place, number)).collect::<Result<_, _>>().map(Dependencies)
    }

    /// Whether nothing is to be installed; such a plugin needs no environment.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each as an installer takes it.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|requirement| requirement.line.as_str())
    }

    /// All of them, for people.
    pub fn words(&self) -> String {
        self.words_of(|_| true).unwrap_or_else(|| "nothing".to_owned())
    }

    /// Those with a name that is `wanted`, for people.
    pub(super) fn words_of(&self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let named = self.0.iter().filter(|requirement| wanted(&requirement.name));
        // Hashes say nothing to people.
        let mut words: Vec<&str> =
            named.map(|requirement| requirement.line.split(" --hash=").next().unwrap_or_default()).collect();
        let more = words.len().saturating_sub(MAX_NAMED);
        words.truncate(MAX_NAMED);
        let rest = if more > 0 { format!("{more} more") } else { words.pop()?.to_owned() };
        Some(if words.is_empty() { rest } else { format!("{} and {rest}", words.join(", ")) })
    }
}

fn requirement(line: &str, place: impl Fn(usize) -> String, number: usize) -> Result<Requirement, RequirementError> {
    match line::name(line) {
        Ok(name) => Ok(Requirement { line: line.to_owned(), name }),
        Err(refusal) => {
            let Refusal { words, remedy } = refusal;
            let line = clean_line(line).chars().take(200).collect();
            Err(RequirementError::Refused { place: place(number), line, refusal: words, remedy })
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(text),
        Err(error) => return Err(error),
    };
    if file.take(MAX_FILE + 1).read_to_string(&mut text)? as u64 > MAX_FILE {
        return Err(io::Error::other(format!("it is longer than {} KiB", MAX_FILE / 1024)));
    }
    Ok(text)
}

/// The lines that hold something, without comments, each with the number of its first. A line that ends with `\` goes
/// on in the next.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut begun: Option<(usize, String)> = None;
    // Some editors begin a file with this mark.
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = without_comment(line).trim();
        let (line, goes_on) = line.strip_suffix('\\').map_or((line, false), |line| (line.trim_end(), true));
        let (_, whole) = begun.get_or_insert_with(|| (index + 1, String::new()));
        if !whole.is_empty() && !line.is_empty() {
            whole.push(' ');
        }
        whole.push_str(line);
        if !goes_on {
            lines.extend(begun.take().filter(|(_, whole)| !whole.is_empty()));
        }
    }
    lines.extend(begun.filter(|(_, whole)| !whole.is_empty()));
    lines
}

/// A `#` begins a comment at the start of a line and after a space.
fn without_comment(line: &str) -> &str {
    let begins = |(at, _): &(usize, &str)| line[..*at].chars().next_back().is_none_or(char::is_whitespace);
    line.match_indices('#').find(begins).map_or(line, |(at, _)| &line[..at])
}

#[cfg(test)]
mod tests;
