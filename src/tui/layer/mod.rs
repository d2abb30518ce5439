//! Dialogs: what stands above the screen and gets the keys first.
//!
//! Each is plain data with its own small rules; actions change it, `view` draws it.

mod approval;
mod call;
mod confirm;
mod filter;
mod form;
mod launch;
mod palette;
mod reader;
mod remembered;
mod theme_picker;
mod values;

pub use approval::Approval;
pub use call::{CallField, CallForm, CallPart};
pub use confirm::{Confirm, Consequence};
pub use filter::{Filter, FilterTarget};
pub use form::{ConfigForm, Property};
pub use launch::{Field, Launch};
pub use palette::{Choice, Palette};
pub use reader::{Reader, Subject};
pub use remembered::{Remembered, Typed};
pub use theme_picker::ThemePicker;
pub use values::{ChoiceOf, Values};

use super::action::Context;
use super::config::{ConfigEditor, Review, Versions};
use super::model::Input;
use crate::event::Timestamp;

/// For how long a question is in sight before keys answer it, in microseconds: what somebody types meanwhile was meant
/// for something else.
const UNARMED: i64 = 500_000;

#[derive(Debug)]
pub enum Layer {
    Launch(Box<Launch>),
    /// The form in which a route is tried.
    Call(Box<CallForm>),
    Confirm(Confirm),
    Approval(Approval),
    Reader(Reader),
    Palette(Palette),
    Themes(ThemePicker),
    Filter(Filter),
    Config(Box<ConfigEditor>),
    /// The difference before a config is saved.
    Review(Box<Review>),
    Versions(Box<Versions>),
    Values(Box<Values>),
}

impl Layer {
    pub fn context(&self) -> Context {
        match self {
            Layer::Launch(_) => Context::Launch,
            Layer::Call(_) => Context::Call,
            Layer::Confirm(_) => Context::Confirm,
            Layer::Approval(_) => Context::Approval,
            Layer::Reader(_) => Context::Reader,
            Layer::Palette(_) | Layer::Themes(_) => Context::Picker,
            Layer::Filter(_) => Context::Filter,
            Layer::Config(editor) if editor.raw.is_some() => Context::ConfigRaw,
            Layer::Config(editor) if editor.typing.is_some() => Context::ConfigField,
            Layer::Config(_) => Context::Config,
            Layer::Review(_) => Context::ConfigReview,
            Layer::Versions(_) => Context::ConfigVersions,
            Layer::Values(_) => Context::ConfigChoice,
        }
    }

    /// Whether the wheel moves in it.
    pub fn scrolls(&self) -> bool {
        match self {
            Layer::Reader(_) | Layer::Palette(_) | Layer::Config(_) | Layer::Review(_) => true,
            Layer::Versions(_) | Layer::Values(_) | Layer::Approval(_) => true,
            Layer::Launch(_) | Layer::Call(_) | Layer::Confirm(_) | Layer::Themes(_) | Layer::Filter(_) => false,
        }
    }

    /// Whether keys count by now.
    pub fn is_armed(&self, now: Timestamp) -> bool {
        match self {
            Layer::Approval(approval) => approval.is_armed(now),
            Layer::Confirm(confirm) => confirm.is_armed(now),
            Layer::Launch(_)
            | Layer::Call(_)
            | Layer::Reader(_)
            | Layer::Palette(_)
            | Layer::Themes(_)
            | Layer::Filter(_)
            | Layer::Config(_)
            | Layer::Review(_)
            | Layer::Versions(_)
            | Layer::Values(_) => true,
        }
    }

    /// What is being typed into, if anything.
    pub fn input(&mut self) -> Option<&mut Input> {
        match self {
            Layer::Launch(launch) => launch.input(),
            Layer::Call(form) => form.input(),
            Layer::Confirm(_) | Layer::Approval(_) | Layer::Reader(_) | Layer::Review(_) | Layer::Versions(_) => None,
            Layer::Palette(palette) => Some(&mut palette.picker.query),
            Layer::Themes(themes) => Some(&mut themes.picker.query),
            Layer::Filter(filter) => Some(&mut filter.input),
            Layer::Config(editor) => editor.input(),
            Layer::Values(values) => Some(&mut values.picker.query),
        }
    }
}
