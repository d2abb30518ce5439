//! Earlier versions of a config file.

use std::collections::BTreeMap;

use ratatui::layout::{Constraint, Layout, Rect};

use crate::event::PluginName;
use crate::orchestrator::api::{ConfigVersion, Query};
use crate::tui::model::{DifferenceLine, compare_texts};

#[derive(Debug)]
pub struct Versions {
    pub plugin: PluginName,
    /// Newest first.
    pub versions: Vec<ConfigVersion>,
    pub selected: usize,
    /// The first line of the difference in sight.
    pub top: usize,
    /// What the file says now.
    present: String,
    /// What restoring each would change, or why that can't be said; absent until its text is here.
    differences: BTreeMap<String, Option<Result<Vec<DifferenceLine>, String>>>,
}

impl Versions {
    pub fn new(plugin: PluginName, versions: Vec<ConfigVersion>, present: String) -> Self {
        Versions { plugin, versions, selected: 0, top: 0, present, differences: BTreeMap::new() }
    }

    pub fn chosen(&self) -> Option<&ConfigVersion> {
        self.versions.get(self.selected)
    }

    pub fn step(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.versions.len().saturating_sub(1));
        self.top = 0;
    }

    /// The question for the selected one's text, unless it was asked already.
    pub fn wanted(&mut self) -> Option<Query> {
        let id = self.chosen()?.id.clone();
        if self.differences.contains_key(&id) {
            return None;
        }
        self.differences.insert(id.clone(), None);
        Some(Query::ConfigVersion { plugin: self.plugin.clone(), id })
    }

    pub fn arrived(&mut self, id: &str, text: Result<&str, String>) {
        let difference = text.map(|text| compare_texts(&self.present, text));
        self.differences.insert(id.to_owned(), Some(difference));
    }

    /// What restoring the selected one would change.
    pub fn difference(&self) -> Option<&Result<Vec<DifferenceLine>, String>> {
        self.differences.get(&self.chosen()?.id)?.as_ref()
    }
}

/// Where the list of versions and the difference stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionsParts {
    pub list: Rect,
    pub divider: Rect,
    pub difference: Rect,
}

impl VersionsParts {
    /// Of what is inside the border.
    pub fn of(versions: &Versions, inside: Rect) -> Self {
        let rows = u16::try_from(versions.versions.len()).unwrap_or(u16::MAX).min(inside.height / 3).max(1);
        let [list, divider, difference] =
            inside.layout(&Layout::vertical([Constraint::Length(rows), Constraint::Length(1), Constraint::Min(0)]));
        VersionsParts { list, divider, difference }
    }
}
