//! What a Python plugin's process is told of the files that it may touch, so that it can tell of attempts at others: the
//! kernel refuses those, and tells nobody.

use std::path::PathBuf;

use serde::Serialize;

use crate::sandbox::Confinement;

/// Where the SDK looks for it.
pub(super) const VARIABLE: &str = "ORCHESTRATOR_REACH";
/// The kernel takes no longer variable, its name included.
const LONGEST: usize = 120 * 1024;

#[derive(Serialize)]
struct Reach<'a> {
    read: &'a [PathBuf],
    list: &'a [PathBuf],
    write: &'a [PathBuf],
}

/// The variable's value; nothing, if it is too long to be handed over.
pub(super) fn value(confinement: &Confinement) -> Option<String> {
    let Confinement { read, list, write, .. } = confinement;
    let value = serde_json::to_string(&Reach { read, list, write }).ok()?;
    (value.len() <= LONGEST).then_some(value)
}
