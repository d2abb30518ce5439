//! The audit log: what the operator decided, and what plugins were denied; one JSON document a line.
//!
//! Lines are only ever added. A file that has grown long is put aside under a number and its day, and stays.

mod entry;
mod files;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use entry::{AuditAct, AuditEntry};
pub(super) use read::newest;
pub(super) use write::append;
