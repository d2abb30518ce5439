//! The four inspections: each walks a tree and reports what it finds, on the thread that calls it.
//!
//! They know the settings and the report, and nothing of agents, workflows or the host.

pub mod debt;
pub mod dependencies;
pub mod docs;
pub mod size;

use std::path::Path;

use crate::report::{Reporter, Stopped};
use crate::settings::Settings;

/// Inspects the tree at a folder and reports to the end, unless nobody wants it any more.
pub type Inspection = fn(&Path, &Settings, Reporter<'_>) -> Result<(), Stopped>;

#[cfg(test)]
pub(crate) mod testing;

/// `a limit was reached` as a part of a summary, if it was.
pub(crate) fn limit_note(walked: crate::scan::Walked) -> &'static str {
    if walked.limited { "; only a part of the tree: max_files was reached" } else { "" }
}
