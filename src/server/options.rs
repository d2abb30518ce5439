//! What a server is started with.

use std::path::{Path, PathBuf};

use crate::config::server::ServerSettings;

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct Options {
    pub settings: ServerSettings,
    /// The project's state folder, in which the token is kept.
    pub state_dir: PathBuf,
    /// Whether the person at the command line wants other machines to reach it. No setting can say so: a project's
    /// settings come with the project.
    pub exposed: bool,
    /// Whether runs that were started over the server end with it. Where the host goes on, they go on too.
    pub ends_runs: bool,
}

impl Options {
    pub(super) fn token_file(&self) -> PathBuf {
        token_file(&self.state_dir)
    }
}

pub(super) fn token_file(state_dir: &Path) -> PathBuf {
    state_dir.join("server").join("token")
}
