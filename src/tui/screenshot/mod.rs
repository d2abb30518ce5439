//! A picture of a stored run: what the workbench shows of it, as SVG.
//!
//! [`stage`] brings the real model there, [`svg`] writes the cells that the real view draws. Nothing here reads a
//! clock, and nothing changes the host: the same run, size, theme and keys give the same bytes.

mod error;
mod palette;
mod shape;
mod stage;
mod svg;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;

pub use error::ScreenshotError;

use super::keymap::{Chord, Keymap};
use super::model::Model;
use super::theme::{Role, Theme, ThemeSources};
use super::view::view;
use crate::event::RunId;
use crate::orchestrator::api::Facade;
use palette::Paper;
use stage::Stage;

/// What a picture shows.
#[derive(Debug)]
pub struct Scene {
    pub run: RunId,
    /// In cells.
    pub size: Size,
    /// The theme's name.
    pub theme: String,
    pub themes: ThemeSources,
    /// A person's own keymap; it need not exist.
    pub keymap: Option<PathBuf>,
    /// What is pressed before the picture is taken, as the keymap writes keys.
    pub keys: Vec<String>,
}

/// Draws the run's end, or where it has come to, as an SVG document.
pub async fn take(facade: &dyn Facade, scene: Scene) -> Result<String, ScreenshotError> {
    let keys = scene.keys.iter().map(|key| key.parse::<Chord>()).collect::<Result<Vec<_>, _>>()?;
    let keymap = Keymap::load(scene.keymap.as_deref())?;
    let theme = Theme::load(&scene.theme, &scene.themes)?;
    let title = format!("Run #{} in the workbench of orchestrator", scene.run);
    let mut stage = Stage::new(facade, scene.size, theme, scene.themes, keymap);
    stage.open(scene.run).await?;
    for key in keys {
        stage.press(key).await?;
    }
    let cells = draw(stage.model(), stage.theme());
    Ok(svg::write(&cells, Paper::new(stage.theme().style(Role::Text)), &title))
}

fn draw(model: &Model, theme: &Theme) -> Buffer {
    let size = model.screen.size;
    let Ok(mut terminal) = Terminal::new(TestBackend::new(size.width, size.height));
    let Ok(frame) = terminal.draw(|frame| view(model, theme, frame));
    frame.buffer.clone()
}
