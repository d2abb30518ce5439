//! An agent's output as a pane shows it: kept in a bounded buffer, looked at through a view.
//!
//! Text comes in as pieces with colours ([`PaneBuffer::push`]); a [`PaneView`] says which part is seen and how;
//! [`Pane`] draws that part and nothing else. The cost of drawing never depends on how much text is kept.
//! Knows nothing of agents, runs or the layout around it.

mod buffer;
mod line;
mod search;
mod sgr;
#[cfg(test)]
mod tests;
mod view;
mod widget;
mod wrap;

pub use buffer::PaneBuffer;
pub use line::Line;
pub use search::{Match, Search};
pub use view::{PaneView, Row};
pub use widget::{Pane, PaneLook};
