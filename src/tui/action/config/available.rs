//! Whether an action of the editor makes sense right now.

use super::ConfigAction;
use crate::tui::config::row::Shape;
use crate::tui::config::{ConfigEditor, ReviewKind};
use crate::tui::layer::Layer;
use crate::tui::model::Model;

/// Whether `action` is worth a hint.
pub fn is_available(model: &Model, action: ConfigAction) -> bool {
    let editor = model.layers.iter().rev().find_map(|layer| match layer {
        Layer::Config(editor) => Some(&**editor),
        _ => None,
    });
    let Some(editor) = editor else { return action == ConfigAction::Configure && model.plugins.selected().is_some() };
    match action {
        ConfigAction::Configure => false,
        ConfigAction::SwitchView => editor.base.is_some(),
        ConfigAction::Save => match model.layers.last() {
            Some(Layer::Review(review)) => review.kind == ReviewKind::Save,
            _ => editor.is_changed(),
        },
        ConfigAction::Overwrite => {
            matches!(model.layers.last(), Some(Layer::Review(review)) if review.kind == ReviewKind::Conflict)
        }
        ConfigAction::Reload => editor.disk.is_some(),
        ConfigAction::Versions => editor.base.as_ref().is_some_and(|base| !base.view.versions.is_empty()),
        ConfigAction::External | ConfigAction::Format | ConfigAction::Redo => true,
        ConfigAction::Undo => editor.raw.is_some() || editor.can_undo(),
        ConfigAction::NextProblem | ConfigAction::PreviousProblem => {
            editor.problems().next().is_some() || editor.raw.as_ref().is_some_and(|raw| raw.fault().is_some())
        }
        ConfigAction::Reveal => model.screen.reveals && !editor.secrets.is_empty(),
        ConfigAction::NewLine => editor.typing.is_some(),
        ConfigAction::Add
        | ConfigAction::Remove
        | ConfigAction::ItemUp
        | ConfigAction::ItemDown
        | ConfigAction::Null => of_row(editor, action),
    }
}

fn of_row(editor: &ConfigEditor, action: ConfigAction) -> bool {
    let rows = editor.rows();
    let Some(row) = rows.get(editor.place(&rows)) else { return false };
    match action {
        ConfigAction::Add => matches!(row.shape, Shape::List(_)) || row.item.is_some(),
        ConfigAction::Null => row.nullable,
        ConfigAction::ItemUp | ConfigAction::ItemDown => row.item.is_some(),
        _ => row.value.is_some() || editor.secrets.typed(&row.pointer).is_some(),
    }
}

impl ConfigAction {
    /// Whether it would change something, and so is not for those who only look.
    pub fn is_change(self) -> bool {
        match self {
            ConfigAction::Save
            | ConfigAction::Overwrite
            | ConfigAction::External
            | ConfigAction::Format
            | ConfigAction::Add
            | ConfigAction::Remove
            | ConfigAction::ItemUp
            | ConfigAction::ItemDown
            | ConfigAction::Null
            | ConfigAction::NewLine
            | ConfigAction::Undo
            | ConfigAction::Redo => true,
            ConfigAction::Configure
            | ConfigAction::SwitchView
            | ConfigAction::Reload
            | ConfigAction::Versions
            | ConfigAction::Reveal
            | ConfigAction::NextProblem
            | ConfigAction::PreviousProblem => false,
        }
    }
}
