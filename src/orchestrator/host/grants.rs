//! What the operator allows.

use orchestrator_protocol::permission::Permission;

use super::LocalHost;
use crate::event::PluginName;
use crate::orchestrator::api::{Done, FacadeError, PermissionState, PermissionView};
use crate::permission::{ChangeError, Standing, View};
use crate::plugin::manager::Record;

/// Who commands here, as the audit log names it.
pub(super) const WHO: &str = "the operator";

impl LocalHost {
    pub(super) async fn revoke(&self, plugin: &PluginName, permission: Permission) -> Result<Done, FacadeError> {
        self.permissions().revoke(plugin, permission, WHO).await.map_err(not_changed)?;
        Ok(Done::Ok { message: format!("{plugin} no longer has {permission}: {}", permission.without_it()) })
    }

    pub(super) async fn accept_permissions_file(&self) -> Result<Done, FacadeError> {
        self.permissions().accept_file(WHO).await.map_err(not_changed)?;
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
        };
        self.permissions().view(plugin).into_iter().map(view).collect()
    }
}

pub(super) fn not_changed(error: ChangeError) -> FacadeError {
    FacadeError::failed(error.to_string())
}
