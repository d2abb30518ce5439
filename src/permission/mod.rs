//! What plugins may do: what they ask for, what was granted, and the one place that decides.
//!
//! It must not know what is done with a permit, nor where a plugin's code runs.

mod request;

pub use request::{Request, read_request};
