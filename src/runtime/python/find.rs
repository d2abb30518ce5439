//! Finding an interpreter that is new enough and that a plugin accepts.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use super::{Interpreter, OLDEST, PythonVersion, ask, candidates, known};
use crate::config::atomic::{self, Access};

/// Why there is no interpreter, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPython {
    /// What the manifest requires can't be read.
    #[error("`requires.python` is `{requires}`, which is not a range of versions: {reason}")]
    NotARange { requires: String, reason: String },
    /// The settings name one, and no other is looked for.
    #[error("the Python that the settings name, {}, {problem}", path.display())]
    Configured { path: PathBuf, problem: String },
    #[error("there is no {needed} on this machine; {}", Found(found))]
    NotFound { needed: String, found: Vec<Seen> },
}

/// A candidate that was looked at and can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub path: PathBuf,
    /// Its version, or in words why it has none.
    pub answer: Result<PythonVersion, String>,
}

impl NoPython {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            NoPython::NotARange { .. } => "write, for example, `python: \">=3.10\"` in plugin.yaml".to_owned(),
            NoPython::Configured { .. } => {
                "correct `python` in orchestrator.yaml, or remove it to use the one in PATH".to_owned()
            }
            NoPython::NotFound { needed, .. } => {
                format!("install {needed}, or name one with `python: /path/to/python3` in orchestrator.yaml")
            }
        }
    }
}

/// The list of what was seen, in words.
struct Found<'a>(&'a [Seen]);

impl std::fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return f.write_str("there is no python3 in PATH");
        }
        for (number, seen) in self.0.iter().enumerate() {
            let (separator, path) = (if number == 0 { "" } else { "; " }, seen.path.display());
            match &seen.answer {
                Ok(version) => write!(f, "{separator}{path} is {version}")?,
                Err(problem) => write!(f, "{separator}{path} {problem}")?,
            }
        }
        Ok(())
    }
}

/// Finds an interpreter of version 3.10 or later that satisfies `requires`, a PEP 440 specifier. `configured` is the
/// one that the settings name; without it, `python3` and then `python3.14` to `python3.10` in `PATH` are asked. What
/// they answer is kept in `cache_dir`.
pub async fn find(
    requires: Option<&str>,
    configured: Option<&Path>,
    cache_dir: &Path,
) -> Result<Interpreter, NoPython> {
    let search = std::env::var_os("PATH").unwrap_or_default();
    find_in(&search, requires, configured, cache_dir).await
}

async fn find_in(
    search: &OsStr,
    requires: Option<&str>,
    configured: Option<&Path>,
    cache_dir: &Path,
) -> Result<Interpreter, NoPython> {
    let accepted = Accepted::parse(requires)?;
    if let Some(path) = configured {
        let refuse = |problem| NoPython::Configured { path: path.to_owned(), problem };
        if !candidates::is_program(path) {
            return Err(refuse("is not there, or is no program".to_owned()));
        }
        let found = answer(path, cache_dir).await.map_err(refuse)?;
        return match accepted.contains(found.version) {
            true => Ok(found),
            false => Err(refuse(format!("is {}, and the plugin needs {accepted}", found.version))),
        };
    }
    let mut seen = Vec::new();
    for path in candidates::in_path(search) {
        match answer(&path, cache_dir).await {
            Ok(found) if accepted.contains(found.version) => return Ok(found),
            Ok(found) => seen.push(Seen { path, answer: Ok(found.version) }),
            Err(problem) => seen.push(Seen { path, answer: Err(problem) }),
        }
    }
    Err(NoPython::NotFound { needed: accepted.to_string(), found: seen })
}

async fn answer(candidate: &Path, cache_dir: &Path) -> Result<Interpreter, String> {
    if let Some(known) = known::recall(cache_dir, candidate) {
        return Ok(known);
    }
    atomic::create_dir(cache_dir, Access::OwnerOnly)
        .map_err(|error| format!("can't be asked: the folder {} can't be made: {error}", cache_dir.display()))?;
    let found = ask::ask(candidate, cache_dir).await?;
    known::keep(cache_dir, candidate, &found);
    Ok(found)
}

/// The versions that will do.
struct Accepted {
    required: VersionSpecifiers,
}

impl Accepted {
    fn parse(requires: Option<&str>) -> Result<Self, NoPython> {
        let text = requires.unwrap_or_default();
        let required = VersionSpecifiers::from_str(text)
            .map_err(|error| NoPython::NotARange { requires: text.to_owned(), reason: error.to_string() })?;
        Ok(Accepted { required })
    }

    fn contains(&self, version: PythonVersion) -> bool {
        let PythonVersion(major, minor, micro) = version;
        version >= OLDEST && self.required.contains(&Version::new([major, minor, micro].map(u64::from)))
    }
}

impl std::fmt::Display for Accepted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Python {}.{} or later", OLDEST.0, OLDEST.1)?;
        if self.required.is_empty() { Ok(()) } else { write!(f, " that is {}", self.required) }
    }
}

#[cfg(test)]
mod tests;
