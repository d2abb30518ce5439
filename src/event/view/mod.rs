//! The reducer: a run's events in, what is shown of it out.
//!
//! The live workbench, `runs show`, and a stored run opened tomorrow all use it, so they can't differ. The text of
//! agents is not kept here: panes hold their own bounded share of it, by span.

mod agent;
mod phase;
mod run;
mod trace;

pub use agent::AgentView;
pub use phase::PhaseView;
pub use run::RunView;
pub use trace::{TraceEntry, TraceKind, TraceView};
