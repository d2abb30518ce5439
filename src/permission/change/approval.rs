//! Approving, trusting, and what becomes of both when a plugin changes.

use super::{ChangeError, ready, subject, write_entry};
use crate::config::Places;
use crate::config::document::Source;
use crate::event::{ContentHash, PluginName};
use crate::permission::decide::left_of;
use crate::permission::grants::{Entry, GrantsFile};
use crate::permission::state::State;
use crate::permission::{Request, UpdatePolicy};

/// Approves a plugin's present content and grants what it asks for and was not denied; with `trusted`, trusts it as well.
/// Only if it is the content that was `seen`, if that is given. A bundled one needs no entry in the file: what was
/// revoked is given back.
pub(in crate::permission) fn approve(
    places: &Places,
    state: &State,
    plugin: &PluginName,
    trusted: bool,
    seen: Option<&ContentHash>,
) -> Result<(), ChangeError> {
    ready(state)?;
    let subject = subject(state, plugin)?;
    if seen.is_some_and(|seen| *seen != subject.content) {
        return Err(ChangeError::PluginNotAsShown(plugin.clone()));
    }
    let mut trust = state.files.trust.clone();
    if trusted {
        trust.trust(subject);
    } else {
        trust.approve(subject);
    }
    if !subject.bundled {
        let deny = state.files.grants.denied(plugin).to_vec();
        let left = subject.requests.iter().filter_map(|request| left_of(request, &deny));
        let allow = left.map(|request| Request { scope: request.scope, ..Request::all_of(request.permission) });
        let entry = Entry { content: subject.content.clone(), allow: allow.collect(), deny };
        trust.accept(write_entry(places, state, plugin, &entry)?);
    }
    trust.write(&places.trust_file())?;
    Ok(())
}

/// Ends the trust in a plugin; it stays approved.
pub(in crate::permission) fn distrust(places: &Places, state: &State, plugin: &PluginName) -> Result<(), ChangeError> {
    ready(state)?;
    let mut trust = state.files.trust.clone();
    if !trust.distrust(plugin) {
        return Err(ChangeError::NotTrusted(plugin.clone()));
    }
    trust.write(&places.trust_file())?;
    Ok(())
}

/// Says what becomes of the plugin when it changes.
pub(in crate::permission) fn set_policy(
    places: &Places,
    state: &State,
    plugin: &PluginName,
    policy: UpdatePolicy,
) -> Result<(), ChangeError> {
    ready(state)?;
    let subject = subject(state, plugin)?;
    let mut trust = state.files.trust.clone();
    match policy {
        UpdatePolicy::Hold => trust.hold(plugin),
        UpdatePolicy::KeepIfNoMore | UpdatePolicy::Dev if subject.bundled => {
            return Err(ChangeError::Bundled(plugin.clone()));
        }
        // Else it would say nothing now, and something unexpected once the plugin is approved.
        UpdatePolicy::KeepIfNoMore if !trust.is_approved(plugin, &subject.content) => {
            return Err(ChangeError::NotApproved(plugin.clone()));
        }
        UpdatePolicy::KeepIfNoMore => trust.keep_if_no_more(plugin),
        UpdatePolicy::Dev => match &subject.dir {
            Some(dir) => trust.develop(plugin, dir),
            None => return Err(ChangeError::NoFolder(plugin.clone())),
        },
    }
    trust.write(&places.trust_file())?;
    Ok(())
}

/// Accepts the permissions file as it is now; only if it is the one that was `seen`, if that is given.
pub(in crate::permission) fn accept(
    places: &Places,
    state: &State,
    seen: Option<&ContentHash>,
) -> Result<(), ChangeError> {
    ready(state)?;
    match &state.files.grants {
        GrantsFile::Absent => return Err(ChangeError::NoFile),
        GrantsFile::Broken(problems) => return Err(ChangeError::Broken(problems.clone())),
        GrantsFile::Accepted(_) | GrantsFile::NotAccepted { .. } => {}
    }
    let source = Source::read(&places.permissions_file())?.ok_or(ChangeError::NoFile)?;
    let content = ContentHash::of(source.text().as_bytes());
    if seen.is_some_and(|seen| *seen != content) {
        return Err(ChangeError::NotAsShown);
    }
    let mut trust = state.files.trust.clone();
    trust.accept(content);
    trust.write(&places.trust_file())?;
    Ok(())
}
