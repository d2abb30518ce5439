//! What can be done in the editor of a plugin's config.

mod available;
mod form;
mod item;
mod motion;
mod mouse;
mod open;
mod save;
mod text;
mod versions;

pub use available::is_available;
pub(super) use motion::field;
pub use motion::perform as motion;
pub use mouse::click;
pub(super) use open::close;
pub use open::{configure, open};
pub use save::{WHO, overwritable};
pub(super) use text::find_again;
pub use text::{edited, find};
pub use versions::fetch as fetch_version;

use crate::tui::config::{ConfigEditor, Parts};
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::model::Model;

/// What a key can mean in the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConfigAction {
    /// Opens the editor of the selected plugin.
    Configure,
    /// Between the form and the text.
    SwitchView,
    Save,
    /// Saves over what somebody else wrote.
    Overwrite,
    /// Takes what the file says.
    Reload,
    Versions,
    /// Opens the text in the editor that the person chose for everything.
    External,
    /// Puts the text into the usual form.
    Format,
    Add,
    Remove,
    ItemUp,
    ItemDown,
    Null,
    Reveal,
    NewLine,
    Undo,
    Redo,
    NextProblem,
    PreviousProblem,
}

/// Does it.
pub fn perform(model: &mut Model, action: ConfigAction) -> Vec<Effect> {
    match action {
        ConfigAction::Configure => open::selected(model),
        ConfigAction::SwitchView => text::switch(model),
        ConfigAction::Save => save::save(model),
        ConfigAction::Overwrite => save::overwrite(model),
        ConfigAction::Reload => save::reload(model),
        ConfigAction::Versions => versions::open(model),
        ConfigAction::External => text::external(model),
        ConfigAction::Format => text::format(model),
        ConfigAction::Add => item::add(model),
        ConfigAction::Remove => item::remove(model),
        ConfigAction::ItemUp => item::shift(model, false),
        ConfigAction::ItemDown => item::shift(model, true),
        ConfigAction::Null => form::null(model),
        ConfigAction::Reveal => form::reveal(model),
        ConfigAction::NewLine => form::new_line(model),
        ConfigAction::Undo => text::undo(model, true),
        ConfigAction::Redo => text::undo(model, false),
        ConfigAction::NextProblem => form::seek(model, true),
        ConfigAction::PreviousProblem => form::seek(model, false),
    }
}

/// The editor that is open, if one is.
pub(super) fn editor(model: &mut Model) -> Option<&mut ConfigEditor> {
    model.layers.iter_mut().rev().find_map(|layer| match layer {
        Layer::Config(editor) => Some(&mut **editor),
        _ => None,
    })
}

/// How many rows of it are in sight.
pub fn page(model: &Model) -> u16 {
    let area = model.screen.area();
    let of = |layer: &Layer| match layer {
        Layer::Config(editor) => Some(Parts::of(editor, layout::dialog(layer, area)).list.height),
        _ => None,
    };
    model.layers.iter().rev().find_map(of).unwrap_or(1)
}

/// Keeps the cursor of the text in sight.
pub fn follow(model: &mut Model) {
    let height = usize::from(page(model));
    if let Some(raw) = editor(model).and_then(|editor| editor.raw.as_mut()) {
        raw.follow(height);
    }
}
