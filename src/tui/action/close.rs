//! Leaving: a dialog, a tab, a filter, a zoom.

use super::{Context, filter};
use crate::event::StreamId;
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::model::Model;

pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    if model.context() == Context::Run {
        let closed = model.open.close();
        return closed.map(|run| Effect::Unfollow(StreamId::Run(run))).into_iter().collect();
    }
    if matches!(model.layers.last(), Some(Layer::Config(_))) {
        return super::config::close(model);
    }
    match model.layers.pop() {
        Some(Layer::Themes(themes)) => {
            model.themes.current.clone_from(&themes.original);
            vec![Effect::UseTheme(themes.original)]
        }
        Some(Layer::Launch(launch)) => {
            launch.remember(&mut model.remembered);
            Vec::new()
        }
        Some(Layer::Filter(closed)) => {
            filter::apply(model, closed.target, String::new());
            Vec::new()
        }
        Some(
            Layer::Confirm(_)
            | Layer::Approval(_)
            | Layer::Reader(_)
            | Layer::Palette(_)
            | Layer::Config(_)
            | Layer::Review(_)
            | Layer::Versions(_)
            | Layer::Call(_)
            | Layer::Values(_),
        )
        | None => Vec::new(),
    }
}

/// Takes back what narrows the view: the search first, then the zoom.
pub(super) fn clear(model: &mut Model) -> Vec<Effect> {
    match model.context() {
        Context::Plugins | Context::Permissions => model.plugins.set_filter(String::new()),
        Context::Handlers => model.handlers.set_filter(String::new()),
        Context::Audit => model.audit.set_filter(String::new()),
        Context::Api => model.routes.set_filter(String::new()),
        Context::Runs => model.runs.set_filter(String::new()),
        Context::Trace => {
            if let Some(tab) = model.open.current_mut() {
                tab.trace.set_filter(String::new());
            }
        }
        Context::Run => {
            if let Some(tab) = model.open.current_mut() {
                let had_search = tab.pane_mut().and_then(|pane| pane.search.take()).is_some();
                tab.zoomed &= had_search;
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Draws with the theme that is selected in the picker.
pub fn preview(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Themes(themes)) = model.layers.last() else { return Vec::new() };
    let name = themes.picker.chosen().unwrap_or(&themes.original).clone();
    if name == model.themes.current {
        return Vec::new();
    }
    model.themes.current.clone_from(&name);
    vec![Effect::UseTheme(name)]
}
