//! How often routes were called, and how that went.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use orchestrator_protocol::session::RouteInfo;

use crate::event::PluginName;

/// The most routes that are counted: plugins may bring others with each reload.
const MOST_ROUTES: usize = 10_000;

/// Counts since the host was opened, by plugin, method and path.
#[derive(Debug, Default)]
pub(in crate::orchestrator::host) struct RouteCounts {
    counts: Mutex<HashMap<Key, Count>>,
}

type Key = (PluginName, String, String);

/// Of one route.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Requests that went to the plugin.
    pub hits: u64,
    /// Those that it did not answer, or with a status of 500 or more.
    pub failed: u64,
    /// Those whose answer has begun, and how long that took.
    begun: u64,
    total_us: u64,
    pub last_us: Option<u64>,
}

impl Count {
    pub fn mean_us(&self) -> Option<u64> {
        self.total_us.checked_div(self.begun)
    }
}

impl RouteCounts {
    pub fn hit(&self, plugin: &PluginName, route: &RouteInfo) {
        self.change(plugin, route, |count| count.hits += 1);
    }

    pub fn failed(&self, plugin: &PluginName, route: &RouteInfo) {
        self.change(plugin, route, |count| count.failed += 1);
    }

    /// Its answer has begun, so long after it was asked.
    pub fn begun(&self, plugin: &PluginName, route: &RouteInfo, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.change(plugin, route, |count| {
            count.begun += 1;
            count.total_us = count.total_us.saturating_add(took);
            count.last_us = Some(took);
        });
    }

    pub(super) fn of(&self, plugin: &PluginName, route: &RouteInfo) -> Count {
        self.counts().get(&key(plugin, route)).copied().unwrap_or_default()
    }

    fn change(&self, plugin: &PluginName, route: &RouteInfo, change: impl FnOnce(&mut Count)) {
        let (mut counts, key) = (self.counts(), key(plugin, route));
        if counts.len() < MOST_ROUTES || counts.contains_key(&key) {
            change(counts.entry(key).or_default());
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Key, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(plugin: &PluginName, route: &RouteInfo) -> Key {
    (plugin.clone(), route.method.clone(), route.path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_of_the_answers_that_have_begun() {
        let counts = RouteCounts::default();
        let plugin = "one".parse().unwrap();
        let route = RouteInfo { method: "GET".into(), path: "/a".into(), description: String::new() };
        assert_eq!((counts.of(&plugin, &route), Count::default().mean_us()), (Count::default(), None));
        for took in [10, 30] {
            counts.hit(&plugin, &route);
            counts.begun(&plugin, &route, Duration::from_micros(took));
        }
        counts.hit(&plugin, &route);
        counts.failed(&plugin, &route);
        let count = counts.of(&plugin, &route);
        assert_eq!((count.hits, count.failed, count.last_us, count.mean_us()), (3, 1, Some(30), Some(20)));
    }
}
