//! For tests that need a real Python.

#[path = "../../../tests/support/skip.rs"]
mod skip;

use std::path::Path;

pub use skip::skip;

use super::{Interpreter, find};

/// The machine's Python. Without one, the test that asked is skipped: return right after it.
pub async fn python(dir: &Path) -> Option<Interpreter> {
    match find(None, None, &dir.join("interpreters")).await {
        Ok(python) => Some(python),
        Err(none) => {
            skip(&none.to_string());
            None
        }
    }
}
