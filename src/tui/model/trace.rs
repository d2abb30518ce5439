//! The hook trace: which entries are shown, grouped, and which one is selected.

use super::terms::lets_through;
use crate::event::view::{RunView, TraceEntry, TraceKind};
use crate::event::{Decision, HookOutcome};

/// The word for a delivery that has not ended.
pub const RUNNING: &str = "running";

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct TracePanel {
    /// The chosen entry, by its event's number; absent while the newest is followed.
    selected: Option<u64>,
    filter: String,
}

/// One row of the panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TraceRow<'a> {
    /// The beginning of a group: the time, and what the entries below have in common.
    Group {
        entry: &'a TraceEntry,
    },
    Entry {
        entry: &'a TraceEntry,
    },
    /// Why the entry above came out as it did.
    Reason {
        entry: &'a TraceEntry,
        text: &'a str,
    },
}

impl TracePanel {
    pub fn is_following(&self) -> bool {
        self.selected.is_none()
    }

    pub fn filter(&self) -> &str {
        &self.filter
    }

    pub fn set_filter(&mut self, filter: String) {
        self.filter = filter;
    }

    /// The entries that the filter lets through, oldest first. Without a filter, all but the permissions that were
    /// granted.
    pub fn shown<'a>(&'a self, run: &'a RunView) -> impl DoubleEndedIterator<Item = &'a TraceEntry> {
        run.trace.entries().filter(|entry| self.lets_through(entry))
    }

    fn lets_through(&self, entry: &TraceEntry) -> bool {
        let plugin = entry.plugin.as_ref().map_or("", |plugin| plugin.as_str());
        let passes = |named: &[(&str, &str)], others: &[&str]| {
            lets_through(&self.filter, &[&[("plugin", plugin)], named].concat(), others)
        };
        match &entry.kind {
            TraceKind::Hook { hook, handler, outcome, .. } => {
                let outcome = outcome.map_or(RUNNING, HookOutcome::as_str);
                passes(&[("hook", hook.as_str()), ("outcome", outcome)], &[handler])
            }
            // What was granted is no news; whoever looks for it finds it.
            TraceKind::Permission { decision: Decision::Granted, .. } if self.filter.is_empty() => false,
            TraceKind::Permission { permission, decision, .. } => {
                passes(&[("outcome", decision.as_str()), ("hook", "")], &[permission.as_str(), "permission"])
            }
            TraceKind::Log { message, .. } => passes(&[("outcome", ""), ("hook", "")], &[message, "log"]),
        }
    }

    pub fn selected<'a>(&'a self, run: &'a RunView) -> Option<&'a TraceEntry> {
        match self.selected {
            None => self.shown(run).next_back(),
            // One that was dropped or filtered out gives way to the next.
            Some(seq) => self.shown(run).find(|entry| entry.seq >= seq).or_else(|| self.shown(run).next_back()),
        }
    }

    /// Selects the entry `by` places away. Going past the last follows the newest again.
    pub fn step(&mut self, run: &RunView, by: isize) {
        let shown: Vec<u64> = self.shown(run).map(|entry| entry.seq).collect();
        let Some(last) = shown.len().checked_sub(1) else { return };
        let selected = self.selected(run).map(|entry| entry.seq);
        let place = shown.iter().position(|seq| Some(*seq) == selected).unwrap_or(last);
        let target = place.saturating_add_signed(by);
        self.selected = shown.get(target).copied().filter(|_| target < last || by < 0);
    }

    pub fn select(&mut self, seq: u64) {
        self.selected = Some(seq);
    }

    pub fn follow(&mut self) {
        self.selected = None;
    }

    /// What the panel lists.
    pub fn rows<'a>(&'a self, run: &'a RunView) -> Vec<TraceRow<'a>> {
        let mut rows = Vec::new();
        let mut before: Option<&TraceEntry> = None;
        for entry in self.shown(run) {
            if !before.is_some_and(|before| are_of_one_group(before, entry)) {
                rows.push(TraceRow::Group { entry });
            }
            rows.push(TraceRow::Entry { entry });
            match &entry.kind {
                TraceKind::Hook { reason: Some(text), .. } => rows.push(TraceRow::Reason { entry, text }),
                TraceKind::Permission { decision: Decision::Denied, rule, .. } => {
                    rows.push(TraceRow::Reason { entry, text: rule });
                }
                TraceKind::Hook { .. } | TraceKind::Permission { .. } | TraceKind::Log { .. } => {}
            }
            before = Some(entry);
        }
        rows
    }

    /// The place of the selected entry among `rows`.
    pub fn selected_row(&self, run: &RunView, rows: &[TraceRow<'_>]) -> usize {
        let selected = self.selected(run).map(|entry| entry.seq);
        let is_it = |row: &TraceRow<'_>| matches!(row, TraceRow::Entry { entry } if Some(entry.seq) == selected);
        rows.iter().position(is_it).unwrap_or(0)
    }
}

impl TraceRow<'_> {
    /// The number of the event that the row is about.
    pub fn seq(&self) -> u64 {
        match self {
            TraceRow::Group { entry } | TraceRow::Entry { entry } | TraceRow::Reason { entry, .. } => entry.seq,
        }
    }
}

/// Handlers of one chain stand together, and so do checks and log lines that follow each other.
fn are_of_one_group(one: &TraceEntry, other: &TraceEntry) -> bool {
    match (&one.kind, &other.kind) {
        (TraceKind::Hook { hook: a, order: first, .. }, TraceKind::Hook { hook: b, order: second, .. }) => {
            a == b && first < second
        }
        (TraceKind::Permission { .. }, TraceKind::Permission { .. }) => true,
        (TraceKind::Log { .. }, TraceKind::Log { .. }) => true,
        _ => false,
    }
}
