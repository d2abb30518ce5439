//! A process that is granted more than it was started with: a second one takes its place, and the old one drains.
//!
//! What the kernel holds for a process can't be loosened once it runs.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use orchestrator_protocol::permission::Permission;
use orchestrator_protocol::session::LogLevel;
use serde_json::Map;
use tokio::sync::watch;

use super::confining::{is_for_kernel, scopes_of};
use super::lifecycle::CLOSE_LIMIT;
use super::python::Install;
use super::start::{NotStarted, Started};
use super::{Manager, Record, Status};
use crate::event::{Draft, EventKind, PluginName, StreamId};
use crate::runtime::{Leaving, LivePlugin};
use crate::sandbox::Level;

/// Several answers are often given one after the other: they make one new process.
const SEVERAL: Duration = Duration::from_millis(300);
/// How the note begins that says what did not work.
const NOT_WIDENED: &str = "it goes on without what was newly granted";

/// What of a plugin's grants the kernel holds, with its scopes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct KernelGrants(BTreeSet<(Permission, Option<String>)>);

impl KernelGrants {
    /// Whether a process that is held at this level could do more with these than with `given`.
    fn are_more_than(&self, given: &KernelGrants, level: Level) -> bool {
        self.0.difference(&given.0).any(|(permission, _)| match level {
            Level::Full => true,
            Level::Syscalls => *permission == Permission::Network,
            Level::None | Level::Limits => false,
        })
    }
}

/// What came of it.
enum Outcome {
    /// Another process has taken the place, or nothing runs any more.
    Over,
    /// Somebody loads or unloads the plugin just now.
    Busy,
    /// The old process goes on; a new one was tried with these.
    NotWidened(KernelGrants),
}

impl Manager {
    pub(super) fn kernel_grants(&self, plugin: &PluginName) -> KernelGrants {
        let granted = self.permissions().granted(plugin).into_iter();
        let scopes = granted.flat_map(|part| scopes_of(part.scope).map(move |scope| (part.permission, scope)));
        KernelGrants(scopes.filter(|(permission, scope)| is_for_kernel(*permission, scope.as_deref())).collect())
    }

    /// Replaces the plugin's process whenever more is granted to it than it was started with, `given`. A process that
    /// could not take its place is not tried again until something else is granted.
    pub(super) fn widen_when_granted(&self, live: &Arc<LivePlugin>, given: KernelGrants) {
        // Nothing holds code in this process.
        if live.process().is_none() {
            return;
        }
        let (manager, closing) = (self.clone(), self.shared.closing.clone());
        let (plugin, this, ended) = (live.name().clone(), Arc::downgrade(live), live.ended());
        self.shared.watchers.spawn(async move {
            tokio::select! {
                biased;
                () = closing.cancelled() => {}
                () = manager.watch_grants(&plugin, &this, ended, given) => {}
            }
        });
    }

    async fn watch_grants(
        &self,
        plugin: &PluginName,
        this: &Weak<LivePlugin>,
        mut ended: watch::Receiver<Option<String>>,
        mut given: KernelGrants,
    ) {
        let mut changes = self.permissions().changes();
        loop {
            while self.grants_more(plugin, &given) {
                tokio::time::sleep(SEVERAL).await;
                match self.widen(plugin, this).await {
                    Outcome::Over => return,
                    Outcome::Busy => {}
                    Outcome::NotWidened(tried) => given = tried,
                }
            }
            // What is taken back and granted again is tried again.
            let now = self.kernel_grants(plugin);
            given.0.retain(|grant| now.0.contains(grant));
            tokio::select! {
                biased;
                _ = ended.wait_for(Option::is_some) => return,
                changed = changes.changed() => if changed.is_err() { return },
            }
        }
    }

    fn grants_more(&self, plugin: &PluginName, given: &KernelGrants) -> bool {
        let level = self.get(plugin).and_then(|record| record.sandbox).map_or(Level::None, |held| held.level);
        self.kernel_grants(plugin).are_more_than(given, level)
    }

    /// Starts a second process and puts it in the place of `this`, which goes on if that fails.
    async fn widen(&self, plugin: &PluginName, this: &Weak<LivePlugin>) -> Outcome {
        let Ok(_claim) = self.claim(plugin) else { return Outcome::Busy };
        let Some((before, old)) = self.running(plugin, this) else { return Outcome::Over };
        let tried = self.kernel_grants(plugin);
        match self.replacement(plugin).await {
            Ok(started) => {
                self.replace(plugin, &started).await;
                self.drain(plugin, old);
                Outcome::Over
            }
            Err(not_started) if self.running(plugin, this).is_some() => {
                self.keep(plugin, before, not_started.into_status().reason).await;
                Outcome::NotWidened(tried)
            }
            // It has ended meanwhile, and whoever saw that left it to this one.
            Err(_) => {
                let started = self.start(plugin, Install::No).await;
                self.settle(plugin, started).await;
                Outcome::Over
            }
        }
    }

    /// The plugin, if this is its process.
    fn running(&self, plugin: &PluginName, this: &Weak<LivePlugin>) -> Option<(Record, Arc<LivePlugin>)> {
        let record = self.get(plugin)?;
        let live = record.live.clone().filter(|live| Arc::as_ptr(live) == this.as_ptr())?;
        Some((record, live))
    }

    /// A second process, to which nobody objects.
    async fn replacement(&self, plugin: &PluginName) -> Result<Started, NotStarted> {
        let started = tokio::select! {
            biased;
            () = self.shared.closing.cancelled() => return Err(Status::closing().into()),
            started = self.second(plugin, &[]) => started?,
        };
        match self.admit(plugin, &started.live, &started.found).await {
            Ok(()) => Ok(started),
            Err(status) => {
                self.retire(started.live);
                Err(status.into())
            }
        }
    }

    async fn replace(&self, plugin: &PluginName, started: &Started) {
        if let Some(record) = self.roster().records.get_mut(plugin) {
            record.notes.retain(|note| !note.starts_with(NOT_WIDENED));
            // One that waits to start it again after its end has nothing to do any more.
            if let Some(restart) = record.restart.take() {
                restart.cancel();
            }
        }
        self.tell(plugin, "a new process takes its place, with what was newly granted".to_owned());
        self.put_to_use(plugin, started).await;
    }

    /// The old process goes on, and those who look at it are told why.
    async fn keep(&self, plugin: &PluginName, before: Record, why: Option<String>) {
        let why = self.shared.bus.masked(why.unwrap_or_else(|| "its process could not be started".to_owned()));
        let message = format!("{NOT_WIDENED}, since no process could be started with it: {why}");
        if let Some(record) = self.roster().records.get_mut(plugin) {
            record.sandbox = before.sandbox;
            record.notes.retain(|note| !note.starts_with(NOT_WIDENED));
            record.notes.push(message.clone());
        }
        let log = EventKind::PluginLog { level: LogLevel::Warning, message, fields: Map::new() };
        self.shared.bus.emit(Draft::new(StreamId::Host, log).plugin(Some(plugin.clone()))).await;
        self.set_status(plugin, before.status).await;
    }

    /// Lets all that uses a process go on to its end, and then closes it; at once when the plugin is closed.
    fn drain(&self, plugin: &PluginName, live: Arc<LivePlugin>) {
        self.close_when_unused(plugin, live.leave());
    }

    /// The same, with one that was let go already.
    pub(super) fn close_when_unused(&self, plugin: &PluginName, leaving: Leaving) {
        let closed = self.roster().records.get(plugin).map(|record| record.closed.clone()).unwrap_or_default();
        let (closing, plugin) = (self.shared.closing.clone(), plugin.clone());
        let mut ended = leaving.ended();
        self.shared.watchers.spawn(async move {
            tokio::select! {
                biased;
                () = closing.cancelled() => {}
                () = closed.cancelled() => {}
                _ = ended.wait_for(Option::is_some) => {}
                () = leaving.unused() => {}
            }
            if let Err(reason) = leaving.shutdown(CLOSE_LIMIT).await {
                tracing::warn!(%plugin, reason, "a process that was replaced did not close well");
            }
        });
    }
}
