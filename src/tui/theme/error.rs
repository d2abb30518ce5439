use std::{fmt, io, path::PathBuf};

use thiserror::Error;

use crate::orchestrator::closest;

/// Where in a theme file something stands. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl Place {
    /// The place of the byte `offset` of `text`.
    pub(super) fn in_text(file: &str, text: &str, offset: usize) -> Place {
        let before = &text[..text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Why a theme could not be used.
#[derive(Debug, Error)]
pub enum ThemeError {
    #[error("there is no theme `{name}`: {remedy}")]
    Unknown { name: String, remedy: String },
    #[error("the theme file {} can't be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{place}: {problem}: {remedy}")]
    Invalid { place: Place, problem: String, remedy: String },
}

/// “did you mean `x`?” if `name` is close to one of `known`, else all of them.
pub(super) fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match closest(name, known.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => format!("use one of {}", known.join(", ")),
    }
}
