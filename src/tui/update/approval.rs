//! Keeps the text of an open approval true. What was not there before must be read before keys count again.

use crate::tui::layer::Layer;
use crate::tui::model::Model;
use crate::tui::text;

pub(super) fn refresh(model: &mut Model) {
    let Some(Layer::Approval(approval)) = model.layers.last() else { return };
    let text = text::approval_text(model, &approval.waiting);
    let now = model.screen.now;
    if let Some(Layer::Approval(approval)) = model.layers.last_mut() {
        approval.show(text, now);
    }
}
