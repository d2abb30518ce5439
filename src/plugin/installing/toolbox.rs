//! The installers: uv, or Python's own venv and pip.

use std::ffi::OsString;
use std::path::PathBuf;

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::blame::what_failed;
use super::place::{Attempt, REQUIREMENTS};
use super::{InstallError, InstallOrder};
use crate::runtime::tool::{self, Tail, ToolError};

/// Of the user's variables these do not count: they would install to another place, for another Python, or not at
/// all, or put other code into the installer. Everything else does: indexes, mirrors, proxies, certificates, caches.
const LEFT_OUT: [&str; 20] = [
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PIP_DRY_RUN",
    "PIP_EDITABLE",
    "PIP_PREFIX",
    "PIP_PYTHON",
    "PIP_REQUIREMENT",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "UV_BREAK_SYSTEM_PACKAGES",
    "UV_ONLY_BINARY",
    "UV_NO_BINARY",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON",
    "UV_SYSTEM_PYTHON",
    "UV_WORKING_DIRECTORY",
];

/// What installs, and with which variables.
#[derive(Debug, Clone)]
pub(super) struct Toolbox {
    /// The program, where it is in `PATH`.
    pub uv: Option<PathBuf>,
    /// The user's variables.
    pub environment: Vec<(OsString, OsString)>,
}

impl Toolbox {
    pub fn of_machine() -> Self {
        let search = std::env::var_os("PATH").unwrap_or_default();
        let mut places = std::env::split_paths(&search).filter(|place| place.is_absolute());
        let uv = places.find_map(|place| Some(place.join("uv")).filter(|path| path.is_file()));
        Toolbox { uv, environment: std::env::vars_os().collect() }
    }

    /// Makes the attempt's environment and installs into it.
    pub async fn install(
        &self,
        order: &InstallOrder,
        attempt: &Attempt,
        cancel: &CancellationToken,
        mut progress: impl FnMut(String) + Send,
    ) -> Result<(), InstallError> {
        let (maker, installer, [make, fill]) = match &self.uv {
            Some(uv) => ("uv", "uv", self.with_uv(uv.clone(), order, attempt)),
            None => ("python -m venv", "pip", self.with_pip(order, attempt)),
        };
        let tool = maker.to_owned();
        progress(format!("making an environment for Python {} with {tool}", order.interpreter.version));
        let (status, said) = run(make, &tool, cancel, &mut progress).await?;
        if !status.success() {
            return Err(InstallError::NoEnvironment { plugin: order.plugin.clone(), tool, status, said });
        }
        let tool = installer.to_owned();
        progress(format!("installing {} with {tool}", order.dependencies.words()));
        let (status, said) = run(fill, &tool, cancel, &mut progress).await?;
        if !status.success() {
            let what = what_failed(&order.dependencies, &said);
            let wheels_only = !order.source_distributions;
            return Err(InstallError::Failed { plugin: order.plugin.clone(), what, tool, status, said, wheels_only });
        }
        Ok(())
    }

    /// Files are copied out of uv's cache: were they the same files, a plugin could write into that.
    fn with_uv(&self, uv: PathBuf, order: &InstallOrder, attempt: &Attempt) -> [Command; 2] {
        let tool = || {
            let mut command = self.command(uv.clone(), attempt);
            command.args(["--no-progress", "--color", "never"]);
            command
        };
        let mut make = tool();
        make.args(["venv", "--no-project", "--python"]).arg(&order.interpreter.path).arg(attempt.environment());
        let mut fill = tool();
        fill.args(["pip", "install", "--link-mode", "copy", "--compile-bytecode", "--python"]);
        fill.arg(attempt.interpreter());
        wheels(&mut fill, order);
        [make, fill]
    }

    fn with_pip(&self, order: &InstallOrder, attempt: &Attempt) -> [Command; 2] {
        let mut make = self.command(order.interpreter.path.clone(), attempt);
        make.args(["-I", "-m", "venv"]).arg(attempt.environment());
        let mut fill = self.command(attempt.interpreter(), attempt);
        fill.args(["-I", "-m", "pip", "install", "--no-input", "--no-color", "--progress-bar", "off"]);
        fill.arg("--disable-pip-version-check");
        wheels(&mut fill, order);
        [make, fill]
    }

    fn command(&self, program: PathBuf, attempt: &Attempt) -> Command {
        let counts = |name: &OsString| LEFT_OUT.iter().all(|left_out| name != left_out);
        let environment = self.environment.iter().filter(|(name, _)| counts(name)).cloned();
        let mut command = Command::new(program);
        command.env_clear().envs(environment).current_dir(attempt.dir());
        command
    }
}

fn wheels(install: &mut Command, order: &InstallOrder) {
    if !order.source_distributions {
        install.args(["--only-binary", ":all:"]);
    }
    // Relative to the folder it runs in: pip names the file in most of its lines.
    install.arg("-r").arg(REQUIREMENTS);
}

async fn run(
    command: Command,
    tool: &str,
    cancel: &CancellationToken,
    progress: &mut (impl FnMut(String) + Send),
) -> Result<(std::process::ExitStatus, String), InstallError> {
    let mut tail = Tail::default();
    let ended = tool::follow(command, cancel, |_, line| progress(tail.push(&line).to_owned())).await;
    match ended {
        Ok(status) => Ok((status, tail.text())),
        Err(ToolError::Cancelled) => Err(InstallError::Cancelled),
        Err(ToolError::Start(source) | ToolError::Wait(source)) => {
            Err(InstallError::Start { tool: tool.to_owned(), source })
        }
    }
}
