//! Which text a reader shows, and how far it scrolls.

use super::{help, permission, plugin, route, trace};
use crate::tui::layer::{Layer, Subject};
use crate::tui::layout;
use crate::tui::model::{Model, Rich, RichLine};
use crate::tui::theme::Role;

/// The title and the text.
pub fn reader(model: &Model, subject: &Subject) -> (String, Rich) {
    match subject {
        Subject::Help(context) => ("Help".to_owned(), help::whole(model, *context)),
        Subject::Plugin(name) => {
            let detail = model.plugins.detail.as_ref().filter(|detail| detail.summary.name == *name);
            let text = match model.plugins.all().iter().find(|plugin| plugin.name == *name) {
                Some(summary) => plugin::whole(summary, detail, model),
                None => gone("The plugin is not there any more."),
            };
            (format!("Plugin {name}"), text)
        }
        Subject::Permissions(name) => {
            let detail = model.plugins.detail.as_ref().filter(|detail| detail.summary.name == *name);
            let mut text = Rich::default();
            match detail {
                Some(detail) => permission::whole(&mut text, detail),
                None => text.push(Role::TextMuted, "asking for the details…"),
            }
            (format!("Permissions of {name}"), text)
        }
        Subject::Difference(run, seq) => {
            let entry = model.open.find(*run).and_then(|tab| tab.view.trace.entries().find(|e| e.seq == *seq));
            let text = entry.map_or_else(|| gone("The entry is in the history alone."), |e| trace::entry(model, e));
            (format!("Difference, run #{run}"), text)
        }
        Subject::RouteAnswer => match &model.routes.tried {
            Some(tried) => (format!("{} {}", tried.call.method, tried.call.path), route::answer(tried)),
            None => ("Answer".to_owned(), gone("Nothing was tried yet.")),
        },
    }
}

fn gone(why: &str) -> Rich {
    Rich(vec![RichLine(vec![(Role::TextMuted, why.to_owned())])])
}

/// The last line that can stand on top, and how many lines are in sight.
pub fn reader_extent(model: &Model) -> (usize, u16) {
    let Some(layer @ Layer::Reader(reader_layer)) = model.layers.last() else { return (0, 1) };
    let area = layout::text_area(layout::dialog(layer, model.screen.area()));
    let lines = reader(model, &reader_layer.subject).1.wrapped(usize::from(area.width)).len();
    (lines.saturating_sub(usize::from(area.height)), area.height)
}
