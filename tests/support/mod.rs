//! What the end-to-end tests share: a project of their own, the real program, a real terminal.

#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses its own part of it")]

mod program;
mod project;
mod screen;

pub use program::{Finished, of_type};
pub use project::Project;
pub use screen::Screen;

use std::time::Duration;

/// How long a test waits for what must happen before it calls it missing. Nothing is asserted about time itself.
pub const PATIENCE: Duration = Duration::from_secs(60);
