//! Changes by hand of the form, and taking them back.

use serde_json::Value;

use super::ConfigEditor;
use crate::event::Timestamp;
use crate::tui::config::document::Document;
use crate::tui::config::folds::Variants;
use crate::tui::config::secrets::Secrets;

/// How many steps can be taken back.
const STEPS: usize = 200;

/// How everything was at a time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub text: String,
    secrets: Secrets,
    /// A value that is taken back may be of another of several forms.
    variants: Variants,
}

impl ConfigEditor {
    /// Changes the document by hand of the form.
    pub fn change(&mut self, change: impl FnOnce(&mut Document, &mut Secrets), now: Timestamp) {
        let before = self.now();
        change(&mut self.document, &mut self.secrets);
        self.remember(before);
        self.settle();
        self.check.later(now);
    }

    /// The same, after the defaults of what `at` stands in are written out.
    pub fn prepared(&mut self, at: &str, now: Timestamp, change: impl FnOnce(&mut Document, &mut Secrets)) {
        let before = self.now();
        self.prepare(at);
        change(&mut self.document, &mut self.secrets);
        self.remember(before);
        self.settle();
        self.check.later(now);
    }

    /// Gives a value another of the forms that it may have.
    pub fn choose_variant(&mut self, at: &str, place: usize, value: &Value, now: Timestamp) {
        let before = self.now();
        self.folds.forget_within(at);
        self.folds.choose(at, place);
        self.prepare(at);
        self.document.set(at, value);
        self.remember(before);
        self.settle();
        self.check.later(now);
    }

    pub fn undo(&mut self, now: Timestamp) {
        if let Some(step) = self.past.pop() {
            self.future.push(self.now());
            self.go_to(&step, now);
        }
    }

    pub fn redo(&mut self, now: Timestamp) {
        if let Some(step) = self.future.pop() {
            self.past.push(self.now());
            self.go_to(&step, now);
        }
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub(super) fn now(&self) -> Step {
        let variants = self.folds.variants().clone();
        Step { text: self.document.text().to_owned(), secrets: self.secrets.clone(), variants }
    }

    pub(super) fn remember(&mut self, before: Step) {
        if before == self.now() {
            return;
        }
        if self.past.len() == STEPS {
            self.past.remove(0);
        }
        self.past.push(before);
        self.future.clear();
    }

    pub(super) fn go_to(&mut self, step: &Step, now: Timestamp) {
        if let Ok(document) = Document::parse(&step.text) {
            self.document = document;
            self.secrets = step.secrets.clone();
            self.folds.set_variants(step.variants.clone());
            self.settle();
            self.check.later(now);
        }
    }
}
