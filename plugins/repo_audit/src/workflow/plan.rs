//! What a complete audit says, as steps that a reviewer looks for.

/// In the words that the reports use.
pub const STEPS: [&str; 6] = [
    "Count files, lines and bytes by language",
    "Name oversized files and the largest files",
    "Count debt markers in comments",
    "Read manifests: requirements, unpinned, from git, without a lock file",
    "Check the README and the licence text",
    "Check relative links and source folders without documentation comments",
];
