//! Changing what is granted: on the disk first, so that what counts here counts after a restart. What is changed here
//! are the files alone; the state is then brought up to them.

mod answers;
mod approval;

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;

use orchestrator_protocol::permission::Permission;

pub(super) use answers::{answer_always, deniable, grantable, reset, revoke};
pub(super) use approval::{accept, approve, distrust, set_policy};

use super::Subject;
use super::grants::{EditError, Entry, GrantsFile, with_entry};
use super::state::State;
use super::trust::TrustError;
use crate::config::Places;
use crate::config::atomic::{self, Access};
use crate::config::document::{Problem, Problems, Source};
use crate::event::{ContentHash, PluginName};

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("there is no plugin `{0}` in this project\nlook at `orchestrator plugin list`")]
    NoSuchPlugin(PluginName),
    #[error(
        "`{plugin}` has no permission {permission} that could be revoked\nlook at `orchestrator plugin show {plugin}`"
    )]
    NothingToRevoke { plugin: PluginName, permission: Permission },
    #[error("{plugin} does not ask for {permission}\nlook at `orchestrator plugin show {plugin}`")]
    NotAskedFor { plugin: PluginName, permission: Permission },
    #[error(
        "{plugin} does not ask for {permission} on {scope}, and it can't be granted more than it asks for\n\
         for one run, if it is a path: {flag}"
    )]
    Wider { plugin: PluginName, permission: Permission, scope: String, flag: String },
    #[error(
        "{plugin} asks for {permission} on {wider}, and the kernel can't take {scope} out of that\n\
         deny {permission} on {wider}, then grant the parts that it may have, each with --scope"
    )]
    PartOfPath { plugin: PluginName, permission: Permission, scope: String, wider: String },
    #[error("{0} can't be narrowed by a scope\nleave the scope out")]
    NoScope(Permission),
    #[error(
        "{rule}, which goes over a yes for once or for this session\n\
         answer `always`, or reset the permission of {plugin} first"
    )]
    DeniedElsewhere { plugin: PluginName, rule: &'static str },
    #[error("{0} came with the program, so its policy is always `hold`: it changes with the program alone")]
    Bundled(PluginName),
    #[error(
        "{0} is not approved, so there is nothing that it could keep\nread it, then: orchestrator plugin approve {0}"
    )]
    NotApproved(PluginName),
    #[error(
        "{0} has changed since anything was granted to it, so nothing is added\n\
         look at what has changed, then: orchestrator plugin approve {0}"
    )]
    Changed(PluginName),
    #[error("{0} has no folder of its own that could be developed in")]
    NoFolder(PluginName),
    #[error("`{0}` is not trusted, so there is nothing to take back\nlook at `orchestrator plugin show {0}`")]
    NotTrusted(PluginName),
    #[error(
        "config/permissions.yaml is not accepted on this machine as it is now, so it can't be changed\n\
         read it, then: orchestrator permission accept"
    )]
    NotAccepted,
    #[error(
        "{0} has changed since it was shown, so it was not approved\nlook at it again: orchestrator plugin show {0}"
    )]
    PluginNotAsShown(PluginName),
    #[error("config/permissions.yaml has changed since it was shown, so it was not accepted\nread it again")]
    NotAsShown,
    #[error("there is no config/permissions.yaml to accept\n`orchestrator plugin approve NAME` makes one")]
    NoFile,
    #[error("config/permissions.yaml has a fault\n{0}")]
    Broken(Problems),
    #[error("{0}")]
    Edit(#[from] EditError),
    #[error("{0}")]
    Unreadable(#[from] Problem),
    #[error("{0}")]
    Trust(#[from] TrustError),
    #[error("the program ended before the change was made")]
    Interrupted,
    #[error("{what} can't be written: {source}\nlook at who owns it, and whether the disk is full")]
    Write { what: String, source: std::io::Error },
}

/// Held while files are changed, so that two processes do not undo each other's changes.
pub(super) fn lock(places: &Places) -> Result<File, ChangeError> {
    let path = places.state_dir().join("trust.lock");
    let locked = || {
        places.create_state_dir()?;
        let file = OpenOptions::new().create(true).write(true).truncate(false).mode(0o600).open(&path)?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(|source| ChangeError::Write { what: path.display().to_string(), source })
}

fn ready(state: &State) -> Result<(), ChangeError> {
    match &state.files.trust_error {
        // What is in the file would be lost.
        Some(error) => Err(error.clone().into()),
        None => Ok(()),
    }
}

pub(super) fn subject<'a>(state: &'a State, plugin: &PluginName) -> Result<&'a Subject, ChangeError> {
    state.subjects.get(plugin).ok_or_else(|| ChangeError::NoSuchPlugin(plugin.clone()))
}

/// Writes the entry into the permissions file and returns the new file's hash. If what comes after this fails, the
/// file is merely not accepted.
fn write_entry(places: &Places, state: &State, plugin: &PluginName, entry: &Entry) -> Result<ContentHash, ChangeError> {
    match &state.files.grants {
        GrantsFile::Absent | GrantsFile::Accepted(_) => {}
        GrantsFile::NotAccepted { .. } => return Err(ChangeError::NotAccepted),
        GrantsFile::Broken(problems) => return Err(ChangeError::Broken(problems.clone())),
    }
    let path = places.permissions_file();
    let before = Source::read(&path)?;
    // What somebody wrote a moment ago would be accepted along with the entry.
    if before.as_ref().map(|source| ContentHash::of(source.text().as_bytes())) != state.files.grants_content {
        return Err(ChangeError::NotAccepted);
    }
    let text = with_entry(&path, before.as_ref().map(Source::text), plugin, entry)?;
    atomic::write(&path, text.as_bytes(), Access::Project)
        .map_err(|source| ChangeError::Write { what: path.display().to_string(), source })?;
    Ok(ContentHash::of(text.as_bytes()))
}
