//! Answers that are written down, and taking them back.

use orchestrator_protocol::permission::Permission;

use super::{ChangeError, ready, subject, write_entry};
use crate::config::Places;
use crate::event::PluginName;
use crate::permission::Request;
use crate::permission::decide::{covers, is_path, is_within, run_flag};
use crate::permission::grants::{Entry, GrantsFile};
use crate::permission::permit::shown;
use crate::permission::request::takes_scope;
use crate::permission::state::State;

/// The scope of a grant: `wanted`, if the plugin asks for all of it; what it asks for, if nothing is named.
pub(in crate::permission) fn grantable(
    state: &State,
    plugin: &PluginName,
    permission: Permission,
    wanted: &[String],
) -> Result<Vec<String>, ChangeError> {
    let subject = known_scope(state, plugin, permission, wanted)?;
    let asked: Vec<&Request> = subject.requests.iter().filter(|request| request.permission == permission).collect();
    if asked.is_empty() {
        return Err(ChangeError::NotAskedFor { plugin: plugin.clone(), permission });
    }
    for scope in wanted {
        if !asked.iter().any(|request| covers(request, permission, Some(scope))) {
            let flag = run_flag(plugin, permission, Some(scope));
            return Err(ChangeError::Wider { plugin: plugin.clone(), permission, scope: shown(scope), flag });
        }
    }
    if !wanted.is_empty() {
        return Ok(wanted.to_vec());
    }
    let everything = asked.iter().any(|request| request.scope.is_empty());
    Ok(if everything { Vec::new() } else { asked.iter().flat_map(|request| request.scope.iter().cloned()).collect() })
}

/// Fails for what can't be denied: a part of a folder that the plugin asks for. The kernel can only give all of it, or
/// nothing.
pub(in crate::permission) fn deniable(
    state: &State,
    plugin: &PluginName,
    permission: Permission,
    scope: &[String],
) -> Result<(), ChangeError> {
    let subject = known_scope(state, plugin, permission, scope)?;
    if !is_path(permission) {
        return Ok(());
    }
    for one in scope {
        let is_wider = |name: &&String| is_within(permission, name, one) && !is_within(permission, one, name);
        let asked = subject.requests.iter().filter(|request| request.permission == permission);
        let wider = asked.clone().find_map(|request| request.scope.iter().find(is_wider));
        let everything = asked.clone().any(|request| request.scope.is_empty());
        let wider = wider.cloned().or_else(|| everything.then(|| "everything".to_owned()));
        if let Some(wider) = wider {
            return Err(ChangeError::PartOfPath { plugin: plugin.clone(), permission, scope: shown(one), wider });
        }
    }
    Ok(())
}

/// Fails for a plugin that is not known, and for a scope where there can be none.
fn known_scope<'a>(
    state: &'a State,
    plugin: &PluginName,
    permission: Permission,
    scope: &[String],
) -> Result<&'a crate::permission::Subject, ChangeError> {
    if !scope.is_empty() && (!takes_scope(permission) || scope.iter().any(String::is_empty)) {
        return Err(ChangeError::NoScope(permission));
    }
    subject(state, plugin)
}

/// Writes a yes or a no to `scope`, or to everything if that is empty, into the permissions file. It takes the place
/// of what was written about the same before.
pub(in crate::permission) fn answer_always(
    places: &Places,
    state: &State,
    plugin: &PluginName,
    permission: Permission,
    scope: &[String],
    yes: bool,
) -> Result<(), ChangeError> {
    ready(state)?;
    let subject = subject(state, plugin)?;
    let fresh = |deny: Vec<Request>| Entry { content: subject.content.clone(), allow: Vec::new(), deny };
    let mut entry = match entry_of(state, plugin) {
        None => fresh(Vec::new()),
        // What was granted to other content is not granted to this one by the way; and what one is to look at first gets
        // no more before. What came with the program is not looked at.
        Some(entry) if yes && !state.counts(subject, &entry.content) => match subject.bundled {
            true => fresh(entry.deny),
            false => return Err(ChangeError::Changed(plugin.clone())),
        },
        Some(entry) => entry,
    };
    let mut trust = state.files.trust.clone();
    let (to, from) = match yes {
        true => (&mut entry.allow, &mut entry.deny),
        false => (&mut entry.deny, &mut entry.allow),
    };
    take_out(from, permission, scope, yes);
    put_in(to, permission, scope);
    if yes {
        trust.give_back(plugin, permission);
    }
    trust.accept(write_entry(places, state, plugin, &entry)?);
    trust.write(&places.trust_file())?;
    Ok(())
}

fn put_in(list: &mut Vec<Request>, permission: Permission, scope: &[String]) {
    if scope.is_empty() {
        list.retain(|request| request.permission != permission);
        return list.push(Request::all_of(permission));
    }
    match list.iter_mut().find(|request| request.permission == permission) {
        None => list.push(Request { scope: scope.to_vec(), ..Request::all_of(permission) }),
        Some(there) if there.scope.is_empty() => {}
        Some(there) => {
            let more: Vec<String> = scope.iter().filter(|one| !there.scope.contains(one)).cloned().collect();
            there.scope.extend(more);
        }
    }
}

/// Takes out what is about `scope`. With `also_wider`, also what is about more than that: a yes to a part would else be
/// without effect.
fn take_out(list: &mut Vec<Request>, permission: Permission, scope: &[String], also_wider: bool) {
    list.retain_mut(|request| {
        if request.permission != permission {
            return true;
        }
        if scope.is_empty() {
            return false;
        }
        if request.scope.is_empty() {
            return !also_wider;
        }
        let is_about = |one: &String, other: &String| {
            is_within(permission, other, one) || also_wider && is_within(permission, one, other)
        };
        request.scope.retain(|one| !scope.iter().any(|other| is_about(one, other)));
        !request.scope.is_empty()
    });
}

/// Takes every answer about `permission` out of the files, or about all permissions.
pub(in crate::permission) fn reset(
    places: &Places,
    state: &State,
    plugin: &PluginName,
    permission: Option<Permission>,
) -> Result<(), ChangeError> {
    ready(state)?;
    let subject = subject(state, plugin)?;
    can_be_forgotten(state, plugin, permission)?;
    let mut trust = state.files.trust.clone();
    let is_about = |other: Permission| permission.is_none_or(|permission| permission == other);
    for permission in Permission::ALL.into_iter().filter(|other| is_about(*other)) {
        if subject.bundled {
            trust.forget(plugin, permission);
        } else {
            trust.give_back(plugin, permission);
        }
    }
    if let Some(mut entry) = entry_of(state, plugin) {
        let before = entry.clone();
        entry.allow.retain(|request| !is_about(request.permission));
        entry.deny.retain(|request| !is_about(request.permission));
        if entry != before {
            trust.accept(write_entry(places, state, plugin, &entry)?);
        }
    }
    trust.write(&places.trust_file())?;
    Ok(())
}

/// Fails if the file may say something about it that can't be taken out.
fn can_be_forgotten(state: &State, plugin: &PluginName, permission: Option<Permission>) -> Result<(), ChangeError> {
    match &state.files.grants {
        GrantsFile::Absent | GrantsFile::Accepted(_) => Ok(()),
        GrantsFile::Broken(problems) => Err(ChangeError::Broken(problems.clone())),
        GrantsFile::NotAccepted { grants, .. } => {
            let is_about_it = |request: &Request| permission.is_none_or(|permission| permission == request.permission);
            match grants.0.get(plugin) {
                Some(entry) if entry.allow.iter().chain(&entry.deny).any(is_about_it) => Err(ChangeError::NotAccepted),
                Some(_) | None => Ok(()),
            }
        }
    }
}

/// Takes a permission away: from the file or, for what needs no file, on this machine. What is
/// granted in memory alone is the caller's to take away.
pub(in crate::permission) fn revoke(
    places: &Places,
    state: &State,
    plugin: &PluginName,
    permission: Permission,
) -> Result<(), ChangeError> {
    ready(state)?;
    let subject = subject(state, plugin)?;
    let in_memory = state.runs.values().flatten().any(|grant| grant.is_for(plugin, permission))
        || state.session.has_granted(plugin, permission);
    let mut entry =
        entry_of(state, plugin).filter(|entry| entry.allow.iter().any(|request| request.permission == permission));
    let bundled = subject.bundled && !state.files.trust.is_revoked(plugin, permission);
    if !bundled && entry.is_none() && !in_memory {
        return Err(ChangeError::NothingToRevoke { plugin: plugin.clone(), permission });
    }
    let mut trust = state.files.trust.clone();
    if bundled {
        trust.revoke(plugin, permission);
    }
    if let Some(entry) = &mut entry {
        entry.allow.retain(|request| request.permission != permission);
        trust.accept(write_entry(places, state, plugin, entry)?);
    }
    trust.write(&places.trust_file())?;
    Ok(())
}

/// What the file says of the plugin. One that is not accepted says nothing that could be changed.
fn entry_of(state: &State, plugin: &PluginName) -> Option<Entry> {
    match &state.files.grants {
        GrantsFile::Accepted(grants) => grants.0.get(plugin).cloned(),
        GrantsFile::Absent | GrantsFile::NotAccepted { .. } | GrantsFile::Broken(_) => None,
    }
}
