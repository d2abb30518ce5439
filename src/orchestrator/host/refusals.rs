//! What the kernel refuses plugins' processes: into the audit log, and with the command that would allow it.

use orchestrator_protocol::permission::Permission;
use serde_json::{Map, Value};

use crate::config::Places;
use crate::event::{PluginName, StreamId};
use crate::permission::{Permissions, Refusal, Standing, grant_command, run_flag};
use crate::plugin::manager::resolve;

/// The field of a log line that says it is about a refusal: the permission that it needs, or nothing that is one.
pub(super) const REFUSED: &str = "refused";
/// The field with the path that it was about.
const PATH: &str = "path";

/// Takes note of refusals. For every thread that is within a runtime.
pub(super) struct Refusals {
    pub(super) permissions: Permissions,
    pub(super) places: Places,
}

impl Refusals {
    /// Puts it into the audit log if the line is about one. The line, with what to do.
    pub(super) fn note(
        &self,
        plugin: &PluginName,
        stream: StreamId,
        message: String,
        fields: &Map<String, Value>,
    ) -> String {
        let Some(refused) = fields.get(REFUSED) else { return message };
        let permission = refused.as_str().and_then(|name| name.parse::<Permission>().ok());
        let path = fields.get(PATH).and_then(Value::as_str);
        let (scope, words) = (path.map(str::to_owned), message.clone());
        self.permissions.audit_refusal(Refusal { plugin: plugin.clone(), permission, scope, stream, words });
        match (permission, path) {
            (Some(permission @ (Permission::ReadFiles | Permission::WriteFiles)), Some(path)) => {
                format!("{message}; {}", self.remedy(plugin, permission, path))
            }
            (_, _) => message,
        }
    }

    /// What would let it, exactly: a plugin can be granted only what it asks for.
    fn remedy(&self, plugin: &PluginName, permission: Permission, path: &str) -> String {
        let project = self.places.project_dir();
        let project = project.canonicalize().unwrap_or_else(|_| project.to_owned());
        let target = resolve(path, &project);
        let views = self.permissions.view(plugin).into_iter();
        for view in views.filter(|view| view.request.permission == permission) {
            let command = match view.request.scope.as_slice() {
                [] => Some(grant_command(plugin, permission, Some(path))),
                scopes => {
                    let folder = scopes.iter().find(|scope| target.starts_with(resolve(scope, &project)));
                    folder.map(|scope| grant_command(plugin, permission, Some(scope)))
                }
            };
            match (command, view.standing) {
                (Some(_), Standing::Granted) => {
                    return "it is granted, but the path is, or lies behind, a link".to_owned();
                }
                (Some(command), Standing::Requested | Standing::Denied) => return format!("to grant it: {command}"),
                (None, _) => {}
            }
        }
        match permission {
            Permission::ReadFiles => {
                format!(
                    "its plugin.yaml does not ask for it; for one run: {}",
                    run_flag(plugin, permission, Some(path))
                )
            }
            _ => "its plugin.yaml does not ask for it, so it can't be granted".to_owned(),
        }
    }
}
