//! Who is known, and how they stand.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::crashes::Crashes;
use super::{Sandboxed, Status};
use crate::config::plugin::Config;
use crate::event::{PluginName, PluginState};
use crate::plugin::discovery::Discovered;
use crate::runtime::LivePlugin;

/// A plugin as it stands. A copy is a picture of one moment.
#[derive(Debug, Clone)]
pub struct Record {
    pub plugin: Discovered,
    pub status: Status,
    /// Present while its code runs and is used.
    pub live: Option<Arc<LivePlugin>>,
    /// Code in this process that is not used any more, and can't be ended: a handler of it hangs.
    pub(super) left_behind: Option<Arc<LivePlugin>>,
    /// A handler of the code that runs, or is being loaded, hangs.
    pub(super) hung: bool,
    /// The library that runs.
    pub library: Option<PathBuf>,
    /// The config that it was started with.
    pub config: Option<Arc<Config>>,
    /// The config that it last ran with in this process, or is about to: those who may object were asked about it.
    pub(super) ran_with: Option<Arc<Config>>,
    /// What its process may touch, as it was started; absent for code in this process.
    pub sandbox: Option<Sandboxed>,
    /// What is odd and keeps nothing from working: names that another plugin had first, hooks about it that failed.
    pub notes: Vec<String>,
    /// Somebody is loading or unloading it.
    pub(super) busy: bool,
    /// How often its process has ended by itself lately.
    pub(super) crashes: Crashes,
    /// Present while a restart waits; cancelled by whoever loads or unloads the plugin by hand.
    pub(super) restart: Option<CancellationToken>,
    /// Cancelled when the plugin is closed: for processes of its that were replaced and still drain.
    pub(super) closed: CancellationToken,
}

#[derive(Debug, Default)]
pub(super) struct Roster {
    pub(super) records: BTreeMap<PluginName, Record>,
    /// Those that are reloaded just now, and how often at once.
    pub(super) reloading: BTreeMap<PluginName, usize>,
    /// Why the project's plugins could not be looked for.
    pub(super) problem: Option<String>,
}

impl Roster {
    /// Takes in what was found. What runs goes on as it is until it is reloaded; what is gone and does not run is
    /// forgotten. Answers with the names whose status is new.
    pub(super) fn take_in(&mut self, found: Vec<Discovered>) -> Vec<PluginName> {
        let names: Vec<PluginName> = found.iter().map(|plugin| plugin.name.clone()).collect();
        self.records.retain(|name, record| record.code().is_some() || record.busy || names.contains(name));
        let mut new = Vec::new();
        for plugin in found {
            let name = plugin.name.clone();
            match self.records.get_mut(&name) {
                Some(record) if record.code().is_some() || record.busy => {}
                Some(record) if record.plugin == plugin => {}
                _ => {
                    self.records.insert(name.clone(), Record::discovered(plugin));
                    new.push(name);
                }
            }
        }
        new
    }
}

impl Record {
    /// Its code as long as it runs, whether it is used or not.
    pub fn code(&self) -> Option<&Arc<LivePlugin>> {
        self.live.as_ref().or(self.left_behind.as_ref())
    }

    fn discovered(plugin: Discovered) -> Self {
        let status = match &plugin.found {
            Ok(_) => Status::of(PluginState::Discovered),
            Err(fault) => Status::broken(fault),
        };
        Record {
            plugin,
            status,
            live: None,
            left_behind: None,
            hung: false,
            library: None,
            config: None,
            ran_with: None,
            sandbox: None,
            notes: Vec::new(),
            busy: false,
            crashes: Crashes::default(),
            restart: None,
            closed: CancellationToken::new(),
        }
    }
}
