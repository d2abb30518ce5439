//! Where files live and how those that people write are read.
//!
//! [`Places`] answers where everything of a project is; [`settings`], its part [`sandbox`] and [`plugin_config`] load what people set;
//! [`document`] reads YAML so that everything that is wrong in it can be shown with its lines; [`atomic`] writes
//! files so that a reader never sees half of one; [`stamp`] tells whether a file was written; [`duration`] reads
//! lengths of time; [`closest`] finds the name that somebody meant.
//!
//! It must not know plugins' code, grants, or who asks.

pub mod atomic;
mod by_plugin;
pub mod closest;
pub mod document;
pub mod duration;
pub mod hooks;
pub mod json;
mod places;
pub mod plugin;
pub mod sandbox;
pub mod schema;
pub mod server;
pub mod settings;
mod settings_list;
mod settings_schema;
pub mod stamp;

pub use places::{Bases, Places, PlacesError};
