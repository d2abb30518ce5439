//! What reaches the editor of a plugin's config: answers, what became of a save, and time.

use serde_json::Value;

use crate::event::{PluginName, Timestamp};
use crate::orchestrator::api::{Answer, Command, ConfigView, Done, FacadeError, Query};
use crate::tui::action::config;
use crate::tui::config::ConfigEditor;
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::model::{Model, Notice};

/// The editor of `plugin`, if it is open.
fn editor<'m>(model: &'m mut Model, plugin: &PluginName) -> Option<&'m mut ConfigEditor> {
    model.layers.iter_mut().rev().find_map(|layer| match layer {
        Layer::Config(editor) if editor.plugin == *plugin => Some(&mut **editor),
        _ => None,
    })
}

/// An answer to one of its questions. Gives back what is not for it.
pub(super) fn answered(
    model: &mut Model,
    query: &Query,
    answer: Result<Answer, FacadeError>,
) -> Result<(), Result<Answer, FacadeError>> {
    match (query, answer) {
        (Query::Config { plugin }, Ok(Answer::Config(view))) => {
            let plugin = plugin.clone();
            arrived(model, &plugin, *view);
        }
        (Query::Config { plugin }, Err(error)) => {
            let is_new = editor(model, plugin).is_some_and(|editor| editor.base.is_none());
            if is_new {
                model.layers.retain(|layer| !matches!(layer, Layer::Config(_)));
            }
            model.notice = Some(Notice::from(error));
        }
        (Query::CheckConfig { plugin, document }, answer) => {
            let Some(editor) = editor(model, plugin) else { return Ok(()) };
            // What was typed since has a check of its own.
            if editor.text() != *document {
                return Ok(());
            }
            match answer {
                Ok(Answer::ConfigProblems(problems)) => editor.check.arrived(problems),
                Ok(_) => {}
                Err(error) => model.notice = Some(Notice::from(error)),
            }
        }
        (Query::ConfigVersion { id, .. }, answer) => {
            let Some(Layer::Versions(versions)) = model.layers.last_mut() else { return Ok(()) };
            match answer {
                Ok(Answer::ConfigDocument(text)) => versions.arrived(id, Ok(&text)),
                Ok(_) => {}
                Err(error) => versions.arrived(id, Err(error.to_string())),
            }
        }
        (_, answer) => return Err(answer),
    }
    Ok(())
}

fn arrived(model: &mut Model, plugin: &PluginName, view: ConfigView) {
    let Some(editor) = editor(model, plugin) else { return };
    editor.arrived(view);
    if editor.disk.is_some() {
        config::overwritable(model);
    }
}

/// What became of a save or a restoring. Gives back what is something else.
pub(super) fn done(
    model: &mut Model,
    command: &Command,
    result: Result<Done, FacadeError>,
) -> Result<Vec<Effect>, Result<Done, FacadeError>> {
    let (plugin, saved) = match command {
        Command::SaveConfig(save) => (&save.plugin, Some(&save.document)),
        Command::RestoreConfig { plugin, .. } => (plugin, None),
        _ => return Err(result),
    };
    let now = model.screen.now;
    let mut effects = Vec::new();
    match result {
        Ok(done) => {
            let text = match done {
                Done::Ok { message } | Done::Shared { message, .. } if !message.is_empty() => message,
                Done::Ok { .. } | Done::Shared { .. } | Done::RunStarted { .. } | Done::Answered(_) => {
                    format!("the config of {plugin} is saved")
                }
            };
            model.notice = Some(Notice::good(text, now));
            model.layers.retain(|layer| !matches!(layer, Layer::Review(_) | Layer::Versions(_)));
            if let Some(editor) = editor(model, plugin) {
                editor.written(saved.map(String::as_str));
                effects.push(Effect::Ask(Query::Config { plugin: plugin.clone() }));
            }
            model.plugins.stale = true;
        }
        Err(error) => {
            // What was said of the file meanwhile was not heard.
            if let Some(editor) = editor(model, plugin) {
                editor.saving = false;
                effects.push(Effect::Ask(Query::Config { plugin: plugin.clone() }));
            }
            let review = model.layers.iter_mut().find_map(|layer| match layer {
                Layer::Review(review) => Some(review),
                _ => None,
            });
            match review {
                Some(review) => {
                    review.saving = false;
                    review.problem = Some(error.to_string());
                }
                None => model.notice = Some(Notice::from(error)),
            }
        }
    }
    effects.extend(super::answer::refresh_plugins(model));
    Ok(effects)
}

/// Says who else changed the config of `plugin`, and looks at the file again if it is open.
pub(super) fn changed(model: &mut Model, plugin: &PluginName, who: &str, what: &Value) -> Option<Effect> {
    let now = model.screen.now;
    if who != config::WHO {
        let changes = crate::tui::text::config_changes(what);
        model.notice = Some(Notice::note(format!("{who} changed the config of {plugin}: {changes}"), now));
    }
    editor(model, plugin)?;
    Some(Effect::Ask(Query::Config { plugin: plugin.clone() }))
}

/// Asks for a check once typing has paused.
pub(super) fn tick(model: &mut Model, now: Timestamp) -> Option<Effect> {
    model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Config(editor) => editor
            .check
            .is_due(now)
            .then(|| Effect::Ask(Query::CheckConfig { plugin: editor.plugin.clone(), document: editor.text() })),
        _ => None,
    })
}

/// What the person's own editor left.
pub(super) fn edited(model: &mut Model, text: Result<String, String>) -> Vec<Effect> {
    match text {
        Ok(text) => config::edited(model, &text),
        Err(problem) => model.notice = Some(Notice::bad(problem)),
    }
    vec![Effect::Draw]
}
