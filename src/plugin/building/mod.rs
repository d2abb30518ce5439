//! Building a native plugin that comes as source, with cargo.
//!
//! A build runs the plugin's own code (its build script, and those of what it depends on): call it only for a
//! plugin that was approved.

mod lockfile;
mod messages;
#[cfg(test)]
mod tests;
mod workspace;

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::config::atomic::{self, Access};
use crate::runtime::tool::{self, Stream, Tail, ToolError};
use lockfile::LockfileGuard;

/// Why there is no library.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("cargo is not on this machine, and the plugin comes as source")]
    NoCargo,
    #[error("cargo can't be started: {0}")]
    Start(std::io::Error),
    /// The lines are the last that cargo and the compiler said.
    #[error("cargo ended with {status}:\n{said}")]
    Failed { status: ExitStatus, said: String },
    /// A manifest above the plugin's folder would have a say in the build, and nobody looked at it.
    #[error("the plugin's package belongs to the workspace of {root}, which is not part of the plugin")]
    ForeignWorkspace { root: PathBuf },
    #[error("the folder {dir} for the build can't be used: {source}")]
    Folder { dir: PathBuf, source: std::io::Error },
    #[error("cargo built no library that can be loaded")]
    NoLibrary,
    #[error("the build was cancelled")]
    Cancelled,
}

impl BuildError {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            BuildError::NoCargo => "install Rust (https://rustup.rs), or put a built library into the plugin's folder",
            BuildError::Start(_) => "see whether `cargo --version` works in a shell",
            BuildError::Failed { .. } => "correct what the compiler says, then reload the plugin",
            BuildError::ForeignWorkspace { .. } => {
                "write an empty `[workspace]` table into the plugin's Cargo.toml, then trust the plugin again"
            }
            BuildError::Folder { .. } => "see `orchestrator doctor` for where the state lives",
            BuildError::NoLibrary => "write `crate-type = [\"cdylib\"]` under `[lib]` in the plugin's Cargo.toml",
            BuildError::Cancelled => "reload the plugin to build it",
        }
    }
}

/// Builds the package in `dir` and returns its library. What is built lies in `target_dir`; nothing is left in
/// `dir`. Cargo runs in `target_dir`, so that no config or toolchain file of the project, which nobody approved, has
/// a say; a package that belongs to a workspace outside `dir` is refused for the same reason.
/// Each line that cargo and the compiler say is handed to `progress`, cleaned. When `cancel` is cancelled,
/// and when the future is dropped, everything that was started is killed.
pub async fn build(
    dir: &Path,
    target_dir: &Path,
    cancel: &CancellationToken,
    progress: impl FnMut(String) + Send,
) -> Result<PathBuf, BuildError> {
    build_with(Path::new("cargo"), dir, target_dir, cancel, progress).await
}

async fn build_with(
    cargo: &Path,
    dir: &Path,
    target_dir: &Path,
    cancel: &CancellationToken,
    mut progress: impl FnMut(String) + Send,
) -> Result<PathBuf, BuildError> {
    let folder = |source| BuildError::Folder { dir: target_dir.to_owned(), source };
    let (dir, target_dir) =
        (std::path::absolute(dir).map_err(folder)?, std::path::absolute(target_dir).map_err(folder)?);
    atomic::create_dir(&target_dir, Access::OwnerOnly).map_err(folder)?;
    let manifest = dir.join("Cargo.toml");
    workspace::check(cargo, &manifest, &target_dir, cancel).await?;
    let lockfile = LockfileGuard::of(&dir);
    let mut command = cargo_in(cargo, &target_dir);
    command.args(["build", "--release", "--lib", "--message-format=json-render-diagnostics", "--manifest-path"]);
    command.arg(&manifest);
    if lockfile.was_there() {
        // What was approved names its dependencies' versions.
        command.arg("--locked");
    }
    let mut tail = Tail::default();
    let mut library = None;
    let status = tool::follow(command, cancel, |stream, line| match stream {
        Stream::Stdout => library = messages::library(&line, &manifest).or(library.take()),
        Stream::Stderr => progress(tail.push(&line).to_owned()),
    })
    .await?;
    match library {
        _ if !status.success() => Err(BuildError::Failed { status, said: tail.text() }),
        Some(library) => Ok(library),
        None => Err(BuildError::NoLibrary),
    }
}

impl From<ToolError> for BuildError {
    fn from(error: ToolError) -> Self {
        match error {
            ToolError::Start(error) if error.kind() == std::io::ErrorKind::NotFound => BuildError::NoCargo,
            ToolError::Start(error) | ToolError::Wait(error) => BuildError::Start(error),
            ToolError::Cancelled => BuildError::Cancelled,
        }
    }
}

/// Cargo, to be run in `dir`.
fn cargo_in(cargo: &Path, dir: &Path) -> Command {
    let mut command = Command::new(cargo);
    command
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", dir)
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never");
    command
}
