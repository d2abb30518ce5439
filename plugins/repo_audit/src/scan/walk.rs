//! The walk over a tree.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};

use crate::report::{Place, Reporter, SkipReason, Stopped};
use crate::settings::Settings;

/// A regular file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Where to open it.
    pub location: PathBuf,
    /// Relative to the tree, written with `/`.
    pub path: String,
    pub bytes: u64,
}

impl FoundFile {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder that the file is in; `.` at the top.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or(".", |(folder, _)| folder)
    }
}

/// How a walk ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walked {
    pub files: u64,
    /// `max_files` was reached: there may be more.
    pub limited: bool,
}

/// Calls `visit` for each regular file under `root`, in the order of their names. Whoever wants no more is asked
/// between any two files.
pub fn walk(
    root: &Path,
    settings: &Settings,
    reporter: &mut Reporter<'_>,
    mut visit: impl FnMut(&FoundFile, &mut Reporter<'_>) -> Result<(), Stopped>,
) -> Result<Walked, Stopped> {
    let passed_over = Arc::new(Mutex::new(Vec::new()));
    let mut walked = Walked::default();
    for entry in builder(root, settings, Arc::clone(&passed_over)).build() {
        reporter.check()?;
        report_passed_over(root, &passed_over, reporter)?;
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                reporter.skip(Place::path("."), SkipReason::Unreadable, &format!("can't be read: {error}"))?;
                continue;
            }
        };
        let Some(file) = regular_file(root, &entry, reporter)? else { continue };
        if walked.files == settings.max_files {
            walked.limited = true;
            let words = format!("the limit of {} files (max_files) was reached; the rest was not seen", walked.files);
            reporter.skip(Place::path(file.path), SkipReason::Limit, &words)?;
            break;
        }
        walked.files += 1;
        visit(&file, reporter)?;
    }
    report_passed_over(root, &passed_over, reporter)?;
    Ok(walked)
}

fn report_passed_over(
    root: &Path,
    passed_over: &Mutex<Vec<PathBuf>>,
    reporter: &mut Reporter<'_>,
) -> Result<(), Stopped> {
    let folders = std::mem::take(&mut *passed_over.lock().unwrap_or_else(PoisonError::into_inner));
    for folder in folders {
        let place = Place::path(relative(root, &folder));
        reporter.skip(place, SkipReason::IgnoredFolder, "not entered: made or kept by other tools")?;
    }
    Ok(())
}

fn builder(root: &Path, settings: &Settings, passed_over: Arc<Mutex<Vec<PathBuf>>>) -> WalkBuilder {
    let ignored = settings.ignored_directories.clone();
    let mut builder = WalkBuilder::new(root);
    builder
        // Hidden files matter (`.github`); what one person's machine ignores everywhere does not.
        .hidden(false)
        .ignore(false)
        .git_global(false)
        .require_git(false)
        .follow_links(false)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .filter_entry(move |entry| {
            let enter = entry.depth() == 0 || !is_ignored(entry, &ignored);
            // A repository's own store is nobody's source; naming it each time says nothing.
            if !enter && entry.file_name() != ".git" {
                passed_over.lock().unwrap_or_else(PoisonError::into_inner).push(entry.path().to_path_buf());
            }
            enter
        });
    builder
}

fn is_ignored(entry: &DirEntry, ignored: &[String]) -> bool {
    if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        // In a linked working copy `.git` is a file.
        return entry.file_name() == ".git";
    }
    let name = entry.file_name().to_string_lossy();
    name == ".git" || ignored.iter().any(|ignored| *ignored == name) || entry.path().join("CACHEDIR.TAG").is_file()
}

/// The entry as a file; folders are nothing, and what else there is gets reported.
fn regular_file(root: &Path, entry: &DirEntry, reporter: &mut Reporter<'_>) -> Result<Option<FoundFile>, Stopped> {
    let Some(kind) = entry.file_type() else { return Ok(None) };
    if kind.is_dir() {
        return Ok(None);
    }
    let path = relative(root, entry.path());
    if kind.is_symlink() {
        reporter.skip(Place::path(path), SkipReason::SymbolicLink, "symbolic link, not followed")?;
        return Ok(None);
    }
    if !kind.is_file() {
        reporter.skip(Place::path(path), SkipReason::NotAFile, "neither a file nor a folder")?;
        return Ok(None);
    }
    match entry.metadata() {
        Ok(metadata) => Ok(Some(FoundFile { location: entry.path().to_path_buf(), path, bytes: metadata.len() })),
        Err(error) => {
            reporter.skip(Place::path(path), SkipReason::Unreadable, &format!("can't be read: {error}"))?;
            Ok(None)
        }
    }
}

/// A path below the root, with `/` and with bytes that are no UTF-8 replaced.
fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
