//! What the operator allows.

use orchestrator_protocol::permission::Permission;

use super::LocalHost;
use super::breaks::breaks;
use crate::event::{ContentHash, PluginName};
use crate::orchestrator::api::{
    Done, FacadeError, PermissionAnswer, PermissionState, PermissionView, PermissionsFileEntry, PermissionsFileView,
    UpdatePolicy,
};
use crate::permission::{ChangeError, FileEntry, FileStanding, Standing, View, is_within, shell_word};
use crate::plugin::manager::{Record, is_for_kernel};
use crate::store::Use;

/// Who commands here, as the audit log names it.
pub(super) const WHO: &str = "the operator";

impl LocalHost {
    pub(super) async fn revoke(&self, plugin: &PluginName, permission: Permission) -> Result<Done, FacadeError> {
        self.permissions().revoke(plugin, permission, WHO).await.map_err(not_changed)?;
        Ok(Done::Ok { message: format!("{plugin} no longer has {permission}: {}", permission.without_it()) })
    }

    pub(super) async fn answer_permission(
        &self,
        plugin: &PluginName,
        permission: Permission,
        scope: &[String],
        answer: PermissionAnswer,
    ) -> Result<Done, FacadeError> {
        if answer == PermissionAnswer::Once && self.is_for_kernel(plugin, permission, scope) {
            return Err(not_once(plugin, permission, scope));
        }
        self.permissions().answer(plugin, permission, scope, answer, WHO).await.map_err(not_changed)?;
        let on = if scope.is_empty() { String::new() } else { format!(" on {}", scope.join(", ")) };
        let message = match answer {
            PermissionAnswer::Once => format!("{plugin} may {permission}{on} once: in the next run that uses it"),
            PermissionAnswer::Session => {
                format!(
                    "{plugin} has {permission}{on} until this program ends{}",
                    self.replaced(plugin, permission, scope)
                )
            }
            PermissionAnswer::Always => {
                let file = self.permissions_file();
                format!(
                    "{plugin} has {permission}{on}; it is written into {file}{}",
                    self.replaced(plugin, permission, scope)
                )
            }
            PermissionAnswer::Deny => {
                format!("{plugin} is denied {permission}{on} until this program ends: {}", permission.without_it())
            }
            PermissionAnswer::DenyAlways => format!(
                "{plugin} is denied {permission}{on}: {}; it is written into {}",
                permission.without_it(),
                self.permissions_file()
            ),
        };
        Ok(Done::Ok { message })
    }

    /// Whether it is the kernel that holds the plugin's process to any of `scope`, or to any of what it asks for.
    fn is_for_kernel(&self, plugin: &PluginName, permission: Permission, scope: &[String]) -> bool {
        let asked = self.permissions().view(plugin).into_iter().map(|view| view.request);
        let asked: Vec<String> =
            asked.filter(|request| request.permission == permission).flat_map(|request| request.scope).collect();
        let scopes = if scope.is_empty() { &asked } else { scope };
        holds_any(permission, scopes)
    }

    /// What becomes of a process that runs without what was granted.
    fn replaced(&self, plugin: &PluginName, permission: Permission, scope: &[String]) -> &'static str {
        let for_kernel = self.is_for_kernel(plugin, permission, scope);
        let live = self.manager().get(plugin).and_then(|record| record.live);
        let in_this_process = live.is_some_and(|live| live.process().is_none());
        match for_kernel && !in_this_process {
            true => "; where it runs without that, its process is replaced; calls under way end in the old one",
            false => "",
        }
    }

    pub(super) async fn reset_permission(
        &self,
        plugin: &PluginName,
        permission: Option<Permission>,
    ) -> Result<Done, FacadeError> {
        self.permissions().reset(plugin, permission, WHO).await.map_err(not_changed)?;
        let what = permission.map_or_else(|| "any permission".to_owned(), |permission| permission.to_string());
        Ok(Done::Ok { message: format!("every answer about {what} of {plugin} is forgotten") })
    }

    pub(super) async fn set_policy(&self, plugin: &PluginName, policy: UpdatePolicy) -> Result<Done, FacadeError> {
        self.permissions().set_policy(plugin, policy, WHO).await.map_err(not_changed)?;
        let meaning = match policy {
            UpdatePolicy::Hold => "when it changes, it is held until it is approved again",
            UpdatePolicy::KeepIfNoMore => {
                "when it changes, it stays approved with its grants if it asks for no more than before; it is never \
                 trusted that way"
            }
            UpdatePolicy::Dev => {
                "whatever lies in its folder counts as approved, for as long as this holds; it is never trusted that \
                 way"
            }
        };
        Ok(Done::Ok { message: format!("{plugin}: {meaning}") })
    }

    fn permissions_file(&self) -> String {
        self.places().permissions_file().display().to_string()
    }

    pub(super) async fn accept_permissions_file(&self, seen: Option<ContentHash>) -> Result<Done, FacadeError> {
        self.permissions().accept_file(seen, WHO).await.map_err(not_changed)?;
        let view = self.permissions_file_view();
        let says: String = view.plugins.iter().map(|entry| format!("\n  {entry}")).collect();
        Ok(Done::Ok { message: format!("{} counts on this machine as it is now{says}", view.file.display()) })
    }

    /// What the permissions file says.
    pub(super) fn permissions_file_view(&self) -> PermissionsFileView {
        let standing = self.permissions().file_standing();
        let (content, entries) = self.permissions().file_content();
        let entry = |FileEntry { plugin, content, is_present, allow, deny }| PermissionsFileEntry {
            plugin,
            content,
            is_present,
            allow,
            deny,
        };
        PermissionsFileView {
            file: self.places().permissions_file(),
            content,
            accepted: standing == FileStanding::Accepted,
            problems: match standing {
                FileStanding::Broken(problems) => problems.0.iter().map(ToString::to_string).collect(),
                FileStanding::Absent | FileStanding::Accepted | FileStanding::NotAccepted => Vec::new(),
            },
            plugins: entries.into_iter().map(entry).collect(),
        }
    }

    /// What a plugin asks for, and how each thing stands.
    pub(super) fn permissions_of(&self, record: &Record) -> Vec<PermissionView> {
        let plugin = &record.plugin.name;
        let view = |view: View| PermissionView {
            plugin: plugin.clone(),
            breaks: breaks(record, &view.request),
            takes_once: !holds_any(view.request.permission, &view.request.scope),
            permission: view.request.permission,
            scope: view.request.scope,
            reason: view.request.reason,
            optional: view.request.optional,
            state: match view.standing {
                Standing::Granted => PermissionState::Granted,
                Standing::Requested => PermissionState::Requested,
                Standing::Denied => PermissionState::Denied,
            },
            rule: view.rule,
            lasting: view.lasting,
            stays_denied: view.stays_denied,
            used: 0,
            first_used: None,
            last_used: None,
        };
        self.permissions().view(plugin).into_iter().map(view).collect()
    }

    /// The same, with how often each was used.
    pub(super) async fn permissions_used(&self, records: &[Record]) -> Result<Vec<PermissionView>, FacadeError> {
        let uses = self.in_store(|store| store.uses()).await?;
        let mut views: Vec<PermissionView> = records.iter().flat_map(|record| self.permissions_of(record)).collect();
        views.iter_mut().for_each(|view| count(view, &uses));
        Ok(views)
    }
}

/// Whether the kernel holds a process to any of these, or to all that the permission covers.
fn holds_any(permission: Permission, scopes: &[String]) -> bool {
    match scopes {
        [] => is_for_kernel(permission, None),
        scopes => scopes.iter().any(|scope| is_for_kernel(permission, Some(scope))),
    }
}

/// The host does not see when a process uses what the kernel gave it: it could not be used up.
fn not_once(plugin: &PluginName, permission: Permission, scope: &[String]) -> FacadeError {
    let scopes: String = scope.iter().map(|one| format!(" --scope {}", shell_word(one))).collect();
    let message = format!(
        "{permission} can't be granted once: the kernel gives it to a process for as long as that runs, and nobody sees \
         when it is used"
    );
    FacadeError::usage(message).remedy(format!(
        "answer `session` (orchestrator permission grant {plugin} {permission}{scopes} --session), and take it back \
         afterwards: orchestrator permission revoke {plugin} {permission}"
    ))
}

/// Adds up what was used of a request.
fn count(view: &mut PermissionView, uses: &[Use]) {
    let is_of_it = |one: &&Use| {
        let in_scope = |scope: &String| view.scope.iter().any(|own| is_within(view.permission, own, scope));
        one.plugin == view.plugin
            && one.permission == view.permission
            && (view.scope.is_empty() || one.scope.as_ref().is_some_and(in_scope))
    };
    let of_it: Vec<&Use> = uses.iter().filter(is_of_it).collect();
    view.used = of_it.iter().map(|one| one.used).sum();
    view.first_used = of_it.iter().map(|one| one.first).min();
    view.last_used = of_it.iter().map(|one| one.last).max();
}

pub(super) fn not_changed(error: ChangeError) -> FacadeError {
    match &error {
        ChangeError::NoSuchPlugin(_) => FacadeError::missing(error.to_string()),
        ChangeError::NotAskedFor { .. }
        | ChangeError::Wider { .. }
        | ChangeError::PartOfPath { .. }
        | ChangeError::NoScope(_) => FacadeError::usage(error.to_string()),
        ChangeError::NothingToRevoke { .. } => FacadeError::nothing(error.to_string()),
        ChangeError::DeniedElsewhere { .. }
        | ChangeError::Bundled(_)
        | ChangeError::NotApproved(_)
        | ChangeError::Changed(_)
        | ChangeError::NoFolder(_)
        | ChangeError::NotTrusted(_)
        | ChangeError::NotAccepted
        | ChangeError::PluginNotAsShown(_)
        | ChangeError::NotAsShown
        | ChangeError::NoFile
        | ChangeError::Broken(_)
        | ChangeError::Edit(_)
        | ChangeError::Unreadable(_)
        | ChangeError::Trust(_)
        | ChangeError::Interrupted
        | ChangeError::Write { .. } => FacadeError::failed(error.to_string()),
    }
}
