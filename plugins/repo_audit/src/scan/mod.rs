//! Walking a tree and reading its files, within limits.
//!
//! Honours `.gitignore`, follows no symbolic link, opens nothing but regular files, and says what it passed over.
//! Knows nothing of what is looked for.

mod content;
mod walk;

pub use content::Content;
pub use walk::{FoundFile, Walked, walk};

#[cfg(test)]
mod tests;
