//! Everything that decisions are made from, and keeping it as the files are.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use orchestrator_protocol::permission::Permission;

use super::Request;
use super::grants::{Grants, GrantsFile};
use super::session::SessionAnswers;
use super::told::Told;
use super::trust::{Trust, TrustError};
use crate::config::Places;
use crate::config::document::Source;
use crate::config::stamp::Stamp;
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
    /// Its folder, without links; absent where it has none that could change.
    pub dir: Option<PathBuf>,
}

/// A permission for one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunGrant {
    pub plugin: PluginName,
    pub permission: Permission,
    /// Without it, whatever the plugin asks for.
    pub scope: Option<String>,
}

impl RunGrant {
    pub(super) fn is_for(&self, plugin: &PluginName, permission: Permission) -> bool {
        self.plugin == *plugin && self.permission == permission
    }
}

/// All of it. Behind a lock that is held for looking things up alone: never while a file is read or written.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub subjects: HashMap<PluginName, Subject>,
    pub runs: HashMap<RunId, Vec<RunGrant>>,
    pub session: SessionAnswers,
    pub told: Told,
    pub files: Files,
}

impl State {
    /// Whether what was given to `content` counts for the plugin as it is now.
    pub fn counts(&self, subject: &Subject, content: &ContentHash) -> bool {
        subject.content == *content || self.files.trust.carries_over(subject, content)
    }

    /// Whether the plugin, as it is now, may be built, installed and run.
    pub fn is_approved(&self, subject: &Subject) -> bool {
        let trust = &self.files.trust;
        trust.is_approved(&subject.name, &subject.content)
            || trust.is_developed(subject)
            || trust.approved(&subject.name).is_some_and(|content| trust.carries_over(subject, content))
    }
}

/// What the files say.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    pub grants: GrantsFile,
    /// Of the text that `grants` was read from.
    pub grants_content: Option<ContentHash>,
    pub trust: Trust,
    /// Why `trust` is empty, if it could not be read.
    pub trust_error: Option<TrustError>,
    stamps: Stamps,
}

/// Tell whether the files were replaced: another process may grant or revoke in the same project.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Stamps {
    grants: Stamp,
    trust: Stamp,
}

impl Stamps {
    /// As they are now. Blocks on the disk.
    pub fn now(places: &Places) -> Self {
        Stamps { grants: Stamp::of(&places.permissions_file()), trust: Stamp::of(&places.trust_file()) }
    }
}

impl Files {
    /// Reads them. Blocks on the disk.
    pub fn read(places: &Places) -> Self {
        // Before reading: what is written meanwhile is then read next time.
        let stamps = Stamps::now(places);
        let (trust, trust_error) = match Trust::read(&places.trust_file()) {
            Ok(trust) => (trust, None),
            Err(error) => {
                tracing::error!(%error, "the user's trust can't be read");
                (Trust::default(), Some(error))
            }
        };
        let (grants, grants_content) = read_grants(&places.permissions_file(), &trust);
        Files { grants, grants_content, trust, trust_error, stamps }
    }

    /// Whether nothing follows from the others that did not follow from these.
    pub fn say_the_same(&self, other: &Files) -> bool {
        self.grants == other.grants && self.trust == other.trust && self.trust_error == other.trust_error
    }

    pub fn are_of(&self, stamps: Stamps) -> bool {
        self.stamps == stamps
    }
}

fn read_grants(file: &Path, trust: &Trust) -> (GrantsFile, Option<ContentHash>) {
    let source = match Source::read(file) {
        Ok(Some(source)) => source,
        Ok(None) => return (GrantsFile::Absent, None),
        Err(problem) => return (GrantsFile::Broken(problem.into()), None),
    };
    let content = ContentHash::of(source.text().as_bytes());
    let grants = match Grants::parse(&source) {
        Err(problems) => GrantsFile::Broken(problems),
        Ok(grants) if trust.accepts(&content) => GrantsFile::Accepted(grants),
        Ok(grants) => GrantsFile::NotAccepted { grants, changed: trust.has_accepted_any() },
    };
    (grants, Some(content))
}
