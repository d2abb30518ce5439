//! One phase of a workflow.

use crate::event::Timestamp;

/// One phase, in the order in which they started.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseView {
    pub name: String,
    pub started: Timestamp,
    /// Absent while it runs, and for ever if the run ended within it.
    pub completed: Option<Timestamp>,
}
