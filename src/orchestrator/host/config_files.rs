//! What others write into plugins' config files while the project is open: noticed, told, and acted on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::json::pointer;
use crate::config::plugin::{Config, Desk, Saved};
use crate::config::stamp::Stamp;
use crate::event::bus::Bus;
use crate::event::mask::MASKED;
use crate::event::{Draft, EventKind, PluginName, StreamId, value};
use crate::plugin::manager::{IfItCanNot, Manager, ManagerError};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// Changes of one save that are told one by one.
const TOLD: usize = 100;
/// Who changed a file that none of our faces wrote.
const SOMEBODY: &str = "somebody else";
/// How often the plugin is asked again when it is just being loaded or unloaded.
const TRIES: usize = 40;

/// The config files of all plugins, as they were last seen.
pub(super) struct ConfigFiles {
    manager: Manager,
    bus: Bus,
    seen: Mutex<Seen>,
    closing: CancellationToken,
    /// The one that looks, and those that hand over later what could not be handed over at once.
    tasks: TaskTracker,
}

#[derive(Default)]
struct Seen {
    files: BTreeMap<PluginName, File>,
    /// Those that one of our faces is writing.
    ours: BTreeSet<PluginName>,
    /// Those to whom what was saved is handed over later.
    waiting: BTreeSet<PluginName>,
}

#[derive(Clone)]
struct File {
    stamp: Stamps,
    config: Arc<Config>,
}

/// Of the config, and of the secrets that it refers to.
type Stamps = [Stamp; 2];

fn stamps(desk: &Desk) -> Stamps {
    [desk.file(), desk.secrets_file()].map(Stamp::of)
}

/// A save of our own; while it lasts, nobody else is blamed for what changes.
pub(super) struct Ours<'f> {
    files: &'f ConfigFiles,
    plugin: PluginName,
}

impl Drop for Ours<'_> {
    fn drop(&mut self) {
        self.files.seen().ours.remove(&self.plugin);
    }
}

impl ConfigFiles {
    /// Looks at the files until it is closed.
    pub(super) fn watch(manager: Manager, bus: Bus) -> Arc<Self> {
        let (closing, tasks) = (CancellationToken::new(), TaskTracker::new());
        let files = Arc::new(ConfigFiles { manager, bus, seen: Mutex::default(), closing, tasks });
        let this = files.clone();
        files.tasks.spawn(async move {
            // Not dropped in the middle: what was begun, a hook perhaps, tells its end.
            this.look().await;
            while this.closing.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
                this.look().await;
            }
        });
        files
    }

    /// Nothing new is begun. What was begun ends with the manager.
    pub(super) fn close(&self) {
        self.closing.cancel();
        self.tasks.close();
    }

    /// Waits until nothing is under way any more.
    pub(super) async fn ended(&self) {
        self.tasks.wait().await;
    }

    pub(super) fn begin_save(&self, plugin: &PluginName) -> Ours<'_> {
        self.seen().ours.insert(plugin.clone());
        Ours { files: self, plugin: plugin.clone() }
    }

    /// What was saved: told, and handed to the plugin. Answers with what became of that, in words.
    pub(super) async fn saved(&self, ours: Ours<'_>, saved: Saved, by: &str) -> Option<String> {
        let plugin = self.take_in(ours, saved, by).await?;
        self.apply(&plugin).await
    }

    /// What the plugin saved itself: told, and handed to it. If it is just being loaded or given another config, that
    /// comes first: whoever calls may be what it waits for.
    pub(super) async fn saved_by_itself(self: &Arc<Self>, ours: Ours<'_>, saved: Saved, by: &str) -> Option<String> {
        let plugin = self.take_in(ours, saved, by).await?;
        match self.manager.apply_config(&plugin, IfItCanNot::GoOn).await {
            Ok(words) => words,
            Err(ManagerError::Busy(_)) => {
                self.apply_later(plugin);
                Some("it is handed over later: the plugin is just being loaded, or given another config".to_owned())
            }
            Err(error) => Some(error.to_string()),
        }
    }

    /// Notes and tells what was saved. Answers with whose it was, if that is still there.
    async fn take_in(&self, ours: Ours<'_>, saved: Saved, by: &str) -> Option<PluginName> {
        let plugin = ours.plugin.clone();
        let desk = self.manager.config_desk(&plugin)?;
        let now = File { stamp: stamps(&desk), config: Arc::new(saved.config) };
        self.seen().files.insert(plugin.clone(), now.clone());
        drop(ours);
        if saved.before.document != now.config.document || saved.before.resolved != now.config.resolved {
            self.tell(&plugin, &saved.before, &now.config, by).await;
        }
        Some(plugin)
    }

    /// Where a plugin's config is read and saved.
    pub(super) fn desk(&self, plugin: &PluginName) -> Option<Desk> {
        self.manager.config_desk(plugin)
    }

    /// One look at all files.
    async fn look(self: &Arc<Self>) {
        for record in self.manager.all() {
            if self.closing.is_cancelled() {
                return;
            }
            let plugin = record.plugin.name;
            let Some(desk) = self.manager.config_desk(&plugin) else { continue };
            let (before, is_ours) = {
                let seen = self.seen();
                (seen.files.get(&plugin).cloned(), seen.ours.contains(&plugin))
            };
            let stamp = stamps(&desk);
            if is_ours || before.as_ref().is_some_and(|before| before.stamp == stamp) {
                continue;
            }
            let is_change = before.is_some();
            let read = tokio::task::spawn_blocking(move || {
                let config = desk.load_settled();
                let author = is_change.then(|| desk.author(&config.document)).flatten();
                (author, config)
            });
            let Ok((author, config)) = read.await else { continue };
            let now = File { stamp, config: Arc::new(config) };
            {
                let mut seen = self.seen();
                let as_before = match (&before, seen.files.get(&plugin)) {
                    (Some(before), Some(still)) => Arc::ptr_eq(&before.config, &still.config),
                    (None, None) => true,
                    _ => false,
                };
                if seen.ours.contains(&plugin) || !as_before {
                    continue;
                }
                seen.files.insert(plugin.clone(), now.clone());
            }
            // The first look only learns what is there.
            let Some(before) = before else { continue };
            let has_new_text = before.config.revision != now.config.revision;
            if has_new_text || before.config.resolved != now.config.resolved {
                // A secret that was saved anew leaves the text as it is, and nobody's name.
                let who = author.filter(|_| has_new_text).unwrap_or_else(|| SOMEBODY.to_owned());
                self.tell(&plugin, &before.config, &now.config, &who).await;
                if let Some(words) = self.apply(&plugin).await {
                    tracing::info!(%plugin, words, "its config file has changed");
                }
            }
        }
    }

    /// An event of the host's stream: who, and what has changed, with secrets masked.
    async fn tell(&self, plugin: &PluginName, before: &Config, now: &Config, who: &str) {
        let problems: Vec<String> = now.faults().map(ToString::to_string).collect();
        let what = json!({"changes": changes(before, now), "problems": problems});
        let kind = EventKind::ConfigChanged { who: who.to_owned(), what: value::fit(what) };
        self.bus.emit(Draft::new(StreamId::Host, kind).plugin(Some(plugin.clone()))).await;
    }

    /// Hands over what was saved, once, as soon as nobody else has the plugin.
    fn apply_later(self: &Arc<Self>, plugin: PluginName) {
        if !self.seen().waiting.insert(plugin.clone()) {
            return;
        }
        let this = self.clone();
        self.tasks.spawn(async move {
            while this.closing.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
                // Before the file is read: what is saved after that is to be handed over again.
                this.seen().waiting.remove(&plugin);
                match this.manager.apply_config(&plugin, IfItCanNot::GoOn).await {
                    Ok(Some(words)) => return tracing::info!(%plugin, words, "it has changed its own config"),
                    Ok(None) => return,
                    Err(ManagerError::Busy(_)) if this.seen().waiting.insert(plugin.clone()) => {}
                    // Another one does it.
                    Err(ManagerError::Busy(_)) => return,
                    Err(error) => return tracing::warn!(%plugin, %error, "its own change of its config"),
                }
            }
        });
    }

    async fn apply(&self, plugin: &PluginName) -> Option<String> {
        for _ in 0..TRIES {
            match self.manager.apply_config(plugin, IfItCanNot::StartAnew).await {
                Ok(words) => return words,
                Err(ManagerError::Busy(_)) => {
                    self.closing.run_until_cancelled(tokio::time::sleep(LOOK)).await?;
                }
                Err(error) => return Some(error.to_string()),
            }
        }
        Some(format!("{plugin} is busy; reload it to hand it over"))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The values that differ, each with what it was and what it is.
fn changes(before: &Config, now: &Config) -> Vec<Value> {
    let (old, new) = (Value::Object(before.resolved.clone()), Value::Object(now.resolved.clone()));
    let leaves = |value: &Value| pointer::leaves(value).into_iter().map(|(at, _)| at).collect::<BTreeSet<String>>();
    let (shown_before, shown_now) = (before.shown(), now.shown());
    let differs = |at: &&String| old.pointer(at) != new.pointer(at);
    let mut all: Vec<Value> = Vec::new();
    for at in leaves(&old).union(&leaves(&new)).filter(differs).take(TOLD) {
        let is_secret = now.secrets.iter().chain(&before.secrets).any(|secret| secret == at);
        let shown = |whole: &Value| match whole.pointer(at) {
            Some(_) if is_secret => Value::from(MASKED),
            Some(value) => value.clone(),
            None => Value::Null,
        };
        all.push(json!({"pointer": at, "before": shown(&shown_before), "after": shown(&shown_now)}));
    }
    all
}
