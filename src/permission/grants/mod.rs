//! The project's grants, `config/permissions.yaml`: written to be read and committed by people.
//!
//! ```yaml
//! plugins:
//!   my-plugin:
//!     content: sha256:...
//!     allow: [read_workflow, {name: spawn, scope: [cargo]}]
//!     deny: []
//! ```

mod edit;
mod read;

use std::collections::BTreeMap;

use crate::config::document::{Problems, Source};
use crate::event::{ContentHash, PluginName};

use super::Request;

pub(super) use edit::{EditError, with_entry};

/// What a permissions file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Grants(pub BTreeMap<PluginName, Entry>);

/// What it says of one plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The content that the grants are for.
    pub content: ContentHash,
    pub allow: Vec<Request>,
    /// Goes over everything that allows.
    pub deny: Vec<Request>,
}

/// The permissions file as it stands on this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum GrantsFile {
    #[default]
    Absent,
    Accepted(Grants),
    /// `changed`: another one was accepted before.
    NotAccepted {
        grants: Grants,
        changed: bool,
    },
    Broken(Problems),
}

/// How the permissions file stands, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStanding {
    Absent,
    Accepted,
    /// It counts for nothing until it is accepted.
    NotAccepted,
    /// It counts for nothing until it is corrected.
    Broken(Problems),
}

impl GrantsFile {
    pub fn standing(&self) -> FileStanding {
        match self {
            GrantsFile::Absent => FileStanding::Absent,
            GrantsFile::Accepted(_) => FileStanding::Accepted,
            GrantsFile::NotAccepted { .. } => FileStanding::NotAccepted,
            GrantsFile::Broken(problems) => FileStanding::Broken(problems.clone()),
        }
    }

    /// What it says, whether it counts or not.
    pub fn entries(&self) -> Option<&BTreeMap<PluginName, Entry>> {
        match self {
            GrantsFile::Accepted(grants) | GrantsFile::NotAccepted { grants, .. } => Some(&grants.0),
            GrantsFile::Absent | GrantsFile::Broken(_) => None,
        }
    }

    /// What is denied to a plugin. A file that nobody accepted may still deny: that gives nothing away.
    pub fn denied(&self, plugin: &PluginName) -> &[Request] {
        match self {
            GrantsFile::Accepted(grants) | GrantsFile::NotAccepted { grants, .. } => {
                grants.0.get(plugin).map_or(&[], |entry| &entry.deny)
            }
            GrantsFile::Absent | GrantsFile::Broken(_) => &[],
        }
    }
}

impl Grants {
    pub fn parse(source: &Source) -> Result<Self, Problems> {
        read::parse(source)
    }
}
