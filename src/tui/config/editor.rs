//! The editor of one plugin's config: one document, shown as a form or as text.

use serde_json::Value;

use super::check::Check;
use super::document::{Document, Fault};
use super::folds::Folds;
use super::pointer;
use super::raw::Raw;
use super::row::{self, Row};
use super::secrets::{Secrets, is_variable};
use super::span::Node;
use super::value::{self, Notation};
use crate::event::{PluginName, Timestamp};
use crate::orchestrator::api::{ConfigProblem, ConfigView, Field, FieldKind, classify};
use crate::tui::model::{Input, contains};

/// How many steps can be taken back.
const STEPS: usize = 200;

#[derive(Debug)]
pub struct ConfigEditor {
    pub plugin: PluginName,
    /// Absent until the host has answered.
    pub base: Option<Base>,
    pub document: Document,
    /// Present while the document is shown as text.
    pub raw: Option<Raw>,
    /// The row that is selected, by its id.
    pub cursor: String,
    pub folds: Folds,
    pub typing: Option<Typing>,
    /// Whether secrets that were typed here show.
    pub revealed: bool,
    pub secrets: Secrets,
    pub check: Check,
    /// What the file says by now, if somebody else changed it.
    pub disk: Option<Box<ConfigView>>,
    /// The next answer is taken without a question: it was asked for, or follows a save.
    pub expects: bool,
    past: Vec<Step>,
    future: Vec<Step>,
}

/// What the host told.
#[derive(Debug)]
pub struct Base {
    pub view: ConfigView,
    /// The text that counts as saved.
    pub saved: String,
    /// The same, if it is a document.
    saved_document: Option<Document>,
    pub fields: Vec<Field>,
    pub general: Vec<Field>,
}

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

#[derive(Debug, Clone, PartialEq)]
struct Step {
    text: String,
    secrets: Secrets,
}

impl ConfigEditor {
    pub fn new(plugin: PluginName) -> Self {
        ConfigEditor {
            plugin,
            base: None,
            document: Document::default(),
            raw: None,
            cursor: String::new(),
            folds: Folds::default(),
            typing: None,
            revealed: false,
            secrets: Secrets::default(),
            check: Check::default(),
            disk: None,
            expects: true,
            past: Vec::new(),
            future: Vec::new(),
        }
    }

    /// Takes what the host says of the config. True if the file was changed by somebody else.
    pub fn arrived(&mut self, view: ConfigView) -> bool {
        let known = self.base.as_ref().map(|base| base.view.revision.clone());
        let changed = known.is_some_and(|revision| revision != view.revision);
        if std::mem::take(&mut self.expects) {
            self.load(view);
            return false;
        }
        if !changed {
            if let Some(base) = &mut self.base {
                base.view = view;
            }
            self.disk = None;
            return false;
        }
        if self.is_changed() || self.typing.is_some() {
            self.disk = Some(Box::new(view));
        } else {
            self.load(view);
        }
        true
    }

    /// Begins anew with what the file says.
    pub fn load(&mut self, view: ConfigView) {
        let kind = view.schema.as_ref().map_or(FieldKind::Raw, classify);
        let fields = match kind {
            FieldKind::Object(fields) => fields,
            _ => Vec::new(),
        };
        let declared = |name: &str| fields.iter().any(|field| field.name == name);
        let general = super::general::fields().into_iter().filter(|field| !declared(&field.name)).collect();
        let text = view.document.clone();
        self.typing = None;
        self.disk = None;
        self.secrets.clear();
        self.past.clear();
        self.future.clear();
        self.check = Check::default();
        self.check.arrived(view.problems.clone());
        match Document::parse(&text) {
            Ok(document) => {
                self.document = document;
                if let Some(raw) = &mut self.raw {
                    *raw = Raw::new(&text, raw.input.cursor().0);
                }
            }
            Err(fault) => {
                self.document = Document::default();
                let mut raw = Raw::new(&text, fault.line - 1);
                raw.refused = true;
                self.raw = Some(raw);
            }
        }
        let saved_document = Document::parse(&text).ok();
        self.base = Some(Base { view, saved: text, saved_document, fields, general });
        self.settle();
    }

    /// Asks for what the file says, and takes it whatever was typed.
    pub fn reload(&mut self) {
        self.expects = true;
    }

    /// The host has written the file: this text, or something else that the next answer tells.
    pub fn written(&mut self, text: Option<&str>) {
        self.expects = text.is_none_or(|text| text == self.text());
        self.disk = None;
        if let (Some(text), Some(base)) = (text, &mut self.base) {
            text.clone_into(&mut base.saved);
            base.saved_document = Document::parse(text).ok();
        }
    }

    pub fn rows(&self) -> Vec<Row<'_>> {
        let Some(base) = &self.base else { return Vec::new() };
        row::rows(&base.fields, &base.general, &self.document, &self.folds)
    }

    /// The place of the selected row.
    pub fn place(&self, rows: &[Row<'_>]) -> usize {
        rows.iter().position(|row| row.id == self.cursor).unwrap_or(0)
    }

    /// Selects a row that is there, as near as can be to the one that was.
    pub fn settle(&mut self) {
        let rows = self.rows();
        if rows.iter().any(|row| row.id == self.cursor) {
            return;
        }
        let at = self.cursor.trim_end_matches('\u{0}');
        let near = rows.iter().rev().find(|row| pointer::is_within(at, &row.pointer)).or(rows.first());
        self.cursor = near.map(|row| row.id.clone()).unwrap_or_default();
    }

    pub fn step(&mut self, by: isize) {
        let rows = self.rows();
        let place = self.place(&rows).saturating_add_signed(by).min(rows.len().saturating_sub(1));
        self.cursor = rows.get(place).map(|row| row.id.clone()).unwrap_or_default();
    }

    /// The document as it is typed.
    pub fn text(&self) -> String {
        match (&self.raw, &self.typing) {
            (Some(raw), _) => raw.input.text(),
            (None, Some(typing)) if typing.fault.is_some() => {
                self.document.with_draft(&typing.pointer, &typing.input.text())
            }
            (None, _) => self.document.text().to_owned(),
        }
    }

    /// Whether anything is not saved.
    pub fn is_changed(&self) -> bool {
        !self.secrets.is_empty() || self.base.as_ref().is_some_and(|base| base.saved != self.text())
    }

    /// Shows the document as text, with the cursor on what was selected.
    pub fn show_raw(&mut self) {
        let text = self.text();
        let at = self.cursor.trim_end_matches('\u{0}').to_owned();
        self.keep();
        let line = Node::of(&text).and_then(|root| {
            let parents = std::iter::successors(Some(at.as_str()), |at| pointer::split(at).map(|(parent, _)| parent));
            let start = parents.into_iter().find_map(|at| root.find(at)).map(|node| node.range.start)?;
            Some(text[..start].matches('\n').count())
        });
        self.raw = Some(Raw::new(&text, line.unwrap_or(0)));
    }

    /// Shows the text as a form. Why not, if it is no document.
    pub fn show_form(&mut self) -> Result<(), Fault> {
        let Some(raw) = &mut self.raw else { return Ok(()) };
        let text = raw.input.text();
        match Document::parse(&text) {
            Ok(document) => {
                let before = self.now();
                self.raw = None;
                self.document = document;
                self.remember(before);
                self.settle();
                Ok(())
            }
            Err(fault) => {
                raw.refused = true;
                raw.input.jump(fault.line - 1, fault.column - 1);
                Err(fault)
            }
        }
    }

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

    /// Selects the first field from the top whose name or description contains `query`.
    pub fn find(&mut self, query: &str) {
        let rows = self.rows();
        let about = |row: &Row<'_>| row.field.and_then(|field| field.title.clone()).unwrap_or_default();
        let by_name = rows.iter().find(|row| contains(query, &[&row.name]));
        let found = by_name.or_else(|| rows.iter().find(|row| contains(query, &[&row.pointer, &about(row)])));
        if let Some(id) = found.map(|row| row.id.clone()) {
            self.cursor = id;
        }
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

    /// Begins to type into the selected field, if it is one to type into.
    pub fn begin(&mut self) {
        let rows = self.rows();
        let Some(row) = rows.get(self.place(&rows)) else { return };
        let Some(notation) = row.notation() else { return };
        // A secret is typed anew; what the document holds of it is a reference.
        let text = match (notation, &row.value) {
            (Notation::Secret, Some(Value::String(text))) if is_variable(text) => text.clone(),
            (Notation::Secret, _) => self.secrets.typed(&row.pointer).unwrap_or_default().to_owned(),
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

    fn now(&self) -> Step {
        Step { text: self.document.text().to_owned(), secrets: self.secrets.clone() }
    }

    fn remember(&mut self, before: Step) {
        if before == self.now() {
            return;
        }
        if self.past.len() == STEPS {
            self.past.remove(0);
        }
        self.past.push(before);
        self.future.clear();
    }

    fn go_to(&mut self, step: &Step, now: Timestamp) {
        if let Ok(document) = Document::parse(&step.text) {
            self.document = document;
            self.secrets = step.secrets.clone();
            self.settle();
            self.check.later(now);
        }
    }

    /// What is wrong; nothing is missing where a secret was typed and is not saved.
    pub fn problems(&self) -> impl Iterator<Item = &ConfigProblem> {
        self.check.problems.iter().filter(|problem| self.secrets.typed(&problem.pointer).is_none())
    }

    /// The row that a problem is shown at: its own, or the one in which it is folded away.
    pub fn row_of(rows: &[Row<'_>], problem: &ConfigProblem) -> Option<usize> {
        let holds = |row: &Row<'_>| pointer::is_within(&problem.pointer, &row.pointer);
        let places = (0..rows.len()).filter(|&place| holds(&rows[place]));
        places.max_by_key(|&place| (rows[place].pointer.len(), !matches!(rows[place].shape, row::Shape::Variants(_))))
    }

    /// Selects the next field with a problem, or the one before, and opens what it is folded away in.
    pub fn seek_problem(&mut self, forward: bool) -> bool {
        let wrong: Vec<String> = self.problems().map(|problem| problem.pointer.clone()).collect();
        for at in &wrong {
            let mut parent = at.as_str();
            while let Some((up, _)) = pointer::split(parent) {
                self.folds.set_open(up, true);
                self.folds.set_open(&format!("{up}\u{0}"), true);
                parent = up;
            }
        }
        let rows = self.rows();
        let here = self.place(&rows);
        let problems: Vec<&ConfigProblem> = self.problems().collect();
        let mut places: Vec<usize> = problems.iter().filter_map(|problem| Self::row_of(&rows, problem)).collect();
        places.sort_unstable();
        let next = if forward {
            places.iter().find(|place| **place > here).or(places.first())
        } else {
            places.iter().rev().find(|place| **place < here).or(places.last())
        };
        let Some(id) = next.and_then(|place| rows.get(*place)).map(|row| row.id.clone()) else { return false };
        self.cursor = id;
        true
    }

    /// The value of a field before it was edited here.
    pub fn saved_value(&self, at: &str) -> Option<&Value> {
        self.base.as_ref()?.saved_document.as_ref()?.get(at)
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
