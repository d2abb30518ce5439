//! What the host tells the launcher: the first frame on the socket, before anything of the protocol.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::sandbox::{Confinement, Level};

/// What to become.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Launch {
    /// The launcher's parent as the host knows it: with any other, the supervisor is gone already.
    pub(super) supervisor: u32,
    /// What it may touch, and how far the kernel must hold that.
    pub(super) confinement: Confinement,
    pub(super) least: Level,
    pub(super) program: Program,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Program {
    /// The host of a library, which is a copy that was checked.
    Library {
        copy: PathBuf,
    },
    Python {
        interpreter: PathBuf,
        args: Vec<String>,
    },
}
