//! The plugins that come with the program.
//!
//! The build script compiles in each one's manifest and the digest of its content, and all files of those in Python;
//! the library of a native one lies beside the executable. An installed program needs no source tree.

mod library;

use std::io;
use std::path::{Path, PathBuf};

use super::manifest::{FILE_NAME, Layout, Manifest};
use crate::config::document::{Problems, Source};
use crate::event::ContentHash;
use crate::runtime::embedded::{self, EmbeddedFile};

pub use library::LibraryMissing;

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// A plugin that was there when the program was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundled {
    /// Its folder's name, which is its library's.
    folder: &'static str,
    manifest: &'static str,
    digest: [u8; 32],
    /// Of one in Python, all that its content is.
    files: &'static [EmbeddedFile],
}

impl Bundled {
    /// All of them, sorted by folder.
    pub fn all() -> &'static [Bundled] {
        BUNDLED
    }

    #[cfg(test)]
    pub(super) fn for_test(
        folder: &'static str,
        manifest: &'static str,
        digest: [u8; 32],
        files: &'static [EmbeddedFile],
    ) -> Self {
        Bundled { folder, manifest, digest, files }
    }

    pub fn folder(&self) -> &'static str {
        self.folder
    }

    pub fn manifest(&self) -> Result<Manifest, Problems> {
        // Of a native one no files are there; it was built from source.
        let main_py = self.files.iter().any(|file| file.path == "main.py");
        let layout = Layout { main_py, cargo_toml: !main_py, library: false };
        Manifest::parse(&Source::new(PathBuf::from("plugins").join(self.folder).join(FILE_NAME), self.manifest), layout)
    }

    pub fn content_hash(&self) -> ContentHash {
        ContentHash::from_digest(&self.digest)
    }

    /// Its folder: that of its library, also where none lies there, or the one on `shelf` to which a plugin in
    /// Python is unpacked now, if it is not there.
    pub fn dir(&self, shelf: &Path) -> io::Result<PathBuf> {
        if !self.files.is_empty() {
            return embedded::unpack(shelf, self.folder, self.files);
        }
        Ok(match self.library() {
            Ok(library) => library.parent().unwrap_or(Path::new("/")).to_owned(),
            Err(missing) => missing.dir,
        })
    }

    /// The library beside the running executable, of a native one.
    pub fn library(&self) -> Result<PathBuf, LibraryMissing> {
        library::beside_executable(self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::Runtime;
    use super::*;

    #[test]
    fn what_is_compiled_in_is_what_lies_in_the_workspace() {
        let plugins = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins");
        let mut on_disk: Vec<String> = plugins
            .read_dir()
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().join(FILE_NAME).is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        on_disk.sort();
        assert_eq!(Bundled::all().iter().map(Bundled::folder).collect::<Vec<_>>(), on_disk);
        for bundled in Bundled::all() {
            let digest = super::super::content::digest(&plugins.join(bundled.folder)).unwrap();
            assert_eq!(bundled.content_hash(), ContentHash::from_digest(&digest), "{}", bundled.folder);
            let manifest = bundled.manifest().unwrap();
            assert_eq!(manifest.warnings, [], "{}", bundled.folder);
            assert_eq!(manifest.runtime == Runtime::Python, !bundled.files.is_empty(), "{}", bundled.folder);
        }
    }

    #[test]
    fn what_is_unpacked_has_the_content_that_was_compiled_in() {
        let shelf = tempfile::tempdir().unwrap();
        for bundled in Bundled::all().iter().filter(|bundled| !bundled.files.is_empty()) {
            let dir = bundled.dir(shelf.path()).unwrap();
            assert!(dir.ends_with(bundled.folder) && dir.starts_with(shelf.path()), "{}", dir.display());
            let digest = super::super::content::digest(&dir).unwrap();
            assert_eq!(ContentHash::from_digest(&digest), bundled.content_hash(), "{}", bundled.folder);
        }
    }
}
