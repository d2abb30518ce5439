//! Changing what is granted: on the disk first, so that what counts here counts after a restart. What is changed here
//! are the files alone; the state is then brought up to them.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;

use orchestrator_protocol::permission::Permission;

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
    #[error("`{0}` is not trusted, so there is nothing to take back\nlook at `orchestrator plugin show {0}`")]
    NotTrusted(PluginName),
    #[error(
        "config/permissions.yaml is not accepted on this machine as it is now, so it can't be added to\n\
         read it, then: orchestrator permission accept"
    )]
    NotAccepted,
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

/// Approves a plugin's present content and grants what it asks for; with `trusted`, trusts it as well. A bundled one
/// needs no entry in the file: what was revoked is given back.
pub(super) fn approve(places: &Places, state: &State, plugin: &PluginName, trusted: bool) -> Result<(), ChangeError> {
    ready(state)?;
    let subject = state.subjects.get(plugin).ok_or_else(|| ChangeError::NoSuchPlugin(plugin.clone()))?.clone();
    let mut trust = state.files.trust.clone();
    if trusted {
        trust.trust(plugin, &subject.content);
    } else {
        trust.approve(plugin, &subject.content);
    }
    if !subject.bundled {
        let allow = subject.requests.iter().map(|request| super::Request {
            scope: request.scope.clone(),
            ..super::Request::all_of(request.permission)
        });
        let entry = Entry {
            content: subject.content,
            allow: allow.collect(),
            deny: state.files.grants.denied(plugin).to_vec(),
        };
        trust.accept(write_entry(places, &state.files.grants, plugin, &entry)?);
    }
    trust.write(&places.trust_file())?;
    Ok(())
}

/// Ends the trust in a plugin; it stays approved.
pub(super) fn distrust(places: &Places, state: &State, plugin: &PluginName) -> Result<(), ChangeError> {
    ready(state)?;
    let mut trust = state.files.trust.clone();
    if !trust.distrust(plugin) {
        return Err(ChangeError::NotTrusted(plugin.clone()));
    }
    trust.write(&places.trust_file())?;
    Ok(())
}

/// Takes a permission away: from the file or, for what needs no file, on this machine. One that is only granted to
/// runs is the caller's to take away.
pub(super) fn revoke(
    places: &Places,
    state: &State,
    plugin: &PluginName,
    permission: Permission,
) -> Result<(), ChangeError> {
    ready(state)?;
    let subject = state.subjects.get(plugin).ok_or_else(|| ChangeError::NoSuchPlugin(plugin.clone()))?;
    let for_a_run = state.runs.values().flatten().any(|grant| grant.is_for(plugin, permission));
    let entry = match &state.files.grants {
        GrantsFile::Accepted(grants) => grants.0.get(plugin).cloned(),
        GrantsFile::Absent | GrantsFile::NotAccepted { .. } | GrantsFile::Broken(_) => None,
    };
    let mut entry = entry.filter(|entry| entry.allow.iter().any(|request| request.permission == permission));
    let bundled = subject.bundled && !state.files.trust.is_revoked(plugin, permission);
    if !bundled && entry.is_none() && !for_a_run {
        return Err(ChangeError::NothingToRevoke { plugin: plugin.clone(), permission });
    }
    let mut trust = state.files.trust.clone();
    if bundled {
        trust.revoke(plugin, permission);
    }
    if let Some(entry) = &mut entry {
        entry.allow.retain(|request| request.permission != permission);
        trust.accept(write_entry(places, &state.files.grants, plugin, entry)?);
    }
    trust.write(&places.trust_file())?;
    Ok(())
}

/// Accepts the permissions file as it is now.
pub(super) fn accept(places: &Places, state: &State) -> Result<(), ChangeError> {
    ready(state)?;
    match &state.files.grants {
        GrantsFile::Absent => return Err(ChangeError::NoFile),
        GrantsFile::Broken(problems) => return Err(ChangeError::Broken(problems.clone())),
        GrantsFile::Accepted(_) | GrantsFile::NotAccepted { .. } => {}
    }
    let source = Source::read(&places.permissions_file())?.ok_or(ChangeError::NoFile)?;
    let mut trust = state.files.trust.clone();
    trust.accept(ContentHash::of(source.text().as_bytes()));
    trust.write(&places.trust_file())?;
    Ok(())
}

/// Writes the entry into the permissions file and returns the new file's hash. If what comes after this fails, the
/// file is merely not accepted.
fn write_entry(
    places: &Places,
    file: &GrantsFile,
    plugin: &PluginName,
    entry: &Entry,
) -> Result<ContentHash, ChangeError> {
    match file {
        GrantsFile::Absent | GrantsFile::Accepted(_) => {}
        GrantsFile::NotAccepted { .. } => return Err(ChangeError::NotAccepted),
        GrantsFile::Broken(problems) => return Err(ChangeError::Broken(problems.clone())),
    }
    let path = places.permissions_file();
    let before = Source::read(&path)?;
    let text = with_entry(&path, before.as_ref().map(Source::text), plugin, entry)?;
    atomic::write(&path, text.as_bytes(), Access::Project)
        .map_err(|source| ChangeError::Write { what: path.display().to_string(), source })?;
    Ok(ContentHash::of(text.as_bytes()))
}
