//! The HTTP server of a host, as its faces see it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the server stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerView {
    /// Where it listens, such as `127.0.0.1:8787`; the first of several. Absent while it does not.
    pub address: Option<String>,
    /// The file with the token that every request needs.
    #[schema(value_type = String)]
    pub token_file: PathBuf,
    /// Whether other machines can reach it.
    pub exposed: bool,
    /// Answered since it started.
    pub requests: u64,
    /// And those of them that a guard refused: a wrong token, host or origin, too much, or too slow.
    pub refused: u64,
    /// Open now.
    pub connections: u32,
}
