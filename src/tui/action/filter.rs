//! Filters of lists and the search in a pane.

use super::{Context, config, pane};
use crate::tui::effect::Effect;
use crate::tui::layer::{Filter, FilterTarget, Layer};
use crate::tui::model::{Input, Model};
use crate::tui::pane::Search;

/// Begins to type.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    let (target, text) = match model.context() {
        Context::Plugins | Context::Permissions => (FilterTarget::Plugins, model.plugins.filter()),
        Context::Handlers => (FilterTarget::Handlers, model.handlers.filter()),
        Context::Audit => (FilterTarget::Audit, model.audit.filter()),
        Context::Api => (FilterTarget::Routes, model.routes.filter()),
        Context::Runs => (FilterTarget::Runs, model.runs.filter()),
        Context::Trace => match model.tab() {
            Some(tab) => (FilterTarget::Trace, tab.trace.filter()),
            None => return Vec::new(),
        },
        Context::Run => match model.tab().and_then(|tab| tab.pane()) {
            Some(pane) => (FilterTarget::Pane, pane.search.as_ref().map_or("", Search::query)),
            None => return Vec::new(),
        },
        Context::Config | Context::ConfigRaw => (FilterTarget::Config, ""),
        _ => return Vec::new(),
    };
    let input = Input::line(text);
    model.layers.push(Layer::Filter(Filter { target, input }));
    Vec::new()
}

/// Lets `text` take effect.
pub fn apply(model: &mut Model, target: FilterTarget, text: String) {
    match target {
        FilterTarget::Plugins => model.plugins.set_filter(text),
        FilterTarget::Runs => model.runs.set_filter(text),
        FilterTarget::Handlers => model.handlers.set_filter(text),
        FilterTarget::Audit => model.audit.set_filter(text),
        FilterTarget::Routes => model.routes.set_filter(text),
        FilterTarget::Trace => {
            if let Some(tab) = model.open.current_mut() {
                tab.trace.set_filter(text);
                tab.trace.follow();
            }
        }
        FilterTarget::Config => config::find(model, &text, true, true),
        FilterTarget::Pane => {
            let Some((pane, size)) = pane::focused(model) else { return };
            if text.is_empty() {
                pane.search = None;
                return;
            }
            let mut search = Search::new(&text, &pane.text);
            if let Some(found) = search.forward() {
                pane.scroll.show(&pane.text, size, found.line, found.start);
            }
            pane.search = Some(search);
        }
    }
}
