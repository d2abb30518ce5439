//! What the operator allows.

use orchestrator_protocol::permission::Permission;

use super::LocalHost;
use super::queries::no_plugin;
use crate::event::PluginName;
use crate::orchestrator::api::{Done, FacadeError, PermissionState, PermissionView};
use crate::permission::{ChangeError, Standing, View};
use crate::plugin::manager::Record;

/// Who commands here, as the audit log names it.
const WHO: &str = "the operator";

impl LocalHost {
    /// Trusts the plugin's present content, grants what it asks for, and loads it if this host loads plugins.
    pub(super) async fn trust(&self, plugin: &PluginName) -> Result<Done, FacadeError> {
        let record = self.manager().get(plugin).ok_or_else(|| no_plugin(plugin))?;
        let found = record
            .plugin
            .found
            .as_ref()
            .map_err(|fault| FacadeError::failed(format!("{plugin} is broken: {fault}")).remedy(fault.remedy()))?;
        self.permissions().trust(plugin, WHO).await.map_err(not_changed)?;
        let asked: Vec<String> =
            found.manifest.permissions.iter().map(|request| request.permission.to_string()).collect();
        let asked = if asked.is_empty() { "nothing".to_owned() } else { asked.join(", ") };
        let status =
            self.manager().load_plugin(plugin).await.map_err(|error| FacadeError::failed(error.to_string()))?;
        let reason = status.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        Ok(Done::Ok {
            message: format!(
                "{plugin} ({}) is trusted to run in this process and was granted what it asks for ({asked}); \
                 it is {}{reason}",
                found.content_hash.short(),
                status.state.as_str(),
            ),
        })
    }

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

fn not_changed(error: ChangeError) -> FacadeError {
    FacadeError::failed(error.to_string())
}
