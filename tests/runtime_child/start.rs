//! Starting children.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use orchestrator::runtime::child::{self, ChildProgram, ChildSpec};
use orchestrator::runtime::{LivePlugin, LoadError};
use orchestrator_protocol::session::{Declared, Initialize};
use serde_json::Value;

use crate::host::Host;

/// Enough for any start; only what never comes waits so long.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A spec for a child of this host's.
pub fn spec(host: &Host, program: ChildProgram, config: Value) -> ChildSpec {
    let dir = host.dir.path();
    ChildSpec {
        name: "tested".parse().unwrap(),
        program,
        initialize: Initialize {
            name: "tested".into(),
            config: config.as_object().cloned().unwrap_or_default(),
            plugin_dir: dir.to_owned(),
            data_dir: dir.to_owned(),
            project_dir: dir.to_owned(),
            declared: Declared::default(),
        },
        private_dir: dir.join("private"),
        executable: env!("CARGO_BIN_EXE_orchestrator").into(),
    }
}

/// Starts a library in a child.
pub async fn start(host: &Host, what: (PathBuf, Value)) -> Result<Arc<LivePlugin>, LoadError> {
    start_within(host, what, PATIENCE).await
}

pub async fn start_within(
    host: &Host,
    (library, config): (PathBuf, Value),
    limit: Duration,
) -> Result<Arc<LivePlugin>, LoadError> {
    let program = ChildProgram::Library { library, approved: None, libs_dir: host.dir.path().join("libs") };
    child::start(spec(host, program, config), host.services.clone(), limit).await
}
