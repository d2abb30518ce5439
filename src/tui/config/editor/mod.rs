//! The editor of one plugin's config: one document, shown as a form or as text.
//!
//! Here is what it holds and how it takes in what the host says; [`typing`] is a field being typed into, [`steps`] what
//! is changed and taken back, [`problems`] what is wrong, [`views`] the change between form and text.

mod problems;
mod steps;
mod typing;
mod views;

use serde_json::Value;

use self::steps::Step;
pub use self::typing::Typing;
use super::check::Check;
use super::document::Document;
use super::folds::{Folds, Variants};
use super::pointer;
use super::raw::Raw;
use super::row::{self, Row};
use super::secrets::Secrets;
use crate::event::PluginName;
use crate::orchestrator::api::{ConfigView, Field, FieldKind, classify};
use crate::tui::model::contains;

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
    /// A save is under way. Till it is answered, a changed file may be its own doing.
    pub saving: bool,
    /// The next answer is what such a save wrote, while more was typed here.
    wrote: bool,
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
            saving: false,
            wrote: false,
            past: Vec::new(),
            future: Vec::new(),
        }
    }

    /// Takes what the host says of the config. True if the file was changed by somebody else.
    pub fn arrived(&mut self, view: ConfigView) -> bool {
        if self.saving {
            return false;
        }
        let known = self.base.as_ref().map(|base| base.view.revision.clone());
        let changed = known.is_some_and(|revision| revision != view.revision);
        if std::mem::take(&mut self.expects) {
            self.load(view);
            return false;
        }
        if std::mem::take(&mut self.wrote) {
            self.disk = None;
            if let Some(base) = &mut self.base {
                view.document.clone_into(&mut base.saved);
                base.saved_document = Document::parse(&view.document).ok();
                base.view = view;
            }
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
        self.folds.set_variants(Variants::new());
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
        self.saving = false;
        self.expects = text.is_none_or(|text| text == self.text());
        self.wrote = !self.expects;
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

    /// The value of a field before it was edited here.
    pub fn saved_value(&self, at: &str) -> Option<&Value> {
        self.base.as_ref()?.saved_document.as_ref()?.get(at)
    }
}
