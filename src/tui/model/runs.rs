//! The history of runs, newest first.

use std::collections::BTreeMap;

use super::contains;
use crate::event::RunId;
use crate::orchestrator::api::{RunSummary, StartRun};

/// Of how many runs it is kept what they were started with.
const INPUTS: usize = 64;

#[derive(Debug, Default)]
pub struct Runs {
    all: Vec<RunSummary>,
    selected: Option<RunId>,
    filter: String,
    /// Those that were started here, and so end with the workbench; with what they were started with, if it is known.
    own: BTreeMap<RunId, Option<StartRun>>,
}

impl Runs {
    pub fn all(&self) -> &[RunSummary] {
        &self.all
    }

    pub fn replace(&mut self, all: Vec<RunSummary>) {
        self.all = all;
    }

    pub fn find(&self, id: RunId) -> Option<&RunSummary> {
        self.all.iter().find(|run| run.id == id)
    }

    pub fn add_own(&mut self, run: RunId, inputs: Option<StartRun>) {
        self.own.insert(run, inputs);
        if let Some(old) = self.own.len().checked_sub(INPUTS + 1).and_then(|place| self.own.values_mut().nth(place)) {
            *old = None;
        }
    }

    /// What a run was started with, if that was here and not long ago.
    pub fn inputs(&self, run: RunId) -> Option<&StartRun> {
        self.own.get(&run)?.as_ref()
    }

    /// The runs that were started here.
    pub fn own(&self) -> impl Iterator<Item = RunId> {
        self.own.keys().copied()
    }

    /// What the filter lets through.
    pub fn shown(&self) -> impl Iterator<Item = &RunSummary> {
        self.all.iter().filter(|run| {
            let status = run.status.map_or("running", |status| status.as_str());
            let id = format!("#{}", run.id);
            contains(&self.filter, &[&run.workflow_type, status, &run.requirements, &id])
        })
    }

    pub fn filter(&self) -> &str {
        &self.filter
    }

    pub fn set_filter(&mut self, filter: String) {
        self.filter = filter;
    }

    /// The selected one's place among those shown; the newest until one is chosen.
    pub fn place(&self) -> usize {
        self.shown().position(|run| Some(run.id) == self.selected).unwrap_or(0)
    }

    pub fn selected(&self) -> Option<&RunSummary> {
        self.shown().nth(self.place())
    }

    pub fn select_place(&mut self, place: usize) {
        let last = self.shown().count().saturating_sub(1);
        let selected = self.shown().nth(place.min(last)).map(|run| run.id);
        self.selected = selected;
    }
}
