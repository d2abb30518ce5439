//! The editor of a plugin's config.

mod field;
mod form;
mod help;
mod review;
mod text;
mod versions;

pub(super) use review::draw as review;
pub(super) use versions::draw as versions;

use ratatui::layout::Rect;

use super::canvas::{Canvas, plain};
use super::dialog::editor as input;
use crate::tui::config::{ConfigEditor, Parts};
use crate::tui::layer::{FilterTarget, Layer};
use crate::tui::model::{Model, RichLine};
use crate::tui::theme::Role;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, editor: &ConfigEditor, area: Rect) {
    let title = RichLine(vec![
        (Role::Title, format!("Config of {}", editor.plugin)),
        (Role::TextMuted, if editor.raw.is_some() { " as text" } else { "" }.to_owned()),
    ]);
    canvas.frame(area, &title, &state(model, editor), true);
    let border = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
    let parts = Parts::of(editor, area);
    let Some(base) = &editor.base else {
        canvas.text(Rect { height: 1.min(parts.list.height), ..parts.list }, "asking for the config…", Role::TextMuted);
        return;
    };
    let file = base.view.file.display().to_string();
    let is_new = if base.view.revision.is_none() { "  not there yet" } else { "" };
    let finds = |layer: &Layer| matches!(layer, Layer::Filter(filter) if filter.target == FilterTarget::Config);
    if !model.layers.iter().any(finds) {
        let file = plain(Role::TextMuted, format!("{}{is_new}", short_file(model, &file)));
        canvas.titles(border, &file, &RichLine::default());
    }
    super::filter::draw(canvas, model, area, FilterTarget::Config, "");
    if editor.disk.is_some() {
        let text = " ! the file was changed by somebody else meanwhile; saving shows the difference";
        canvas.text(parts.banner, text, Role::Warn);
    }
    if editor.raw.is_some() {
        text::draw(canvas, editor, parts.list);
    } else {
        form::draw(canvas, editor, parts.list);
        help::draw(canvas, editor, parts, area);
    }
}

/// What is not saved and what is wrong, for the border.
fn state(model: &Model, editor: &ConfigEditor) -> RichLine {
    let mut pieces = Vec::new();
    let mut piece = |role, text: String| {
        if !pieces.is_empty() {
            pieces.push((Role::TextMuted, " · ".to_owned()));
        }
        pieces.push((role, text));
    };
    if model.screen.readonly {
        piece(Role::TextMuted, "read-only".to_owned());
    }
    if editor.is_changed() {
        piece(Role::Warn, "● not saved".to_owned());
    }
    let is_json = editor.raw.as_ref().is_none_or(|raw| raw.fault().is_none());
    match (is_json, editor.problems().count()) {
        (false, _) => piece(Role::Error, "✗ no JSON".to_owned()),
        (true, 0) => piece(Role::Ok, "✓ valid".to_owned()),
        (true, 1) => piece(Role::Error, "✗ 1 problem".to_owned()),
        (true, many) => piece(Role::Error, format!("✗ {many} problems")),
    }
    RichLine(pieces)
}

/// Within the project, from there.
fn short_file(model: &Model, file: &str) -> String {
    let dir = model.project.as_ref().map(|project| format!("{}/", project.dir.display()));
    dir.and_then(|dir| file.strip_prefix(&dir).map(str::to_owned)).unwrap_or_else(|| file.to_owned())
}
