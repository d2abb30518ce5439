//! What a file's language is, and where its comments are.
//!
//! - `table`: the languages that are known, by extension or file name.
//! - `syntax`: how each family writes comments and strings.
//! - `comments`: finds the comments of a text by that.

mod comments;
mod syntax;
mod table;

pub use comments::{LineCounts, comment_spans, count_lines, line_starts};
pub use syntax::{DocStyle, Syntax};
pub use table::{Kind, Language, language_of};
