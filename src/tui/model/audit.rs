//! The audit log as it was last asked for, newest first.

use super::terms::lets_through;
use crate::event::Decision;
use crate::orchestrator::api::AuditEntry;

#[derive(Debug, Default)]
pub struct AuditLog {
    all: Vec<AuditEntry>,
    /// A place among those shown.
    place: usize,
    filter: String,
}

impl AuditLog {
    /// How many entries are asked for.
    pub const LIMIT: u32 = 1_000;

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Takes a newer log. Somebody who reads an older entry goes on reading it.
    pub fn replace(&mut self, all: Vec<AuditEntry>) {
        let read = self.selected().filter(|_| self.place > 0).cloned();
        self.all = all;
        let place = read.and_then(|read| self.shown().position(|entry| *entry == read));
        self.place = place.unwrap_or(0);
    }

    /// What the filter lets through.
    pub fn shown(&self) -> impl Iterator<Item = &AuditEntry> {
        self.all.iter().filter(|entry| {
            let plugin = entry.plugin.as_ref().map_or("", |plugin| plugin.as_str());
            let permission = entry.permission.map_or("", |permission| permission.as_str());
            let decision = entry.decision.map_or("", Decision::as_str);
            let named = [("plugin", plugin), ("permission", permission), ("who", &entry.who)];
            let scope = entry.scope.join(" ");
            lets_through(&self.filter, &named, &[entry.what.as_str(), decision, &entry.why, &scope])
        })
    }

    pub fn filter(&self) -> &str {
        &self.filter
    }

    pub fn set_filter(&mut self, filter: String) {
        self.filter = filter;
        self.place = 0;
    }

    pub fn place(&self) -> usize {
        self.place.min(self.shown().count().saturating_sub(1))
    }

    pub fn selected(&self) -> Option<&AuditEntry> {
        self.shown().nth(self.place())
    }

    pub fn select_place(&mut self, place: usize) {
        self.place = place.min(self.shown().count().saturating_sub(1));
    }
}
