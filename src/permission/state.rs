//! Everything that decisions are made from, and keeping it as the files are.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use orchestrator_protocol::permission::Permission;

use super::Request;
use super::grants::{Grants, GrantsFile};
use super::trust::{Trust, TrustError};
use crate::config::document::Source;
use crate::event::{ContentHash, PluginName, RunId};

/// A plugin as far as permissions go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub name: PluginName,
    /// The content that its code was, or would be, loaded from.
    pub content: ContentHash,
    pub requests: Vec<Request>,
    /// Came with the program, unchanged.
    pub bundled: bool,
}

/// A permission for one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunGrant {
    pub plugin: PluginName,
    pub permission: Permission,
    /// Without it, whatever the plugin asks for.
    pub scope: Option<String>,
}

#[derive(Debug)]
pub(super) struct State {
    pub subjects: HashMap<PluginName, Subject>,
    pub runs: HashMap<RunId, Vec<RunGrant>>,
    pub file: GrantsFile,
    pub trust: Trust,
    /// Why `trust` is empty, if it could not be read.
    pub trust_error: Option<TrustError>,
    stamps: Stamps,
    permissions_file: PathBuf,
    trust_file: PathBuf,
}

/// Tells whether a file was replaced: another process may grant or revoke in the same project.
type Stamp = Option<(u64, u64, i64, i64)>;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Stamps {
    permissions: Stamp,
    trust: Stamp,
}

fn stamp(file: &Path) -> Stamp {
    let found = file.metadata().ok()?;
    Some((found.ino(), found.len(), found.mtime(), found.mtime_nsec()))
}

impl State {
    pub fn new(permissions_file: PathBuf, trust_file: PathBuf) -> Self {
        let mut state = State {
            subjects: HashMap::new(),
            runs: HashMap::new(),
            file: GrantsFile::Absent,
            trust: Trust::default(),
            trust_error: None,
            stamps: Stamps::default(),
            permissions_file,
            trust_file,
        };
        state.reload();
        state
    }

    /// Reads the files again if one of them is another one than before. Returns whether it was.
    pub fn refresh(&mut self) -> bool {
        let changed = self.stamps != self.stamps_now();
        if changed {
            self.reload();
        }
        changed
    }

    fn stamps_now(&self) -> Stamps {
        Stamps { permissions: stamp(&self.permissions_file), trust: stamp(&self.trust_file) }
    }

    fn reload(&mut self) {
        // Before reading: what is written meanwhile is then read next time.
        self.stamps = self.stamps_now();
        (self.trust, self.trust_error) = match Trust::read(&self.trust_file) {
            Ok(trust) => (trust, None),
            Err(error) => {
                tracing::error!(%error, "the user's trust can't be read");
                (Trust::default(), Some(error))
            }
        };
        self.file = read_grants(&self.permissions_file, &self.trust);
    }
}

fn read_grants(file: &Path, trust: &Trust) -> GrantsFile {
    let source = match Source::read(file) {
        Ok(Some(source)) => source,
        Ok(None) => return GrantsFile::Absent,
        Err(problem) => return GrantsFile::Broken(problem.into()),
    };
    match Grants::parse(&source) {
        Err(problems) => GrantsFile::Broken(problems),
        Ok(grants) if trust.accepts(&ContentHash::of(source.text().as_bytes())) => GrantsFile::Accepted(grants),
        Ok(grants) => GrantsFile::NotAccepted { grants, changed: trust.has_accepted_any() },
    }
}
