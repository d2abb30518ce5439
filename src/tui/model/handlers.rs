//! All hook handlers, in the order in which they are called.

use orchestrator_protocol::hook::HookName;

use super::terms::lets_through;
use crate::event::PluginName;
use crate::orchestrator::api::HookSummary;

/// What tells handlers apart.
type Key = (HookName, PluginName, String);

#[derive(Debug, Default)]
pub struct Handlers {
    all: Vec<HookSummary>,
    selected: Option<Key>,
    filter: String,
}

impl Handlers {
    pub fn all(&self) -> &[HookSummary] {
        &self.all
    }

    pub fn replace(&mut self, all: Vec<HookSummary>) {
        self.all = all;
        self.all.sort_by_key(|handler| (handler.hook, handler.order));
    }

    pub fn find(&self, hook: HookName, plugin: &PluginName, handler: &str) -> Option<&HookSummary> {
        self.all.iter().find(|known| known.hook == hook && known.plugin == *plugin && known.handler == handler)
    }

    /// What the filter lets through.
    pub fn shown(&self) -> impl Iterator<Item = &HookSummary> {
        self.all.iter().filter(|handler| {
            let named = [("hook", handler.hook.as_str()), ("plugin", handler.plugin.as_str())];
            lets_through(&self.filter, &named, &[&handler.handler])
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
        self.shown().position(|handler| Some(&key(handler)) == selected).unwrap_or(0)
    }

    pub fn selected(&self) -> Option<&HookSummary> {
        self.shown().nth(self.place())
    }

    pub fn select_place(&mut self, place: usize) {
        let last = self.shown().count().saturating_sub(1);
        let selected = self.shown().nth(place.min(last)).map(key);
        self.selected = selected;
    }
}

fn key(handler: &HookSummary) -> Key {
    (handler.hook, handler.plugin.clone(), handler.handler.clone())
}
