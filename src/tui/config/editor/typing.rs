//! A field being typed into.

use serde_json::Value;

use super::ConfigEditor;
use super::steps::Step;
use crate::event::Timestamp;
use crate::tui::config::document::Document;
use crate::tui::config::pointer;
use crate::tui::config::secrets::is_variable;
use crate::tui::config::value::{self, Notation};
use crate::tui::model::Input;

/// A field being typed into.
#[derive(Debug)]
pub struct Typing {
    pub pointer: String,
    pub input: Input,
    notation: Notation,
    /// How everything was before.
    before: Step,
    /// Why what stands there is no value at all.
    pub fault: Option<String>,
}

impl ConfigEditor {
    /// Begins to type into the selected field, if it is one to type into.
    pub fn begin(&mut self) {
        let rows = self.rows();
        let Some(row) = rows.get(self.place(&rows)) else { return };
        let Some(notation) = row.notation() else { return };
        // A secret is typed anew; what the document holds of it is a reference.
        let text = match (notation, &row.value) {
            (Notation::Secret, Some(Value::String(text))) if is_variable(text) => text.clone(),
            (Notation::Secret, _) => self.secrets.typed(&row.pointer).unwrap_or_default().to_owned(),
            // Nothing is what one types over.
            (Notation::Text | Notation::Number, Some(Value::Null)) if row.nullable => String::new(),
            (_, Some(value)) => value::shown(notation, value),
            (_, None) => String::new(),
        };
        let input = match notation {
            Notation::Secret if !is_variable(&text) => Input::masked(&text),
            Notation::Json => Input::lines(&text),
            _ if text.contains('\n') => Input::lines(&text),
            _ => Input::line(&text),
        };
        let pointer = row.pointer.clone();
        let before = self.now();
        self.typing = Some(Typing { pointer, input, notation, before, fault: None });
    }

    /// What is being typed into, if anything.
    pub fn input(&mut self) -> Option<&mut Input> {
        match (&mut self.raw, &mut self.typing) {
            (Some(raw), _) => Some(&mut raw.input),
            (None, typing) => typing.as_mut().map(|typing| &mut typing.input),
        }
    }

    /// Takes in what was typed.
    pub fn typed(&mut self, now: Timestamp) {
        if let Some(raw) = &mut self.raw {
            raw.refused = false;
            self.check.later(now);
            return;
        }
        let Some(typing) = &self.typing else { return };
        let (at, text, notation) = (typing.pointer.clone(), typing.input.text(), typing.notation);
        let before = Document::parse(&typing.before.text).unwrap_or_default();
        let is_item = before.get(pointer::split(&at).map_or("", |(parent, _)| parent)).is_some_and(Value::is_array);
        let was_set = before.get(&at).is_some();
        let outcome = match notation {
            Notation::Secret if is_variable(&text) => {
                self.secrets.leave(&at);
                Ok(Some(Value::from(text)))
            }
            Notation::Secret => {
                self.secrets.leave(&at);
                if !text.is_empty() {
                    self.secrets.set(&at, &text);
                }
                Ok(before.get(&at).cloned())
            }
            Notation::Text if text.is_empty() && !was_set => Ok(None),
            Notation::Number | Notation::Json if text.trim().is_empty() && !is_item => Ok(None),
            notation => value::read(notation, &text).map(Some),
        };
        let fault = match outcome {
            Ok(Some(value)) => {
                self.prepare(&at);
                (!self.document.set(&at, &value)).then(|| "can't be set here".to_owned())
            }
            Ok(None) => {
                self.document = before;
                self.document.remove(&at);
                None
            }
            Err(fault) => Some(fault),
        };
        if let Some(typing) = &mut self.typing {
            typing.fault = fault;
        }
        self.check.later(now);
    }

    /// Writes out the defaults of what `at` stands in, so that setting one value of them does not lose the others.
    pub fn prepare(&mut self, at: &str) {
        let rows = self.rows();
        let above = rows.iter().filter(|row| row.pointer != at && pointer::is_within(at, &row.pointer));
        let missing: Vec<(String, Value)> = above
            .filter(|row| row.value.is_none())
            .filter_map(|row| Some((row.pointer.clone(), row.default()?.clone())))
            .collect();
        for (pointer, default) in missing {
            if self.document.get(&pointer).is_none() {
                self.document.set(&pointer, &default);
            }
        }
    }

    /// Ends typing, and keeps what was typed. False while it is no value at all.
    pub fn keep(&mut self) -> bool {
        if self.typing.as_ref().is_some_and(|typing| typing.fault.is_some()) && self.raw.is_none() {
            return false;
        }
        if let Some(typing) = self.typing.take() {
            self.remember(typing.before);
            self.settle();
        }
        self.revealed = false;
        true
    }

    /// Ends typing, and takes back what was typed.
    pub fn drop_typed(&mut self, now: Timestamp) {
        if let Some(typing) = self.typing.take() {
            self.go_to(&typing.before, now);
        }
        self.revealed = false;
    }
}

impl Typing {
    /// Whether what is typed may be shown only on request.
    pub fn is_secret(&self) -> bool {
        self.notation == Notation::Secret
    }

    /// Hides a secret, or shows it.
    pub fn mask(&mut self, on: bool) {
        if self.is_secret() {
            self.input.mask(on);
        }
    }

    /// Begins another line, in what is text.
    pub fn new_line(&mut self) {
        if self.notation == Notation::Text && !self.input.has_many_lines() {
            self.input = Input::lines(&self.input.text());
        }
        self.input.newline();
    }
}
