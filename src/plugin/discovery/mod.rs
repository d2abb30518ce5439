//! Which plugins there are: the project's folders, and those that came with the program.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::bundled::Bundled;
use super::content;
use super::manifest::{FILE_NAME, Layout, Manifest};
use crate::config::Places;
use crate::config::document::{Problems, Source};
use crate::event::{ContentHash, PluginName};

/// A plugin that was found, usable or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Discovered {
    /// The manifest's name. Where that can't be read or is taken: one made from the folder's, so that every
    /// plugin can be spoken of.
    pub name: PluginName,
    /// Its folder's name.
    pub folder: String,
    /// Its folder; for a bundled plugin that is not in the project, where its library should be, or where it was
    /// unpacked to.
    pub dir: PathBuf,
    pub origin: Origin,
    pub found: Result<Found, Fault>,
}

/// What a usable plugin is.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub manifest: Manifest,
    /// What grants are bound to.
    pub content_hash: ContentHash,
    /// The digest of the library that the manifest names, as it is part of the content; absent where there is none.
    pub library: Option<[u8; 32]>,
}

/// Where a plugin comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Came with the program, unchanged.
    Bundled(&'static Bundled),
    /// The project's.
    Project,
    /// The project's, standing in for a bundled one of the same name whose content it does not have. It is
    /// approved like any other.
    InPlaceOfBundled,
}

/// Why a plugin is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{0}")]
    Manifest(Problems),
    #[error("the plugin's folder {dir} can't be read: {error}")]
    Unreadable { dir: PathBuf, error: String },
    #[error("it comes with the program and can't be unpacked to {shelf}: {error}")]
    NotUnpacked { shelf: PathBuf, error: String },
    #[error("the name `{name}` already belongs to the plugin in {holder}")]
    NameTaken { name: PluginName, holder: PathBuf },
}

impl Fault {
    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Fault::Manifest(problems) => {
                let at = problems.0.first().map(|problem| format!("{}:{}", problem.file.display(), problem.at.line));
                format!("correct {}", at.unwrap_or_else(|| FILE_NAME.to_owned()))
            }
            Fault::Unreadable { dir, .. } => format!("make {} readable, with nothing but files in it", dir.display()),
            Fault::NotUnpacked { shelf, .. } => format!("make {} writable, or free some space", shelf.display()),
            Fault::NameTaken { .. } => {
                "change `name` in one of the two manifests; `-` and `_` do not make names different".to_owned()
            }
        }
    }
}

/// All plugins, sorted by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Discovery {
    pub plugins: Vec<Discovered>,
    /// Why the project's own plugins could not be looked for, if so; the bundled ones are there all the same.
    pub problem: Option<String>,
}

/// Looks for plugins. Reads every file of each: call it where waiting for the disk is fine.
pub fn discover(places: &Places) -> Discovery {
    merge(places, Bundled::all())
}

fn merge(places: &Places, bundled: &'static [Bundled]) -> Discovery {
    let (folders, problem) = match folders(places.plugins_dir()) {
        Ok(folders) => (folders, None),
        Err(error) => {
            let dir = places.plugins_dir().display();
            (Vec::new(), Some(format!("the plugins folder {dir} can't be read: {error}")))
        }
    };
    let mut plugins = examine(folders);
    for bundled in bundled {
        let found =
            bundled.manifest().map(|manifest| Found { manifest, content_hash: bundled.content_hash(), library: None });
        let name = match &found {
            Ok(found) => found.manifest.name.clone(),
            Err(_) => name_of_folder(bundled.folder()),
        };
        match plugins.iter_mut().find(|plugin| plugin.name.unique_key() == name.unique_key()) {
            Some(own) => {
                let unchanged = own.found.as_ref().is_ok_and(|own| own.content_hash == bundled.content_hash());
                own.origin = if unchanged { Origin::Bundled(bundled) } else { Origin::InPlaceOfBundled };
            }
            None => {
                let shelf = places.bundled_shelf();
                let (dir, found) = match (bundled.dir(&shelf), found) {
                    (Ok(dir), found) => (dir, found.map_err(Fault::Manifest)),
                    (Err(error), _) => (shelf.clone(), Err(Fault::NotUnpacked { shelf, error: error.to_string() })),
                };
                let origin = Origin::Bundled(bundled);
                plugins.push(Discovered { name, folder: bundled.folder().to_owned(), dir, origin, found });
            }
        }
    }
    plugins.sort_by(|a, b| a.name.cmp(&b.name));
    Discovery { plugins, problem }
}

/// The folders that hold a manifest, or can't be looked into; sorted.
fn folders(plugins_dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match plugins_dir.read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut folders = Vec::new();
    for entry in entries {
        let dir = entry?.path();
        let nothing =
            |error: &io::Error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
        if dir.is_dir() && !dir.join(FILE_NAME).symlink_metadata().is_err_and(|error| nothing(&error)) {
            folders.push(dir);
        }
    }
    folders.sort();
    Ok(folders)
}

fn examine(folders: Vec<PathBuf>) -> Vec<Discovered> {
    let mut examined: Vec<_> = folders.into_iter().map(|dir| (read(&dir), dir)).collect();
    // Those with a name of their own choose first, or a broken folder would take a good plugin's.
    examined.sort_by_key(|(found, _)| found.is_err());
    let mut names = Names::default();
    let name_it = |(found, dir): (Result<Found, Fault>, PathBuf)| {
        let folder = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (name, found) = match found {
            Ok(found) => match names.take(&found.manifest.name, &dir) {
                Ok(()) => (found.manifest.name.clone(), Ok(found)),
                Err(holder) => {
                    let fault = Fault::NameTaken { name: found.manifest.name, holder };
                    (names.take_like(&folder, &dir), Err(fault))
                }
            },
            Err(fault) => (names.take_like(&folder, &dir), Err(fault)),
        };
        Discovered { name, folder, dir, origin: Origin::Project, found }
    };
    examined.into_iter().map(name_it).collect()
}

fn read(dir: &Path) -> Result<Found, Fault> {
    let unreadable = |error: io::Error| Fault::Unreadable { dir: dir.to_owned(), error: error.to_string() };
    // Before the manifest: it refuses links to elsewhere, and then a manifest is what it seems.
    let digest = content::digest(dir).map_err(unreadable)?;
    let source = Source::read(&dir.join(FILE_NAME))
        .map_err(|problem| Fault::Manifest(problem.into()))?
        .ok_or_else(|| unreadable(io::Error::other(format!("{FILE_NAME} is gone"))))?;
    let manifest = Manifest::parse(&source, Layout::of(dir)).map_err(Fault::Manifest)?;
    let (content_hash, library) = match &manifest.library {
        Some(library) => with_library(dir, library, &digest).map_err(unreadable)?,
        None => (ContentHash::from_digest(&digest), None),
    };
    Ok(Found { manifest, content_hash, library })
}

/// What a declared library makes of the content, and its own digest. One that lies where content is not looked for
/// (in `target`) is content all the same: it is what runs. One that is not there counts as nothing.
fn with_library(dir: &Path, library: &Path, digest: &[u8; 32]) -> io::Result<(ContentHash, Option<[u8; 32]>)> {
    let real = match dir.join(library).canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((ContentHash::from_digest(digest), None)),
        Err(error) => return Err(error),
    };
    if content::is_excluded(library) {
        let (mut hasher, mut alone) = (Sha256::new(), Sha256::new());
        hasher.update(digest);
        content::digest_file(&real, &mut hasher, Some(&mut alone))?;
        return Ok((ContentHash::from_digest(&hasher.finalize()), Some(alone.finalize().into())));
    }
    let inside = real.strip_prefix(dir.canonicalize()?).map_err(|_| elsewhere(library))?;
    let (again, Some(alone)) = content::digest_noting(dir, Some(inside))? else { return Err(elsewhere(library)) };
    if again != *digest {
        return Err(io::Error::other(format!("{} was written to while it was read", dir.display())));
    }
    Ok((ContentHash::from_digest(digest), Some(alone)))
}

fn elsewhere(library: &Path) -> io::Error {
    io::Error::other(format!("the library {} is not a file of the plugin's content", library.display()))
}

/// Who has which name.
#[derive(Debug, Default)]
struct Names(BTreeMap<String, PathBuf>);

impl Names {
    /// Fails with the folder that has it.
    fn take(&mut self, name: &PluginName, dir: &Path) -> Result<(), PathBuf> {
        match self.0.get(&name.unique_key()) {
            Some(holder) => Err(holder.clone()),
            None => {
                self.0.insert(name.unique_key(), dir.to_owned());
                Ok(())
            }
        }
    }

    /// The folder's name, or the first free one of that kind.
    fn take_like(&mut self, folder: &str, dir: &Path) -> PluginName {
        let base = name_of_folder(folder);
        let mut name = base.clone();
        for number in 2.. {
            if self.take(&name, dir).is_ok() {
                break;
            }
            let short: String = base.as_str().chars().take(50).collect();
            name = name_of_folder(&format!("{short}-{number}"));
        }
        name
    }
}

/// A name for what has none of its own.
fn name_of_folder(folder: &str) -> PluginName {
    let letter = |c: char| match c.to_ascii_lowercase() {
        c if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' => c,
        _ => '-',
    };
    let name: String = folder.chars().map(letter).take(60).collect();
    let name = if name.starts_with(|c: char| c.is_ascii_lowercase()) { name } else { format!("p{name}") };
    name.parse().expect("only allowed letters are left, a small one first, and at most 61 of them")
}
