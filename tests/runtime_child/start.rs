//! Starting children.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use orchestrator::runtime::child::{self, ChildProgram, ChildSpec};
use orchestrator::runtime::{LivePlugin, LoadError};
use orchestrator::sandbox::{Confinement, Level, Quota};
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
            permissions: Vec::new(),
        },
        private_dir: dir.join("private"),
        // What the transport does must hold for processes that may do more than a plugin may.
        confinement: Confinement { level: Level::Limits, ..Confinement::default() },
        least: Level::Limits,
        quota: Quota { memory: 1 << 30, cpu: Duration::from_secs(600), threads: 1000, disk: 1 << 30 },
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

/// Starts `hostile.py`, which misbehaves as `how` says.
pub async fn misbehaving(host: &Host, how: &[&str]) -> Result<Arc<LivePlugin>, LoadError> {
    misbehaving_within(host, how, PATIENCE).await
}

pub async fn misbehaving_within(host: &Host, how: &[&str], limit: Duration) -> Result<Arc<LivePlugin>, LoadError> {
    let args = ["-I", "-c", include_str!("hostile.py")].iter().chain(how).map(|&arg| arg.to_owned()).collect();
    interpreter(host, &python(), args, limit).await
}

pub async fn interpreter(
    host: &Host,
    interpreter: &Path,
    args: Vec<String>,
    limit: Duration,
) -> Result<Arc<LivePlugin>, LoadError> {
    let program = ChildProgram::Python { interpreter: interpreter.to_owned(), args };
    child::start(spec(host, program, Value::Null), host.services.clone(), limit).await
}

/// Any Python does: nothing but its standard library's oldest parts is used. The program itself, for what is on the
/// `PATH` may be a script that looks for it.
fn python() -> PathBuf {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    let find = || {
        let asked = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
        let said = asked.expect("these tests need a `python3` on the PATH").stdout;
        PathBuf::from(String::from_utf8(said).unwrap().trim())
    };
    FOUND.get_or_init(find).clone()
}

/// Why a plugin ended, once it has.
pub async fn reason(plugin: &LivePlugin) -> String {
    let mut ended = plugin.ended();
    let ended = tokio::time::timeout(PATIENCE, ended.wait_for(Option::is_some)).await;
    ended.expect("it should have ended").unwrap().clone().unwrap()
}
