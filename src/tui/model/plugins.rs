//! The plugin list.

use std::collections::VecDeque;

use super::{Usages, contains};
use crate::event::{PluginName, PluginState};
use crate::orchestrator::api::{PluginDetail, PluginSummary};

/// How many lines of the host's log about plugins are kept.
const LOG_LIMIT: usize = 200;

#[derive(Debug, Default)]
pub struct Plugins {
    all: Vec<PluginSummary>,
    selected: Option<PluginName>,
    filter: String,
    /// The one that was asked for last.
    pub detail: Option<PluginDetail>,
    /// Whose details were asked for because it is selected.
    pub detail_asked: Option<PluginName>,
    /// What plugins said outside runs: building, loading.
    log: VecDeque<(PluginName, String)>,
    /// What the processes of their own use.
    pub usage: Usages,
    /// Whether the list was asked for and is not yet here.
    pub asked: bool,
    /// Whether something changed since it was asked for.
    pub stale: bool,
}

impl Plugins {
    pub fn all(&self) -> &[PluginSummary] {
        &self.all
    }

    pub fn replace(&mut self, all: Vec<PluginSummary>) {
        self.all = all;
    }

    /// What the filter lets through.
    pub fn shown(&self) -> impl Iterator<Item = &PluginSummary> {
        self.all.iter().filter(|plugin| {
            contains(&self.filter, &[plugin.name.as_str(), plugin.state.as_str(), &plugin.description])
        })
    }

    pub fn filter(&self) -> &str {
        &self.filter
    }

    pub fn set_filter(&mut self, filter: String) {
        self.filter = filter;
    }

    /// The selected one's place among those shown. Until one is chosen, and when it is filtered out, the first.
    pub fn place(&self) -> usize {
        let selected = self.selected.as_ref();
        self.shown().position(|plugin| Some(&plugin.name) == selected).unwrap_or(0)
    }

    pub fn selected(&self) -> Option<&PluginSummary> {
        self.shown().nth(self.place())
    }

    pub fn select_place(&mut self, place: usize) {
        let last = self.shown().count().saturating_sub(1);
        let selected = self.shown().nth(place.min(last)).map(|plugin| plugin.name.clone());
        self.selected = selected;
    }

    pub fn select(&mut self, name: &PluginName) {
        self.selected = Some(name.clone());
    }

    /// Whether any runs in a process of its own.
    pub fn has_processes(&self) -> bool {
        self.all.iter().any(|plugin| plugin.process.is_some())
    }

    /// A plugin's state as the host's stream reports it.
    pub fn set_state(&mut self, name: &PluginName, state: PluginState, reason: Option<String>, remedy: Option<String>) {
        if let Some(plugin) = self.all.iter_mut().find(|plugin| plugin.name == *name) {
            plugin.state = state;
            plugin.reason = reason;
            plugin.remedy = remedy;
        }
    }

    pub fn push_log(&mut self, name: PluginName, message: String) {
        if self.log.len() == LOG_LIMIT {
            self.log.pop_front();
        }
        self.log.push_back((name, message));
    }

    /// What `name` said, oldest first.
    pub fn log_of<'a>(&'a self, name: &'a PluginName) -> impl DoubleEndedIterator<Item = &'a str> {
        self.log.iter().filter(move |(plugin, _)| plugin == name).map(|(_, message)| message.as_str())
    }
}
