//! The facade: everything that the three faces (command line, workbench, HTTP) can do or know.
//!
//! [`api`] is what crosses: commands, queries and answers, all of them serialisable, so that a face works as well
//! before a remote host as before its own. [`api::Facade`] is the trait; the local host implements it, and
//! [`ReadOnly`] is one for those who only look. By [`control`], processes that have the same project open reach each
//! other.
//!
//! A face imports nothing but this room and the event types.

pub mod api;
pub mod control;
mod host;
mod read_only;

pub use host::{HostOptions, LocalHost, OpenError};
pub use read_only::{READ_ONLY, ReadOnly};

pub use crate::config::atomic::{Access, write as write_file};
pub use crate::config::closest::closest;
pub use crate::config::duration::parse as parse_duration;
pub use crate::config::json::{Document, pointer};
pub use crate::config::plugin::secrets::is_reference;
pub use crate::config::schema::typed::read as read_typed;
