//! Building a native plugin that comes as source, with cargo.
//!
//! A build runs the plugin's own code (its build script, and those of what it depends on): call it only for a
//! plugin that was approved.

mod group;
mod lines;
mod lockfile;
mod messages;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::event::text::clean_line;
use group::Group;
use lines::Lines;
use lockfile::LockfileGuard;

/// Of what the compiler said last, so many lines are told with a failure.
const TAIL_LINES: usize = 60;
/// How long a process that outlives cargo may keep its output open.
const DRAIN: Duration = Duration::from_secs(1);

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
            BuildError::NoLibrary => "write `crate-type = [\"cdylib\"]` under `[lib]` in the plugin's Cargo.toml",
            BuildError::Cancelled => "reload the plugin to build it",
        }
    }
}

/// Builds the package in `dir` and returns its library. What is built lies in `target_dir`; nothing is left in
/// `dir`. Each line that cargo and the compiler say is handed to `progress`, cleaned. When `cancel` is cancelled,
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
    let manifest = dir.join("Cargo.toml");
    let lockfile = LockfileGuard::of(dir);
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--lib", "--message-format=json-render-diagnostics", "--manifest-path"]);
    command.arg(&manifest);
    if lockfile.was_there() {
        // What was approved names its dependencies' versions.
        command.arg("--locked");
    }
    command
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", target_dir)
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => BuildError::NoCargo,
        _ => BuildError::Start(error),
    })?;
    let _group = Group::of(&child);
    let mut messages = Lines::of(child.stdout.take());
    let mut said = Lines::of(child.stderr.take());
    let mut tail = VecDeque::new();
    let mut library = None;
    let mut status = None;
    let drained = tokio::time::sleep(Duration::MAX);
    tokio::pin!(drained);
    while status.is_none() || !messages.is_over() || !said.is_over() {
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(BuildError::Cancelled),
            Some(line) = messages.next(), if !messages.is_over() => {
                library = messages::library(&line, &manifest).or(library);
            }
            Some(line) = said.next(), if !said.is_over() => {
                let line = clean_line(&line);
                if tail.len() == TAIL_LINES {
                    tail.pop_front();
                }
                tail.push_back(line.clone());
                progress(line);
            }
            ended = child.wait(), if status.is_none() => {
                status = Some(ended.map_err(BuildError::Start)?);
                drained.as_mut().reset(tokio::time::Instant::now() + DRAIN);
            }
            () = &mut drained, if status.is_some() => break,
        }
    }
    match (status, library) {
        (Some(status), Some(library)) if status.success() => Ok(library),
        (Some(status), None) if status.success() => Err(BuildError::NoLibrary),
        (Some(status), _) => Err(BuildError::Failed { status, said: Vec::from(tail).join("\n") }),
        (None, _) => Err(BuildError::Cancelled),
    }
}
