//! What a complete audit says, as steps that a reviewer looks for.

/// In the words that the reports use.
pub const STEPS: [&str; 6] = [
    "Files, lines and bytes by language",
    "Oversized files",
    "Debt markers in comments",
    "Requirements in manifests: unpinned, from git, without a lock file",
    "README and licence text",
    "Relative links, and source folders without documentation comments",
];
