//! What is said on the socket: first who is there, then requests and their answers, each on a line of JSON.

use serde::{Deserialize, Serialize};

use crate::orchestrator::api::{Answer, Command, Done, FacadeError, Query};

/// Of what is said here. Both sides must speak the same.
pub(super) const VERSION: u32 = 1;

/// The first line of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Greeting {
    /// [`VERSION`]
    pub control: u32,
    /// What the host is, in words: "the workbench".
    pub face: String,
    pub process: u32,
}

/// The first line of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hello {
    /// [`VERSION`]
    pub control: u32,
}

/// A line of a caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Request {
    /// The answer has the same.
    pub id: u64,
    #[serde(flatten)]
    pub wanted: Wanted,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wanted {
    Command(Command),
    Query(Query),
}

/// A line of a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Response {
    /// 0 if no request could be read; the host then hangs up.
    pub id: u64,
    #[serde(flatten)]
    pub result: CameTo,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CameTo {
    Done(Done),
    Answer(Answer),
    Error(FacadeError),
}
