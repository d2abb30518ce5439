//! YAML that people write, read so that everything wrong in it can be shown with its lines.
//!
//! [`Source`] is the text and where it came from; [`Source::parse`] makes a tree in which every value knows its
//! [`Spot`]; a [`Reader`] takes typed values out of the tree and collects every [`Problem`] on the way.

mod node;
mod problem;
mod reader;
mod source;
#[cfg(test)]
mod tests;

pub use node::{Key, Node, Value};
pub use problem::{Problem, Problems};
pub use reader::{Fields, Reader};
pub use source::{MAX_BYTES, Source, Spot};
