//! Which files are manifests, and which lock files belong to them.

use std::path::Path;

use crate::report::Severity;

/// Whose manifest a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ecosystem {
    Cargo,
    Npm,
    PyProject,
    Requirements,
    Go,
    Maven,
    Ruby,
}

impl Ecosystem {
    /// The files that are known, for people.
    pub const FILES: [&str; 7] =
        ["Cargo.toml", "package.json", "pyproject.toml", "requirements.txt", "go.mod", "pom.xml", "Gemfile"];

    pub fn of(file_name: &str) -> Option<Ecosystem> {
        match file_name {
            "Cargo.toml" => Some(Ecosystem::Cargo),
            "package.json" => Some(Ecosystem::Npm),
            "pyproject.toml" => Some(Ecosystem::PyProject),
            "go.mod" => Some(Ecosystem::Go),
            "pom.xml" => Some(Ecosystem::Maven),
            "Gemfile" => Some(Ecosystem::Ruby),
            // `requirements-dev.txt` too.
            name if name.starts_with("requirements") && name.ends_with(".txt") => Some(Ecosystem::Requirements),
            _ => None,
        }
    }

    /// Any of them will do; none where the ecosystem has no lock files.
    pub fn lock_files(self) -> &'static [&'static str] {
        match self {
            Ecosystem::Cargo => &["Cargo.lock"],
            Ecosystem::Npm => {
                &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"]
            }
            Ecosystem::PyProject => &["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "requirements.txt"],
            Ecosystem::Go => &["go.sum"],
            Ecosystem::Ruby => &["Gemfile.lock"],
            Ecosystem::Requirements | Ecosystem::Maven => &[],
        }
    }

    /// A library may leave the choice to its users; a program is better built the same everywhere.
    pub fn severity_without_lock(self, text: &str) -> Severity {
        match self {
            Ecosystem::Cargo if !text.contains("[[bin]]") && !text.contains("[workspace]") => Severity::Info,
            Ecosystem::PyProject => Severity::Info,
            Ecosystem::Cargo
            | Ecosystem::Npm
            | Ecosystem::Requirements
            | Ecosystem::Go
            | Ecosystem::Maven
            | Ecosystem::Ruby => Severity::Warning,
        }
    }
}

/// Whether a lock file lies in the manifest's folder or in one above it, within the tree.
pub fn has_lock_file(root: &Path, folder: &str, ecosystem: Ecosystem) -> bool {
    let names = ecosystem.lock_files();
    let start = if folder == "." { root.to_path_buf() } else { root.join(folder) };
    names.is_empty()
        || start
            .ancestors()
            .take_while(|folder| folder.starts_with(root))
            .any(|folder| names.iter().any(|name| folder.join(name).is_file()))
}
