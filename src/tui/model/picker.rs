//! A list that narrows as one types.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::Input;

/// One thing to pick.
#[derive(Debug, Clone, PartialEq)]
pub struct PickerItem<T> {
    /// What is matched.
    pub label: String,
    /// What stands beside it.
    pub note: String,
    pub value: T,
}

#[derive(Debug, Clone)]
pub struct Picker<T> {
    pub query: Input,
    items: Vec<PickerItem<T>>,
    /// Places in `items`, the best match first.
    matches: Vec<usize>,
    /// A place in `matches`.
    selected: usize,
}

impl<T> Picker<T> {
    pub fn new(items: Vec<PickerItem<T>>) -> Self {
        let matches = (0..items.len()).collect();
        Picker { query: Input::line(""), items, matches, selected: 0 }
    }

    /// Selects the first item for which `wanted` holds.
    pub fn select(&mut self, wanted: impl Fn(&T) -> bool) {
        if let Some(place) = self.matches.iter().position(|&index| wanted(&self.items[index].value)) {
            self.selected = place;
        }
    }

    pub fn matches(&self) -> impl ExactSizeIterator<Item = &PickerItem<T>> {
        self.matches.iter().map(|&index| &self.items[index])
    }

    /// Takes other items. What was chosen stays so, if it is still among the matches.
    pub fn replace(&mut self, items: Vec<PickerItem<T>>)
    where
        T: Clone + PartialEq,
    {
        let chosen = self.chosen().cloned();
        self.items = items;
        self.refresh();
        if let Some(chosen) = chosen {
            self.select(|value| *value == chosen);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.matches.is_empty()
    }

    pub fn selected(&self) -> usize {
        self.selected
    }

    pub fn chosen(&self) -> Option<&T> {
        self.matches.get(self.selected).map(|&index| &self.items[index].value)
    }

    pub fn step(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.matches.len().saturating_sub(1));
    }

    /// Matches again, after the query changed.
    pub fn refresh(&mut self) {
        self.selected = 0;
        let query = self.query.text();
        if query.trim().is_empty() {
            self.matches = (0..self.items.len()).collect();
            return;
        }
        let pattern = Pattern::parse(&query, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut characters = Vec::new();
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            if let Some(score) = pattern.score(Utf32Str::new(&item.label, &mut characters), &mut matcher) {
                scored.push((score, index));
            }
        }
        // Equal scores keep the list's order.
        scored.sort_by_key(|&(score, index)| (std::cmp::Reverse(score), index));
        self.matches = scored.into_iter().map(|(_, index)| index).collect();
    }
}
