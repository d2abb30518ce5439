//! What plugins change in their own config.

use std::sync::{Arc, OnceLock};

use orchestrator_protocol::peer::Responder;
use orchestrator_protocol::{CallError, ErrorKind};
use serde_json::Value;

use super::config_files::ConfigFiles;
use crate::config::json::{Document, pointer};
use crate::config::plugin::{Desk, Save, SaveError, Saved, general};
use crate::event::PluginName;
use crate::permission::{Ask, ModifyConfig, Permissions};
use crate::runtime::CallScope;

/// How often a change is made again to a file that somebody else has just saved.
const TRIES: usize = 3;

/// Serves the `set_config` call: asks for the permission, then saves as a face would.
pub(super) struct OwnConfigs {
    pub(super) permissions: Permissions,
    /// Set once the host stands.
    pub(super) files: OnceLock<Arc<ConfigFiles>>,
}

impl OwnConfigs {
    pub(super) async fn serve(
        self: Arc<Self>,
        plugin: PluginName,
        scope: CallScope,
        key: String,
        value: Value,
        responder: Responder,
    ) {
        match self.set(plugin, scope, &key, value).await {
            Ok(()) => responder.end(Value::Null),
            Err(error) => responder.error(error),
        }
    }

    async fn set(&self, plugin: PluginName, scope: CallScope, key: &str, value: Value) -> Result<(), CallError> {
        let invalid = |message: String| CallError::new(ErrorKind::InvalidRequest, message);
        let at = if key.starts_with('/') { key.to_owned() } else { pointer::child("", key) };
        let name = pointer::parts(&at).into_iter().next().unwrap_or_default();
        if name == general::ENABLED {
            let message = "whether a plugin is enabled is for the operator alone, whatever is granted to it";
            return Err(CallError::new(ErrorKind::PermissionDenied, message));
        }
        let ask = Ask { plugin: plugin.clone(), scope: Some(name), stream: scope.stream, span: scope.span };
        let permit = self.permissions.authorize::<ModifyConfig>(ask).await;
        let permit = permit.map_err(|denial| CallError::new(ErrorKind::PermissionDenied, denial.to_string()))?;
        let files = self.files.get().ok_or_else(|| CallError::new(ErrorKind::Unavailable, "the host is starting"))?;
        let desk = files.desk(permit.plugin()).ok_or_else(|| invalid("the plugin is gone".to_owned()))?;
        let by = format!("the plugin {plugin}");
        let ours = files.begin_save(permit.plugin());
        let who = by.clone();
        let saved = tokio::task::spawn_blocking(move || change(&desk, &at, &value, &who)).await;
        let saved = saved.map_err(|error| CallError::failed(error.to_string()))?;
        let saved = saved.map_err(|error| invalid(error.to_string()))?;
        if let Some(words) = files.saved_by_itself(ours, saved, &by).await {
            tracing::info!(%plugin, words, "it has changed its own config");
        }
        Ok(())
    }
}

fn change(desk: &Desk, at: &str, value: &Value, by: &str) -> Result<Saved, SaveError> {
    let mut tries = 1;
    loop {
        let now = desk.load();
        let save = Save {
            document: changed(&now.document, at, value)?,
            base: now.revision,
            secrets: Vec::new(),
            overwrite: false,
            by: by.to_owned(),
        };
        match desk.save(&save) {
            Err(SaveError::Conflict { .. }) if tries < TRIES => tries += 1,
            done => return done,
        }
    }
}

fn changed(text: &str, at: &str, value: &Value) -> Result<String, SaveError> {
    let document = Document::parse(text).map_err(|fault| SaveError::Refused(format!("the config {fault}")))?;
    let changed = match value {
        Value::Null if document.value().pointer(at).is_none() => return Ok(text.to_owned()),
        Value::Null => document.remove(at),
        value => document.set(at, value),
    };
    changed.map_err(|error| SaveError::Refused(error.to_string()))
}
