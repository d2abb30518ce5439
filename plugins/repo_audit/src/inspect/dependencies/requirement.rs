//! What a dependency asks for.

/// One dependency of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    pub name: String,
    pub requirement: Requirement,
    /// Counted from 1.
    pub line: usize,
}

impl Dependency {
    pub fn new(name: impl Into<String>, requirement: Requirement, line: usize) -> Self {
        Dependency { name: name.into(), requirement, line }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// A version or a range, as it is written.
    Version(String),
    /// Any version will do.
    Any,
    /// From a git repository; `fixed` to a revision or tag, or following a branch.
    Git { source: String, fixed: bool },
    /// From the same machine.
    Local,
    /// Said elsewhere: in a workspace, a parent.
    Inherited,
}

impl Requirement {
    /// A version as it is written; a wildcard alone, or nothing, is any.
    pub fn version(text: &str) -> Self {
        match text.trim() {
            "" | "*" | "x" | "X" | "latest" | "LATEST" | "RELEASE" | ">=0" | ">= 0" => Requirement::Any,
            version => Requirement::Version(version.to_owned()),
        }
    }

    /// Whether a lock file would say which version is meant.
    pub fn is_fetched(&self) -> bool {
        match self {
            Requirement::Version(_) | Requirement::Any | Requirement::Git { .. } => true,
            Requirement::Local | Requirement::Inherited => false,
        }
    }
}

impl std::fmt::Display for Requirement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Requirement::Version(version) => f.write_str(version),
            Requirement::Any => f.write_str("(any version)"),
            Requirement::Git { source, .. } => write!(f, "from {source}"),
            Requirement::Local => f.write_str("(local)"),
            Requirement::Inherited => f.write_str("(version inherited)"),
        }
    }
}
