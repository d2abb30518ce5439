//! Dialogs: what stands above the screen and gets the keys first.
//!
//! Each is plain data with its own small rules; actions change it, `view` draws it.

mod confirm;
mod filter;
mod form;
mod launch;
mod palette;
mod reader;
mod remembered;
mod theme_picker;

pub use confirm::{Confirm, Consequence};
pub use filter::{Filter, FilterTarget};
pub use form::{ConfigForm, Property};
pub use launch::{Field, Launch};
pub use palette::{Choice, Palette};
pub use reader::{Reader, Subject};
pub use remembered::{Remembered, Typed};
pub use theme_picker::ThemePicker;

use super::action::Context;
use super::model::Input;

#[derive(Debug)]
pub enum Layer {
    Launch(Box<Launch>),
    Confirm(Confirm),
    Reader(Reader),
    Palette(Palette),
    Themes(ThemePicker),
    Filter(Filter),
}

impl Layer {
    pub fn context(&self) -> Context {
        match self {
            Layer::Launch(_) => Context::Launch,
            Layer::Confirm(_) => Context::Confirm,
            Layer::Reader(_) => Context::Reader,
            Layer::Palette(_) | Layer::Themes(_) => Context::Picker,
            Layer::Filter(_) => Context::Filter,
        }
    }

    /// What is being typed into, if anything.
    pub fn input(&mut self) -> Option<&mut Input> {
        match self {
            Layer::Launch(launch) => launch.input(),
            Layer::Confirm(_) | Layer::Reader(_) => None,
            Layer::Palette(palette) => Some(&mut palette.picker.query),
            Layer::Themes(themes) => Some(&mut themes.picker.query),
            Layer::Filter(filter) => Some(&mut filter.input),
        }
    }
}
