//! The plugins that come with the program.
//!
//! The build script compiles in each one's manifest and the digest of its content; its library lies beside the
//! executable. An installed program needs no source tree.

mod library;

use std::path::PathBuf;

use super::manifest::{FILE_NAME, Layout, Manifest};
use crate::config::document::{Problems, Source};
use crate::event::ContentHash;

pub use library::LibraryMissing;

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// A plugin that was there when the program was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundled {
    /// Its folder's name, which is its library's.
    folder: &'static str,
    manifest: &'static str,
    digest: [u8; 32],
}

impl Bundled {
    /// All of them, sorted by folder.
    pub fn all() -> &'static [Bundled] {
        BUNDLED
    }

    #[cfg(test)]
    pub(super) fn for_test(folder: &'static str, manifest: &'static str, digest: [u8; 32]) -> Self {
        Bundled { folder, manifest, digest }
    }

    pub fn folder(&self) -> &'static str {
        self.folder
    }

    pub fn manifest(&self) -> Result<Manifest, Problems> {
        // They are all native, whatever else their folders held.
        let layout = Layout { cargo_toml: true, ..Layout::default() };
        Manifest::parse(&Source::new(PathBuf::from("plugins").join(self.folder).join(FILE_NAME), self.manifest), layout)
    }

    pub fn content_hash(&self) -> ContentHash {
        ContentHash::from_digest(&self.digest)
    }

    /// The library beside the running executable.
    pub fn library(&self) -> Result<PathBuf, LibraryMissing> {
        library::beside_executable(self.folder)
    }
}

#[cfg(test)]
mod tests {
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
        }
    }
}
