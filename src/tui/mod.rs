//! The workbench in the terminal.

pub mod frame;
pub mod input;
pub mod pane;
pub mod terminal;
pub mod theme;
