//! What Enter does.

use super::{Action, Context, Reply, api, choice, choose, global, open_run, perform, run};
use crate::orchestrator::api::Query;
use crate::tui::effect::Effect;
use crate::tui::layer::{Field, Layer, Reader, Subject};
use crate::tui::model::{Model, bodies_of};

pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    match model.context() {
        Context::Plugins => plugin(model),
        Context::Permissions => permissions(model),
        Context::Handlers | Context::Audit => Vec::new(),
        Context::Api => api::begin(model),
        Context::Call => api::enter(model),
        // What Enter means is no.
        Context::Approval => perform(model, Action::Reply(Reply::Deny)),
        Context::Trace => difference(model),
        Context::Runs => model.runs.selected().map(|run| run.id).map_or_else(Vec::new, |run| open_run(model, run)),
        Context::Picker => picked(model),
        Context::Launch => in_launch(model),
        Context::Confirm => {
            let yes = matches!(model.layers.last(), Some(Layer::Confirm(confirm)) if confirm.yes_is_marked);
            choice::answer(model, yes)
        }
        Context::Filter => {
            model.layers.pop();
            Vec::new()
        }
        Context::Run => perform(model, Action::Zoom),
        Context::Config
        | Context::ConfigField
        | Context::ConfigRaw
        | Context::ConfigReview
        | Context::ConfigVersions
        | Context::ConfigChoice => super::config::open(model),
        Context::Reader | Context::Global => Vec::new(),
    }
}

fn plugin(model: &mut Model) -> Vec<Effect> {
    let Some(plugin) = model.plugins.selected() else { return global::launch(model) };
    let name = plugin.name.clone();
    model.layers.push(Layer::Reader(Reader::new(Subject::Plugin(name.clone()))));
    vec![Effect::Ask(Query::Plugin { plugin: name })]
}

/// Everything about what the selected plugin may do.
fn permissions(model: &mut Model) -> Vec<Effect> {
    let Some(plugin) = model.plugins.selected().map(|plugin| plugin.name.clone()) else { return Vec::new() };
    model.layers.push(Layer::Reader(Reader::new(Subject::Permissions(plugin.clone()))));
    vec![Effect::Ask(Query::Plugin { plugin })]
}

fn difference(model: &mut Model) -> Vec<Effect> {
    let Some(tab) = model.tab() else { return Vec::new() };
    let Some(entry) = tab.trace.selected(&tab.view).filter(|entry| bodies_of(entry).is_some()) else {
        return Vec::new();
    };
    let subject = Subject::Difference(tab.view.id, entry.seq);
    model.layers.push(Layer::Reader(Reader::new(subject)));
    Vec::new()
}

fn picked(model: &mut Model) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Palette(palette)) => {
            palette.picker.chosen().cloned().map_or_else(Vec::new, |choice| choose(model, choice))
        }
        // It is in use already: that was the preview.
        Some(Layer::Themes(themes)) => {
            if let Some(name) = themes.picker.chosen() {
                model.themes.current.clone_from(name);
                return vec![Effect::UseTheme(name.clone())];
            }
            model.themes.current.clone_from(&themes.original);
            vec![Effect::UseTheme(themes.original)]
        }
        _ => Vec::new(),
    }
}

fn in_launch(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Launch(launch)) = model.layers.last_mut() else { return Vec::new() };
    match launch.field {
        Field::Start => return run::start(model),
        Field::Workflow => launch.step(1),
        Field::Requirements | Field::Config(_) => {
            if launch.has_many_lines() {
                if let Some(input) = launch.input() {
                    input.newline();
                }
            } else {
                launch.step(1);
            }
        }
    }
    Vec::new()
}

/// The next field of the dialog, or the one before.
pub(super) fn field(model: &mut Model, by: isize) -> Vec<Effect> {
    match model.layers.last_mut() {
        Some(Layer::Launch(launch)) => launch.step(by),
        Some(Layer::Call(form)) => form.step(by),
        Some(Layer::Config(_)) => super::config::field(model, by),
        _ => {}
    }
    Vec::new()
}
