//! Which process this is, for clients that come back: another one counts the host's events from 1 again.

use std::sync::LazyLock;

use crate::event::Timestamp;

/// The same for as long as the process lives, and no other's.
pub fn instance() -> &'static str {
    static INSTANCE: LazyLock<String> =
        LazyLock::new(|| format!("{:x}-{:x}", std::process::id(), Timestamp::now().as_micros()));
    &INSTANCE
}
