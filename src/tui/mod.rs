//! The workbench in the terminal.
//!
//! A key, a click, an event or an answer is a `Message`; [`update`] changes the [`model`] and says what is to be
//! done; [`view`] draws it. All three are pure; `app` alone touches the terminal, the clock and the facade.
//! This room knows the facade and the event types, and nothing of the host behind them.

pub mod action;
pub mod app;
pub mod config;
pub mod effect;
pub mod frame;
pub mod input;
pub mod keymap;
pub mod layer;
pub mod layout;
pub mod message;
pub mod model;
pub mod pane;
pub mod screenshot;
pub mod terminal;
#[cfg(test)]
mod tests;
mod text;
pub mod theme;
pub mod update;
pub mod view;
