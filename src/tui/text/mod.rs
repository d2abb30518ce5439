//! The words: what details, help and signs say, as text with meanings. Where they stand is `view`'s business.

mod difference;
mod gauge;
mod help;
mod plugin;
mod reader;
mod run;
mod sign;
mod touch;
mod trace;
mod units;
mod welcome;

pub use help::hints;
pub use plugin::summary as plugin_summary;
pub use reader::{reader, reader_extent};
pub use run::{history as run_history, phases, reason, status as run_status};
pub use sign::{agent_sign, decision_sign, outcome_sign, plugin_sign, run_sign};
pub use trace::entry as trace_entry;
pub use units::{date, rate};
pub use welcome::welcome;
