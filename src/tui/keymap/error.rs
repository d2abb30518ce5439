//! What can be wrong with a keymap file.

use std::path::PathBuf;

use super::Chord;
use super::chord::NoSuchKey;

/// Each says the file, the line's own path within it, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeymapError {
    #[error("{}: can't be read: {error}\nMake it readable, or move it away to use the built-in keys.", path.display())]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error("{}: {error}", path.display())]
    Syntax { path: PathBuf, error: Box<toml::de::Error> },
    #[error("{}: there is no section `{section}`\nThe sections are those of the built-in keymap.", path.display())]
    UnknownSection { path: PathBuf, section: String },
    #[error("{}: {at}: there is no such action\nThe help (`?`) lists what there is in each context.", path.display())]
    UnknownAction { path: PathBuf, at: String },
    #[error("{}: {at}: {error}", path.display())]
    Key { path: PathBuf, at: String, error: NoSuchKey },
    #[error("{}: {at}: `{chord}` would be typed as text here\nUse Ctrl or Alt with it, or a key with a name.", path.display())]
    WouldBeTyped { path: PathBuf, at: String, chord: Chord },
    #[error("{}: {one} and {other} both use `{chord}`\nGive one of them another key; an empty list takes its keys away.", path.display())]
    Conflict { path: PathBuf, chord: Chord, one: String, other: String },
}
