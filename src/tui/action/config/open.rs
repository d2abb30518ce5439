//! Opening the editor, and what Enter does in it.

use super::{editor, form, save, versions};
use crate::event::PluginName;
use crate::orchestrator::api::Query;
use crate::tui::action::Context;
use crate::tui::action::change::refused;
use crate::tui::config::ConfigEditor;
use crate::tui::effect::Effect;
use crate::tui::layer::{Confirm, Consequence, Layer};
use crate::tui::model::Model;

pub(super) fn selected(model: &mut Model) -> Vec<Effect> {
    let Some(plugin) = model.plugins.selected().map(|plugin| plugin.name.clone()) else { return Vec::new() };
    configure(model, plugin)
}

/// Opens the config of `plugin`.
pub fn configure(model: &mut Model, plugin: PluginName) -> Vec<Effect> {
    model.layers.push(Layer::Config(Box::new(ConfigEditor::new(plugin.clone()))));
    vec![Effect::Ask(Query::Config { plugin })]
}

/// What Enter does.
pub fn open(model: &mut Model) -> Vec<Effect> {
    match model.context() {
        Context::Config => form::enter(model),
        Context::ConfigField => {
            let Some(editor) = editor(model) else { return Vec::new() };
            match &mut editor.typing {
                Some(typing) if typing.input.has_many_lines() => {
                    typing.input.newline();
                    let now = model.screen.now;
                    if let Some(editor) = super::editor(model) {
                        editor.typed(now);
                    }
                }
                _ => drop(editor.keep()),
            }
            Vec::new()
        }
        Context::ConfigRaw if model.screen.readonly => refused(model),
        Context::ConfigRaw => {
            let now = model.screen.now;
            if let Some(editor) = editor(model) {
                if let Some(raw) = &mut editor.raw {
                    raw.input.newline_indented();
                }
                editor.typed(now);
            }
            super::follow(model);
            Vec::new()
        }
        Context::ConfigReview => save::confirm(model),
        Context::ConfigVersions => versions::restore(model),
        Context::ConfigChoice => form::picked(model),
        _ => Vec::new(),
    }
}

/// Leaves the field, taking back what was typed; or the editor, after a question if something is not saved.
pub(in crate::tui::action) fn close(model: &mut Model) -> Vec<Effect> {
    let now = model.screen.now;
    let Some(editor) = editor(model) else { return Vec::new() };
    if editor.raw.is_none() && editor.typing.is_some() {
        editor.drop_typed(now);
        return Vec::new();
    }
    if editor.is_changed() {
        let question = format!("Close the config of {} without saving?", editor.plugin);
        let text = "What you changed is lost. No goes back to it, where Ctrl-S saves it.";
        model.layers.push(Layer::Confirm(Confirm::new(question, text, Consequence::DropConfig)));
        return Vec::new();
    }
    model.layers.pop();
    Vec::new()
}
