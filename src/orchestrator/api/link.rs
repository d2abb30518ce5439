//! A host that is elsewhere, and the connection to it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::Timestamp;

/// Names, in the answer of the host's stream, the process whose numbers the events have.
pub const INSTANCE_HEADER: &str = "orchestrator-instance";

/// Who answers: what a program that wants to speak with it has to know first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HostView {
    /// The program's version.
    pub version: String,
    /// The version of the events.
    pub events: u16,
    /// Differs for every process that answers. The host's stream counts from 1 in each.
    pub instance: String,
}

/// How the connection to a remote host stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkView {
    /// Such as `127.0.0.1:8787`.
    pub address: String,
    /// Absent while the host can be reached.
    pub away: Option<Away>,
    /// How many processes have answered so far, one after the other: with each new one, what was known of the one
    /// before is old.
    pub hosts: u64,
}

/// The host can't be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    pub since: Timestamp,
    /// What was last tried came to this.
    pub reason: String,
}
