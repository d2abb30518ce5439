//! The runs that are open, one of them on the screen.

use crate::event::RunId;

use super::Tab;

/// How many runs are open at most. Opening one more closes the oldest that is over.
const LIMIT: usize = 12;

#[derive(Debug, Default)]
pub struct OpenRuns {
    tabs: Vec<Tab>,
    current: usize,
}

impl OpenRuns {
    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    pub fn current(&self) -> Option<&Tab> {
        self.tabs.get(self.current)
    }

    pub fn current_mut(&mut self) -> Option<&mut Tab> {
        self.tabs.get_mut(self.current)
    }

    /// The place of the current tab, from 0.
    pub fn place(&self) -> usize {
        self.current
    }

    pub fn find(&self, run: RunId) -> Option<&Tab> {
        self.tabs.iter().find(|tab| tab.view.id == run)
    }

    pub fn find_mut(&mut self, run: RunId) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.view.id == run)
    }

    /// Puts `run` on the screen. Whether it is newly open, and the run that was closed for it.
    pub fn show(&mut self, run: RunId) -> (bool, Option<RunId>) {
        if let Some(place) = self.tabs.iter().position(|tab| tab.view.id == run) {
            self.current = place;
            return (false, None);
        }
        let mut closed = None;
        if self.tabs.len() >= LIMIT {
            let place = self.tabs.iter().position(|tab| tab.view.is_over()).unwrap_or(0);
            closed = Some(self.tabs.remove(place).view.id);
        }
        self.tabs.push(Tab::new(run));
        self.current = self.tabs.len() - 1;
        (true, closed)
    }

    /// Closes the current tab.
    pub fn close(&mut self) -> Option<RunId> {
        if self.current >= self.tabs.len() {
            return None;
        }
        let tab = self.tabs.remove(self.current);
        self.current = self.current.min(self.tabs.len().saturating_sub(1));
        Some(tab.view.id)
    }

    /// The next tab, or the one before; after the last comes the first.
    pub fn step(&mut self, by: isize) {
        if !self.tabs.is_empty() {
            let len = self.tabs.len() as isize;
            self.current = (self.current as isize + by).rem_euclid(len) as usize;
        }
    }
}
