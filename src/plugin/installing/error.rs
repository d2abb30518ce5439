//! Why something was not installed.

use std::path::PathBuf;
use std::process::ExitStatus;

use crate::event::PluginName;

/// Why there is no environment.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error("the folder {} for the plugin's environments can't be used: {source}", dir.display())]
    Folder { dir: PathBuf, source: std::io::Error },
    #[error("{tool} can't be started: {source}")]
    Start { tool: String, source: std::io::Error },
    /// The lines are the last that the tool said.
    #[error("no virtual environment could be made for {plugin}: {tool} ended with {status}:\n{said}")]
    NoEnvironment { plugin: PluginName, tool: String, status: ExitStatus, said: String },
    /// `what` are the requirements at fault, where that can be told, or all of them.
    #[error("{what} could not be installed: {tool} ended with {status}:\n{said}")]
    Failed { plugin: PluginName, what: String, tool: String, status: ExitStatus, said: String, wheels_only: bool },
    #[error("the installation was cancelled")]
    Cancelled,
}

impl InstallError {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            InstallError::Folder { .. } => "see `orchestrator doctor` for where the state lives".to_owned(),
            InstallError::Start { tool, .. } => format!("see whether `{tool} --version` works in a shell"),
            InstallError::NoEnvironment { plugin, .. } => format!(
                "install uv, or Python's venv module (on Debian: apt install python3-venv), then run: \
                 orchestrator plugin install {plugin}"
            ),
            InstallError::Failed { plugin, wheels_only: true, .. } => format!(
                "with the package index within reach, run: orchestrator plugin install {plugin}; a package that only \
                 comes as source, whose code would run while it is built, needs --source-distributions"
            ),
            InstallError::Failed { plugin, wheels_only: false, .. } => {
                format!(
                    "with the package index within reach, run: orchestrator plugin install {plugin} --source-distributions"
                )
            }
            InstallError::Cancelled => "reload the plugin to install what it needs".to_owned(),
        }
    }
}
