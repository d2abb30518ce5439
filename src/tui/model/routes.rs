//! The plugins' API routes, and what one that was tried answered last.

use super::terms::lets_through;
use crate::event::PluginName;
use crate::orchestrator::api::{ApiCall, ApiReply, PluginRoute};

/// What tells routes apart.
type Key = (PluginName, String, String);

/// A request that was made from here, and its answer.
#[derive(Debug)]
pub struct Tried {
    pub call: ApiCall,
    pub reply: ApiReply,
}

#[derive(Debug, Default)]
pub struct Routes {
    all: Vec<PluginRoute>,
    selected: Option<Key>,
    filter: String,
    pub tried: Option<Tried>,
}

impl Routes {
    pub fn all(&self) -> &[PluginRoute] {
        &self.all
    }

    pub fn replace(&mut self, all: Vec<PluginRoute>) {
        self.all = all;
    }

    /// What the filter lets through.
    pub fn shown(&self) -> impl Iterator<Item = &PluginRoute> {
        self.all.iter().filter(|route| {
            let named = [("plugin", route.plugin.as_str()), ("method", route.method.as_str())];
            lets_through(&self.filter, &named, &[&route.path, &route.description])
        })
    }

    pub fn filter(&self) -> &str {
        &self.filter
    }

    pub fn set_filter(&mut self, filter: String) {
        self.filter = filter;
    }

    /// The selected one's place among those shown; the first until one is chosen.
    pub fn place(&self) -> usize {
        let selected = self.selected.as_ref();
        self.shown().position(|route| Some(&key(route)) == selected).unwrap_or(0)
    }

    pub fn selected(&self) -> Option<&PluginRoute> {
        self.shown().nth(self.place())
    }

    pub fn select_place(&mut self, place: usize) {
        let last = self.shown().count().saturating_sub(1);
        let selected = self.shown().nth(place.min(last)).map(key);
        self.selected = selected;
    }
}

fn key(route: &PluginRoute) -> Key {
    (route.plugin.clone(), route.method.clone(), route.path.clone())
}
