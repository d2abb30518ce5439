//! Installing what a Python plugin requires, into a virtual environment of its own.
//!
//! [`Dependencies`] is what it requires, read from its files; [`ready`] finds the environment that was made for
//! exactly that, [`prepare`] makes it, with uv if that is in `PATH` and else with Python's own venv and pip. It must
//! not know when a plugin is started, nor what was approved: packages are code, so call `prepare` only for a plugin
//! that was.
//!
//! An environment is never half-made: each attempt has a folder of its own, and only a finished one is named in
//! `current.json`, which is written atomically. What an attempt leaves behind when it is cancelled or killed is
//! removed by the next one, which finds what was fetched in the installer's own cache.
//!
//! ```text
//! Dependencies::read(plugin_dir: &Path, packages: &[String]) -> Result<Dependencies, RequirementError>
//! Dependencies::is_empty(&self) -> bool                       // then no environment is needed
//! ready(order: &InstallOrder) -> Option<PathBuf>              // the environment's interpreter
//! missing(order: &InstallOrder) -> String                     // in words, why it is not ready
//! prepare(order: &InstallOrder, closing: &CancellationToken, progress: impl FnMut(String) + Send)
//!     -> Result<PathBuf, InstallError>                        // the same interpreter
//! ```

mod blame;
mod error;
mod lock;
mod place;
mod requirements;
#[cfg(test)]
mod tests;
mod toolbox;

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

pub use error::InstallError;
pub use requirements::{Dependencies, RequirementError};

use crate::event::PluginName;
use crate::runtime::python::Interpreter;
use lock::Lock;
use place::Place;
use toolbox::Toolbox;

/// What is to be installed, and where.
#[derive(Debug, Clone)]
pub struct InstallOrder {
    pub plugin: PluginName,
    /// What the environment is made with, and from which its own interpreter is.
    pub interpreter: Interpreter,
    pub dependencies: Dependencies,
    /// Whether packages that have to be built may be installed, which runs their code. An environment that was made
    /// with them serves an order without, too: they were allowed when it was made.
    pub source_distributions: bool,
    /// The folder of all the plugin's environments.
    pub dir: PathBuf,
}

/// The interpreter of the environment that was made for the order, if it is complete.
pub fn ready(order: &InstallOrder) -> Option<PathBuf> {
    Place::of(order).ready()
}

/// What is not there, in words.
pub fn missing(order: &InstallOrder) -> String {
    let (interpreter, version) = (order.interpreter.path.display(), order.interpreter.version);
    let needed = order.dependencies.words();
    match Place::of(order).has_other() {
        true => format!("what it needs has changed since it was installed: {needed}, for Python {version}"),
        false => format!("it needs {needed}, not installed yet for Python {version} at {interpreter}"),
    }
}

/// Makes the environment, unless it is ready, and answers with its interpreter. Each line that the installer says is
/// handed to `progress`, cleaned. When `closing` is cancelled, and when the future is dropped, everything that was
/// started is killed. While another process does the same, this waits for it. When the environment is complete, the
/// plugin's older ones are removed.
///
/// The installer is the user's own tool: it has the user's configuration, so that mirrors of the package index count,
/// except what would install to another place.
pub async fn prepare(
    order: &InstallOrder,
    closing: &CancellationToken,
    progress: impl FnMut(String) + Send,
) -> Result<PathBuf, InstallError> {
    prepare_with(&Toolbox::of_machine(), order, closing, progress).await
}

async fn prepare_with(
    toolbox: &Toolbox,
    order: &InstallOrder,
    closing: &CancellationToken,
    mut progress: impl FnMut(String) + Send,
) -> Result<PathBuf, InstallError> {
    let place = Place::of(order);
    if let Some(interpreter) = place.ready() {
        return Ok(interpreter);
    }
    let folder = |source| InstallError::Folder { dir: order.dir.clone(), source };
    place.create().map_err(folder)?;
    let waiting = || progress(format!("another orchestrator is installing for {}; waiting for it", order.plugin));
    let lock = Lock::take(&place.lock_file(), closing, waiting).await.map_err(folder)?;
    let _lock = lock.ok_or(InstallError::Cancelled)?;
    // Whoever had the lock may have made it.
    if let Some(interpreter) = place.ready() {
        return Ok(interpreter);
    }
    place.clear().await;
    let attempt = place.attempt(&order.dependencies).map_err(folder)?;
    let made = toolbox.install(order, &attempt, closing, progress).await;
    let finished = match made {
        Ok(()) => place.finish(&attempt).map_err(folder),
        Err(error) => Err(error),
    };
    place.clear().await;
    finished
}
