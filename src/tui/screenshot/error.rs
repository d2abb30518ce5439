//! Why there is no picture.

use crate::orchestrator::api::FacadeError;
use crate::tui::keymap::{KeymapError, NoSuchKey};
use crate::tui::theme::ThemeError;

#[derive(Debug, thiserror::Error)]
pub enum ScreenshotError {
    #[error(transparent)]
    Host(#[from] FacadeError),
    #[error(transparent)]
    Theme(#[from] ThemeError),
    #[error(transparent)]
    Keymap(#[from] KeymapError),
    #[error(transparent)]
    Key(#[from] NoSuchKey),
    #[error("the host answered something that was not asked; is it of another version?")]
    UnexpectedAnswer,
    #[error("these keys would change something, and a picture changes nothing: leave out what starts, stops or allows")]
    Command,
    #[error("these keys leave the workbench, which leaves nothing to draw: leave out the last of them")]
    Left,
}
