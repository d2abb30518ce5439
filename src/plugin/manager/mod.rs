//! The plugin manager: discovers plugins, loads, unloads and reloads them, and knows how each stands.
//!
//! [`prepare`] tells what must hold first, [`start`] what is run and where: trusted native code in this process, all
//! other code in a process of its own, which is started again when it ends by itself ([`ending`]), and replaced when it
//! is granted more ([`widening`]).
//!
//! One plugin's failure is a state with a reason; it stops no other. Every change of a state is an event of the host
//! stream.

mod changes;
mod claim;
mod confining;
mod contributions;
mod crashes;
mod ending;
mod library;
mod lifecycle;
mod looking;
mod order;
mod prepare;
mod python;
mod reconfigure;
mod reload;
mod roster;
mod start;
mod status;
mod telling;
mod together;
mod widening;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use confining::{Sandboxed, is_for_kernel, resolve};
pub use contributions::{Clash, Configs, Contributions};
pub use lifecycle::ManagerError;
pub use reconfigure::IfItCanNot;
pub use roster::Record;
use roster::Roster;
pub use status::Status;
use tokio::sync::{OnceCell, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Places;
use crate::config::sandbox::SandboxSettings;
use crate::event::bus::Bus;
use crate::event::{Draft, PluginName, StreamId};
use crate::permission::{Permissions, Subject};
use crate::plugin::discovery::{self, Origin};
use crate::runtime::HostServices;
use crate::sandbox::Confined;

/// Stands behind everything that concerns plugins. A clone is the same manager.
#[derive(Clone)]
pub struct Manager {
    shared: Arc<Shared>,
}

struct Shared {
    places: Places,
    executable: PathBuf,
    look_only: bool,
    python: Option<PathBuf>,
    sandbox: SandboxSettings,
    /// How far a process can be confined here, once that was found out.
    measured: OnceCell<Confined>,
    bus: Bus,
    permissions: Permissions,
    services: Arc<dyn HostServices>,
    contributions: Arc<dyn Contributions>,
    /// Held for a look or a change, never across an await or a plugin's code.
    roster: Mutex<Roster>,
    /// The tasks that watch for plugins' ends, and start again what ended by itself.
    watchers: TaskTracker,
    /// Rises whenever a plugin may stand otherwise than before.
    changes: watch::Sender<u64>,
    /// Set at the end: ends builds, installations, starts, and the waiting for restarts.
    closing: CancellationToken,
}

/// What the manager works with.
pub struct Parts {
    pub places: Places,
    /// Our own program, which becomes the plugins' processes.
    pub executable: PathBuf,
    /// No plugin's code is run.
    pub look_only: bool,
    /// The Python that the settings name; without it, one is looked for.
    pub python: Option<PathBuf>,
    /// What the operator says of plugins' processes.
    pub sandbox: SandboxSettings,
    pub bus: Bus,
    pub permissions: Permissions,
    /// Where plugins' calls go.
    pub services: Arc<dyn HostServices>,
    /// Where what they contribute is put to use.
    pub contributions: Arc<dyn Contributions>,
}

impl Manager {
    pub fn new(parts: Parts) -> Self {
        let Parts { places, executable, look_only, python, sandbox, bus, permissions, services, contributions } = parts;
        let shared = Shared {
            places,
            executable,
            look_only,
            python,
            sandbox,
            measured: OnceCell::new(),
            bus,
            permissions,
            services,
            contributions,
            roster: Mutex::default(),
            watchers: TaskTracker::new(),
            changes: watch::Sender::new(0),
            closing: CancellationToken::new(),
        };
        Manager { shared: Arc::new(shared) }
    }

    /// Looks for plugins and takes in what is new or changed. What runs goes on until it is reloaded.
    pub async fn discover_plugins(&self) -> Vec<PluginName> {
        let places = self.shared.places.clone();
        let found = tokio::task::spawn_blocking(move || discovery::discover(&places)).await;
        let before: Vec<PluginName> = self.roster().records.keys().cloned().collect();
        let new = match found {
            Ok(found) => {
                let mut roster = self.roster();
                roster.problem = found.problem;
                roster.take_in(found.plugins)
            }
            Err(error) => {
                self.roster().problem = Some(format!("looking for plugins failed: {error}"));
                Vec::new()
            }
        };
        for name in before.iter().filter(|name| self.get(name).is_none()) {
            self.permissions().remove(name);
        }
        for name in &new {
            self.register(name);
            self.announce(name).await;
        }
        self.roster().records.keys().cloned().collect()
    }

    /// Tells the permissions what the plugin is and asks for.
    fn register(&self, plugin: &PluginName) {
        let subject = self.roster().records.get(plugin).and_then(|record| {
            let found = record.plugin.found.as_ref().ok()?;
            Some(Subject {
                name: plugin.clone(),
                content: found.content_hash.clone(),
                requests: found.manifest.permissions.clone(),
                bundled: matches!(record.plugin.origin, Origin::Bundled(_)),
                dir: record.plugin.dir.canonicalize().ok(),
            })
        });
        match subject {
            Some(subject) => self.permissions().register(subject),
            None => self.permissions().remove(plugin),
        }
    }

    /// A plugin as it stands now.
    pub fn get(&self, plugin: &PluginName) -> Option<Record> {
        self.roster().records.get(plugin).cloned()
    }

    /// All plugins as they stand now, by name.
    pub fn all(&self) -> Vec<Record> {
        self.roster().records.values().cloned().collect()
    }

    /// Why the project's plugins could not be looked for, if so.
    pub fn problem(&self) -> Option<String> {
        self.roster().problem.clone()
    }

    fn places(&self) -> &Places {
        &self.shared.places
    }

    fn permissions(&self) -> &Permissions {
        &self.shared.permissions
    }

    fn roster(&self) -> MutexGuard<'_, Roster> {
        self.shared.roster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes whenever a plugin may stand otherwise than before.
    pub fn standings(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    fn changed(&self) {
        self.shared.changes.send_modify(|times| *times += 1);
    }

    /// Tells how the plugin stands.
    async fn announce(&self, plugin: &PluginName) {
        self.changed();
        let Some(event) = self.roster().records.get(plugin).map(|record| record.status.event()) else { return };
        self.shared.bus.emit(Draft::new(StreamId::Host, event).plugin(Some(plugin.clone()))).await;
    }
}
