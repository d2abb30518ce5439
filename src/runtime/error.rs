//! Why a plugin's code could not be started.

use std::path::PathBuf;
use std::time::Duration;

use orchestrator_protocol::{CallError, ProtocolVersion};

/// Why a plugin's code could not be started, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the library {path} can't be read: {source}. Build the plugin, or correct `library` in its plugin.yaml")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the library can't be copied to {path}: {source}. Make the folder writable, or free some space")]
    Copy { path: PathBuf, source: std::io::Error },
    #[error(
        "{path} can't be loaded as a library: {reason}. Build it for this machine, with what it links to installed"
    )]
    NotALibrary { path: PathBuf, reason: String },
    #[error(
        "{path} does not export `orchestrator_plugin`. Add `export_plugin!(YourPlugin)` to its crate, and \
         `crate-type = [\"cdylib\"]` to its Cargo.toml"
    )]
    MissingSymbol { path: PathBuf },
    #[error(
        "{path} is not the library that was approved: it has changed since the plugin was looked at. Reload the plugin, and approve it again"
    )]
    NotApproved { path: PathBuf },
    #[error("the plugin's table is only {size} bytes long, {least} are needed. Build the plugin with the current SDK")]
    TooSmall { size: usize, least: usize },
    #[error("the plugin's table lies where no table can lie. Build the plugin with the current SDK")]
    Misaligned,
    #[error("the plugin was built for version {theirs} of the plugin border, this host has version {ours}. {remedy}")]
    AbiVersion { theirs: u32, ours: u32, remedy: &'static str },
    #[error("the plugin's table lacks the function `{function}`. Build the plugin with the current SDK")]
    MissingFunction { function: &'static str },
    #[error(
        "the library aborts the whole process when it panics. Build it with `panic = \"unwind\"` in the profile of its \
         workspace's Cargo.toml"
    )]
    AbortsOnPanic,
    #[error("the plugin could not make an instance of itself: it failed or panicked before it could say why")]
    CreateFailed,
    #[error("the plugin speaks protocol {theirs}, this host speaks {ours}. Build the plugin with the host's SDK")]
    ProtocolVersion { theirs: ProtocolVersion, ours: ProtocolVersion },
    #[error("the plugin could not be initialized: {0}")]
    InitializeFailed(CallError),
    #[error("the plugin's session ended while it was starting: {0}")]
    Ended(String),
    #[error("the plugin did not {stage} within {} ms. It may be blocked, or need a longer time to start", limit.as_millis())]
    TimedOut { stage: &'static str, limit: Duration },
    #[error("no thread could be started for the plugin: {0}. The limit of threads or memory may be reached")]
    Thread(std::io::Error),
    #[error("the plugin's process can't be started: {0}")]
    Process(String),
    #[error("the plugin's folder {path} can't be made: {source}. Make the place writable, or free some space")]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("{how} while the plugin was starting. {}", last_words(said))]
    Died { how: String, said: Vec<String> },
}

/// What a process wrote to its standard error before it ended.
fn last_words(said: &[String]) -> String {
    if said.is_empty() {
        "It wrote nothing to its standard error".to_owned()
    } else {
        format!("Last it wrote to its standard error:\n{}", said.join("\n"))
    }
}
