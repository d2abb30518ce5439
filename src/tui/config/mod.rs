//! The editor of a plugin's config: one document, as a form and as text.
//!
//! [`ConfigEditor`] is what is edited, plain data with its rules; [`row`] makes the form's rows of a schema's fields
//! and the document; [`lines`] says which of them are where. `action` changes it, `view` draws it. It must not know
//! how a config is stored, checked or applied: that is behind the facade.

mod cells;
mod check;
pub mod document;
mod editor;
mod folds;
mod general;
mod layout;
pub mod lines;
mod raw;
mod review;
pub mod row;
mod secrets;
mod span;
#[cfg(test)]
mod tests;
pub mod value;
mod versions;

pub use crate::orchestrator::api::pointer;
pub use cells::{cells, cells_before, column_at, gutter, left_edge};
pub use editor::{Base, ConfigEditor, Typing};
pub use lines::Parts;
pub use raw::{Raw, matches};
pub use review::{Review, ReviewKind};
pub use secrets::{DOTS, is_variable};
pub use versions::{Versions, VersionsParts};
