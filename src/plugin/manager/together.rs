//! All plugins at once: several are started and closed beside each other, in an order that is always the same.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Semaphore, watch};

use super::order::{load_order, required};
use super::python::Install;
use super::{Manager, Status};
use crate::event::PluginName;

/// A start is mostly waiting: for a process, for a library's own initialization.
fn at_once() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from) + 2
}

impl Manager {
    /// Loads every plugin that can be. They start beside each other; what they contribute is taken into use one after
    /// the other, so that the first name is always the same one's, and a plugin waits for those that it requires. A
    /// failing plugin stops nobody.
    pub async fn load_all_plugins(&self) {
        let (order, needs) = {
            let roster = self.roster();
            let order = load_order(&roster.records);
            let needs: Vec<usize> = (0..order.len())
                .map(|place| turn_of_needs(&order, place, &|name| required(&roster.records, name).cloned().collect()))
                .collect();
            (order, needs)
        };
        let (turn, room) = (watch::Sender::new(0), Semaphore::new(at_once()));
        let loads = order.iter().zip(needs).enumerate().map(|(place, (plugin, needs))| {
            let (turn, room) = (&turn, &room);
            async move {
                self.load_in_turn(plugin, place, needs, turn, room).await;
                turn.send_replace(place + 1);
            }
        });
        join_all(loads).await;
    }

    /// Starts the plugin once `needs` others have settled, and settles it when it is its own turn.
    async fn load_in_turn(
        &self,
        plugin: &PluginName,
        place: usize,
        needs: usize,
        turn: &watch::Sender<usize>,
        room: &Semaphore,
    ) {
        let settled = |count: usize| async move {
            // The sender outlives the wait.
            let _ = turn.subscribe().wait_for(|turn| *turn >= count).await;
        };
        settled(needs).await;
        let claim = match self.claim(plugin) {
            Ok(claim) if self.get(plugin).is_some_and(|record| record.code().is_none()) => claim,
            Ok(_) => return settled(place).await,
            Err(error) => {
                tracing::warn!(%plugin, %error, "not loaded");
                return settled(place).await;
            }
        };
        let started = {
            // Never closed, so there is always room in the end.
            let _room = room.acquire().await;
            self.start(plugin, Install::No).await
        };
        settled(place).await;
        self.settle(plugin, started).await;
        drop(claim);
    }

    /// Closes all plugins, each after those that require it, the others beside each other. None gets more than
    /// `limit`.
    pub async fn shutdown_all(&self, limit: Duration) {
        self.shared.closing.cancel();
        let mut live: BTreeMap<PluginName, BTreeSet<PluginName>> = {
            let roster = self.roster();
            let running = roster.records.iter().filter(|(_, record)| record.code().is_some());
            running.map(|(name, _)| (name.clone(), required(&roster.records, name).cloned().collect())).collect()
        };
        while !live.is_empty() {
            let wave = next_to_close(&live);
            join_all(wave.iter().map(|plugin| async {
                self.close(plugin, limit).await;
                self.set_status(plugin, Status::closing()).await;
            }))
            .await;
            live.retain(|name, _| !wave.contains(name));
        }
        self.shared.watchers.close();
        self.shared.watchers.wait().await;
    }
}

/// How many must have settled before the plugin at `place` can start. One that requires a later one, in a circle, does
/// not wait for it.
fn turn_of_needs(order: &[PluginName], place: usize, required: &dyn Fn(&PluginName) -> BTreeSet<PluginName>) -> usize {
    let needs = required(&order[place]);
    order[..place].iter().rposition(|other| needs.contains(other)).map_or(0, |last| last + 1)
}

/// Those that no other requires any more; all, if they require each other in circles.
fn next_to_close(live: &BTreeMap<PluginName, BTreeSet<PluginName>>) -> Vec<PluginName> {
    let required: BTreeSet<&PluginName> =
        live.iter().flat_map(|(name, needs)| needs.iter().filter(move |other| *other != name)).collect();
    let free: Vec<PluginName> = live.keys().filter(|name| !required.contains(name)).cloned().collect();
    if free.is_empty() { live.keys().cloned().collect() } else { free }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> PluginName {
        name.parse().unwrap()
    }

    fn needing(needs: &[(&str, &[&str])]) -> BTreeMap<PluginName, BTreeSet<PluginName>> {
        needs.iter().map(|(plugin, needs)| (name(plugin), needs.iter().map(|other| name(other)).collect())).collect()
    }

    #[test]
    fn a_plugin_closes_after_those_that_require_it() {
        let mut live =
            needing(&[("base", &[]), ("left", &["base"]), ("right", &["base", "right"]), ("top", &["left"])]);
        let mut waves = Vec::new();
        while !live.is_empty() {
            let wave = next_to_close(&live);
            live.retain(|name, _| !wave.contains(name));
            waves.push(wave.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
        }
        assert_eq!(waves, ["right top", "left", "base"]);
        assert_eq!(next_to_close(&needing(&[("a", &["b"]), ("b", &["a"])])).len(), 2);
    }

    #[test]
    fn a_plugin_starts_after_those_that_it_requires_and_waits_for_no_later_one() {
        let needs = needing(&[("a", &[]), ("b", &["a"]), ("c", &[]), ("d", &["b", "e"]), ("e", &["d"])]);
        let order: Vec<PluginName> = needs.keys().cloned().collect();
        let waits: Vec<usize> =
            (0..order.len()).map(|place| turn_of_needs(&order, place, &|name| needs[name].clone())).collect();
        assert_eq!(waits, [0, 1, 0, 2, 4]);
    }
}
