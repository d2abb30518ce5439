//! How the workbench is opened, and why it can't be.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use crate::tui::keymap::KeymapError;
use crate::tui::terminal::TerminalError;
use crate::tui::theme::{ThemeError, ThemeSources};

#[derive(Debug)]
pub struct Options {
    /// The theme's name.
    pub theme: String,
    pub themes: ThemeSources,
    /// A person's own keymap, laid over the built-in one; it need not exist.
    pub keymap: Option<PathBuf>,
    /// Whether anything may use colours.
    pub colour: bool,
    /// Whether spinners turn.
    pub motion: bool,
    /// Whether to take the mouse from the terminal.
    pub mouse: bool,
    /// Whether every change would be refused, so that none is offered.
    pub readonly: bool,
    /// Whether to start the HTTP server.
    pub serve: bool,
    /// A private handle of the terminal, for reading and writing.
    pub output: File,
}

/// Why the workbench did not open, or ended.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error("the keyboard can't be read: {0}: run `orchestrator` in a terminal, or use its subcommands without one")]
    Input(#[source] io::Error),
    #[error(transparent)]
    Theme(#[from] ThemeError),
    #[error(transparent)]
    Keymap(#[from] KeymapError),
}
