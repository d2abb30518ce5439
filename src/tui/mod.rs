//! The workbench in the terminal.

pub mod theme;
