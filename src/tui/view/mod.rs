//! `view`: the model on the screen. Pure: the same model and theme always give the same cells.
//!
//! Only what is in sight is looked at, so that drawing costs the same however much there is.

mod api;
mod audit;
mod canvas;
mod config;
mod dialog;
mod filter;
mod footer;
mod handlers;
mod header;
mod matrix;
mod notice;
mod pane;
mod plugins;
mod run;
mod runs;
mod trace;

use ratatui::Frame;
use ratatui::layout::Rect;

use canvas::Canvas;

use super::layer::Layer;
use super::layout::{Layout, SMALLEST};
use super::model::Model;
use super::theme::{Role, Theme};

/// Draws everything.
pub fn view(model: &Model, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    // Themes that leave the background alone rely on this.
    buffer.set_style(area, theme.style(Role::Text));
    let mut canvas = Canvas { buffer, theme };
    // The terminal may have changed its size since the model was told.
    match Layout::of(model).filter(|_| area.as_size() == model.screen.size) {
        Some(layout) => draw(&mut canvas, model, &layout),
        None => too_small(&mut canvas, area),
    }
}

fn draw(canvas: &mut Canvas<'_>, model: &Model, layout: &Layout) {
    header::draw(canvas, model, layout.header);
    if let Some(tabs) = layout.tabs {
        header::tabs(canvas, model, tabs);
    }
    if let Some(panel) = layout.plugins {
        plugins::draw(canvas, model, panel);
    }
    if let Some(column) = &layout.run {
        run::draw(canvas, model, column);
    }
    if let Some(panel) = layout.trace {
        trace::draw(canvas, model, panel);
    }
    if let Some(panel) = layout.runs {
        runs::draw(canvas, model, panel);
    }
    if let Some(matrix) = &layout.matrix {
        matrix::draw(canvas, model, matrix);
    }
    if let Some(panel) = layout.handlers {
        handlers::draw(canvas, model, panel);
    }
    if let Some(panel) = layout.audit {
        audit::draw(canvas, model, panel);
    }
    if let Some(panel) = layout.api {
        api::draw(canvas, model, panel);
    }
    for layer in &model.layers {
        dialog::draw(canvas, model, layer);
    }
    footer::draw(canvas, model, layout.footer);
    // A question that waits for an answer has a row for it: nothing may cover what is read or answered.
    let has_row = matches!(model.layers.last(), Some(Layer::Approval(_)));
    if let Some(notice) = model.notice.as_ref().filter(|_| !has_row) {
        notice::draw(canvas, notice, layout.body);
    }
}

fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let (width, height) = SMALLEST;
    let text = format!("{}×{} is too small; {width}×{height} will do", area.width, area.height);
    canvas.text(Rect { height: 1.min(area.height), ..area }, &text, Role::Warn);
}
