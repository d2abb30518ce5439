//! What the operator allows.

use orchestrator_protocol::permission::Permission;

use super::LocalHost;
use crate::event::PluginName;
use crate::orchestrator::api::{Done, FacadeError, PermissionAnswer, PermissionState, PermissionView, UpdatePolicy};
use crate::permission::{ChangeError, Standing, View};
use crate::plugin::manager::Record;

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
        self.permissions().answer(plugin, permission, scope, answer, WHO).await.map_err(not_changed)?;
        let on = if scope.is_empty() { String::new() } else { format!(" on {}", scope.join(", ")) };
        let message = match answer {
            PermissionAnswer::Once => format!("{plugin} may {permission}{on} once: in the next run that uses it"),
            PermissionAnswer::Session => format!("{plugin} has {permission}{on} until this program ends"),
            PermissionAnswer::Always => {
                format!("{plugin} has {permission}{on}; it is written into {}", self.permissions_file())
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

    pub(super) async fn accept_permissions_file(&self) -> Result<Done, FacadeError> {
        self.permissions().accept_file(None, WHO).await.map_err(not_changed)?;
        let file = self.places().permissions_file();
        Ok(Done::Ok { message: format!("{} counts on this machine as it is now", file.display()) })
    }

    /// What a plugin asks for, and how each thing stands.
    pub(super) fn permissions_of(&self, record: &Record) -> Vec<PermissionView> {
        let plugin = &record.plugin.name;
        let view = |view: View| PermissionView {
            plugin: plugin.clone(),
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
            used: 0,
            first_used: None,
            last_used: None,
            breaks: Vec::new(),
        };
        self.permissions().view(plugin).into_iter().map(view).collect()
    }
}

pub(super) fn not_changed(error: ChangeError) -> FacadeError {
    FacadeError::failed(error.to_string())
}
