//! The workbench in the terminal.

pub mod pane;
pub mod theme;
