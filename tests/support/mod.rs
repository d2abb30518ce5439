//! What the end-to-end tests share: a project of their own, the real program, a real terminal.

#![allow(dead_code, unused_imports, clippy::unwrap_used, reason = "each test program uses its own part of it")]

mod live;
mod process;
mod program;
mod project;
mod screen;
mod skip;

pub use live::Live;
pub use process::Watched;
pub use program::{Finished, of_type, output_of};
pub use project::Project;
pub use screen::{CTRL_S, ENTER, ESC, Screen, TAB};
pub use skip::skip;

use std::time::Duration;

/// How long a test waits for what must happen before it calls it missing. Nothing is asserted about time itself.
pub const PATIENCE: Duration = Duration::from_secs(60);
