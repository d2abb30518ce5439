//! Manifests and the dependencies that they name.
//!
//! - `manifest`: which files are manifests, and their lock files.
//! - `requirement`: what a dependency asks for, and what is wrong with that.
//! - `cargo`, `npm`, `python`, `go`, `maven`, `ruby`: one reader each, from a manifest's text to its dependencies.

mod cargo;
mod go;
mod manifest;
mod maven;
mod npm;
mod python;
mod requirement;
mod ruby;

use std::path::Path;

use manifest::{Ecosystem, has_lock_file};
use requirement::{Dependency, Requirement};

use super::limit_note;
use crate::report::{MeasureKind, Place, Reporter, Severity, Stopped};
use crate::scan::{FoundFile, walk};
use crate::settings::Settings;
use crate::words::counted;

/// Why a manifest can't be read, and where in it.
#[derive(Debug, PartialEq, Eq)]
struct BadManifest {
    line: Option<usize>,
    message: String,
}

/// What is counted over all manifests.
#[derive(Default)]
struct Counts {
    manifests: u64,
    dependencies: u64,
    unpinned: u64,
    git: u64,
    unlocked: u64,
}

/// Reports every manifest's dependencies, with those that are unpinned, come from git, or have no lock file.
pub fn inspect(root: &Path, settings: &Settings, mut reporter: Reporter<'_>) -> Result<(), Stopped> {
    let mut counts = Counts::default();
    let walked = walk(root, settings, &mut reporter, |file, reporter| {
        let Some(ecosystem) = Ecosystem::of(file.name()) else { return Ok(()) };
        let Some(text) = file.text(settings.max_file_bytes, reporter)? else { return Ok(()) };
        match read(ecosystem, &text) {
            Ok(dependencies) => report(root, file, ecosystem, &text, &dependencies, &mut counts, reporter),
            Err(bad) => {
                let place = Place { path: file.path.clone(), line: bad.line };
                reporter.find(Severity::Error, place, "bad-manifest", format!("can't be read: {}", bad.message))
            }
        }
    })?;
    if counts.manifests == 0 {
        let message = format!("no manifest that is known was read ({})", Ecosystem::FILES.join(", "));
        reporter.find(Severity::Info, Place::path("."), "no-manifest", message)?;
    }
    let values = [
        ("manifests", counts.manifests),
        ("dependencies", counts.dependencies),
        ("unpinned", counts.unpinned),
        ("git", counts.git),
        ("unlocked", counts.unlocked),
    ];
    reporter.measure(MeasureKind::Total, "dependencies", &values)?;
    let summary = format!(
        "{} in {}; {} unpinned, {} from git, {} without a lock file{}",
        counted(counts.dependencies, "requirement"),
        counted(counts.manifests, "manifest"),
        counts.unpinned,
        counts.git,
        counted(counts.unlocked, "manifest"),
        limit_note(walked),
    );
    reporter.finish(&summary)
}

fn read(ecosystem: Ecosystem, text: &str) -> Result<Vec<Dependency>, BadManifest> {
    match ecosystem {
        Ecosystem::Cargo => cargo::read(text),
        Ecosystem::Npm => npm::read(text),
        Ecosystem::PyProject => python::read_project(text),
        Ecosystem::Requirements => Ok(python::read_requirements(text)),
        Ecosystem::Go => Ok(go::read(text)),
        Ecosystem::Maven => maven::read(text),
        Ecosystem::Ruby => Ok(ruby::read(text)),
    }
}

fn report(
    root: &Path,
    file: &FoundFile,
    ecosystem: Ecosystem,
    text: &str,
    dependencies: &[Dependency],
    counts: &mut Counts,
    reporter: &mut Reporter<'_>,
) -> Result<(), Stopped> {
    counts.manifests += 1;
    counts.dependencies += dependencies.len() as u64;
    for dependency in dependencies {
        let place = Place::line(&file.path, dependency.line);
        let shown = format!("{} {}", dependency.name, dependency.requirement);
        match &dependency.requirement {
            Requirement::Any => {
                counts.unpinned += 1;
                reporter.find(Severity::Warning, place, "unpinned", format!("{shown}: say which versions will do"))?;
            }
            Requirement::Git { fixed, .. } => {
                counts.git += 1;
                let (severity, words) = match fixed {
                    true => (Severity::Info, "fixed to a revision or tag"),
                    false => (Severity::Warning, "follows a branch, so it changes without notice"),
                };
                reporter.find(severity, place, "git-dependency", format!("{shown}: {words}"))?;
            }
            Requirement::Version(_) | Requirement::Local | Requirement::Inherited => {
                reporter.find(Severity::Info, place, "dependency", shown)?;
            }
        }
    }
    // What only names the repository's own parts needs no lock.
    let fetched = dependencies.iter().any(|dependency| dependency.requirement.is_fetched());
    if fetched && !has_lock_file(root, file.folder(), ecosystem) {
        counts.unlocked += 1;
        let message = format!("no {} here or above", ecosystem.lock_files().join(", "));
        reporter.find(ecosystem.severity_without_lock(text), Place::path(&file.path), "no-lock-file", message)?;
    }
    reporter.measure(MeasureKind::Manifest, &file.path, &[("dependencies", dependencies.len() as u64)])
}

/// The line, counted from 1, of a place in a text.
fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests;
