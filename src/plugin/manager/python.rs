//! What a Python plugin needs beside its files: an interpreter, and the packages that it requires.

use std::path::{Path, PathBuf};

use super::library::unchanged;
use super::{Manager, Record, Status};
use crate::event::{PluginName, PluginState};
use crate::plugin::discovery::Found;
use crate::plugin::installing::{self, Dependencies, InstallOrder};
use crate::runtime::child::ChildProgram;
use crate::runtime::python::{self, Interpreter};

/// Whether packages that are missing are installed, or only told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Install {
    No,
    /// With or without those that have to be built.
    Yes {
        source_distributions: bool,
    },
}

impl Manager {
    /// What to start for an approved Python plugin. Packages that are missing are installed if that was asked for, and
    /// else the plugin's state.
    pub(super) async fn python(
        &self,
        record: &Record,
        found: &Found,
        install: Install,
    ) -> Result<(ChildProgram, Vec<PathBuf>), Status> {
        let requires = &found.manifest.requires;
        let cache = self.places().interpreters_dir();
        let interpreter = python::find(requires.python.as_deref(), self.shared.python.as_deref(), &cache).await;
        let interpreter = interpreter.map_err(|none| needs_install(none.to_string(), none.remedy()))?;
        // Its files are read from here on, and there is no copy of them.
        unchanged(record, found).await?;
        let (dir, packages) = (record.plugin.dir.clone(), requires.packages.clone());
        let read = tokio::task::spawn_blocking(move || Dependencies::read(&dir, &packages)).await;
        let dependencies = match read {
            Ok(Ok(dependencies)) => dependencies,
            Ok(Err(error)) => return Err(broken(error.to_string(), error.remedy())),
            Err(error) => {
                return Err(broken(format!("its requirements can't be read: {error}"), "reload it".to_owned()));
            }
        };
        let sdk = python::unpack_sdk(&self.places().sdk_shelf(), &interpreter).await.map_err(|error| {
            let reason = format!("what Python plugins are written with can't be unpacked: {error}");
            broken(reason, "see `orchestrator doctor` for where the state lives".to_owned())
        })?;
        let has_packages = !dependencies.is_empty();
        let mut reads = vec![sdk.clone()];
        reads.extend(installation(&interpreter.path));
        let interpreter = match has_packages {
            true => self.environment(record, interpreter, dependencies, install).await?,
            false => interpreter.path,
        };
        reads.extend(installation(&interpreter));
        Ok((python::program(&interpreter, &sdk, has_packages), reads))
    }

    /// The interpreter of the plugin's virtual environment.
    async fn environment(
        &self,
        record: &Record,
        interpreter: Interpreter,
        dependencies: Dependencies,
        install: Install,
    ) -> Result<PathBuf, Status> {
        let plugin = &record.plugin.name;
        let source_distributions = match install {
            Install::No => false,
            Install::Yes { source_distributions } => source_distributions,
        };
        let dir = self.places().environments_dir(plugin);
        let order = InstallOrder { plugin: plugin.clone(), interpreter, dependencies, source_distributions, dir };
        let looked = {
            let order = order.clone();
            tokio::task::spawn_blocking(move || installing::ready(&order).ok_or_else(|| installing::missing(&order)))
        };
        let missing = match looked.await {
            Ok(Ok(interpreter)) => return Ok(interpreter),
            Ok(Err(missing)) => missing,
            Err(error) => format!("its environment can't be looked at: {error}"),
        };
        match install {
            Install::No => Err(needs_install(missing, run_install(plugin))),
            Install::Yes { .. } => {
                let begun = format!("making an environment with {}", order.dependencies.words());
                self.set_status(plugin, Status::of(PluginState::Building).because(begun)).await;
                let progress = |line: String| self.tell(plugin, line);
                let made = installing::prepare(&order, &self.shared.closing, progress).await;
                made.map_err(|error| needs_install(error.to_string(), error.remedy()))
            }
        }
    }
}

fn run_install(plugin: &PluginName) -> String {
    format!("run: orchestrator plugin install {plugin}")
}

fn needs_install(reason: String, remedy: String) -> Status {
    Status::of(PluginState::NeedsInstall).because(reason).remedy(remedy)
}

fn broken(reason: String, remedy: String) -> Status {
    Status::of(PluginState::Broken).because(reason).remedy(remedy)
}

/// Where an interpreter, or an environment's, is installed: the folder above its `bin`, and what its links lead to.
fn installation(interpreter: &Path) -> Vec<PathBuf> {
    let above = |path: &Path| path.parent().and_then(Path::parent).map(Path::to_owned);
    let real = interpreter.canonicalize().ok();
    let all = [above(interpreter), real.as_deref().and_then(above)].into_iter().flatten();
    // A program right below the root would open everything.
    all.filter(|dir| dir.parent().is_some()).collect()
}
