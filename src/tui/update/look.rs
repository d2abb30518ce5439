//! Fetches what somebody looks at: the bodies behind the selected trace entry, the details of the selected plugin.

use crate::orchestrator::api::Query;
use crate::tui::effect::Effect;
use crate::tui::layer::{Layer, Subject};
use crate::tui::layout::Layout;
use crate::tui::model::{Model, View, bodies_of};

pub(super) fn fetch(model: &mut Model) -> Vec<Effect> {
    let mut effects = payloads(model);
    effects.extend(policy(model));
    effects
}

/// The details of the plugin that is selected in the matrix: its update policy is among them.
fn policy(model: &mut Model) -> Option<Effect> {
    if model.screen.view != View::Permissions {
        return None;
    }
    let plugin = model.plugins.selected()?.name.clone();
    let is_known = model.plugins.detail.as_ref().is_some_and(|detail| detail.summary.name == plugin);
    if is_known || model.plugins.detail_asked.as_ref() == Some(&plugin) {
        return None;
    }
    model.plugins.detail_asked = Some(plugin.clone());
    Some(Effect::Ask(Query::Plugin { plugin }))
}

fn payloads(model: &mut Model) -> Vec<Effect> {
    let reads_it = matches!(
        model.layers.last(),
        Some(Layer::Reader(reader)) if matches!(reader.subject, Subject::Difference(..))
    );
    if !reads_it && !shows_trace(model) {
        return Vec::new();
    }
    let Some(tab) = model.open.current() else { return Vec::new() };
    let Some((before, after)) = tab.trace.selected(&tab.view).and_then(bodies_of) else { return Vec::new() };
    let effects = [before, after]
        .into_iter()
        .filter(|body| model.differences.ask(body))
        .map(|body| Effect::Ask(Query::Body { body: body.clone() }))
        .collect();
    model.differences.compare(&before.hash, &after.hash);
    effects
}

fn shows_trace(model: &Model) -> bool {
    model.tab().is_some_and(|tab| !tab.view.trace.is_empty())
        && Layout::of(model).and_then(|layout| layout.trace).is_some_and(|trace| trace.detail.is_some())
}
