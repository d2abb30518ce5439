//! What the plugin may do, as the host told it last.

use std::sync::{PoisonError, RwLock};

use orchestrator_protocol::permission::{Granted, Permission};

use crate::{PluginContext, PluginError};

/// What is granted to the plugin. The host replaces it whole.
#[derive(Default)]
pub(crate) struct Grants(RwLock<Vec<Granted>>);

impl Grants {
    pub(crate) fn replace(&self, granted: Vec<Granted>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = granted;
    }

    fn all(&self) -> Vec<Granted> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn has(&self, permission: Permission) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).iter().any(|granted| granted.permission == permission)
    }
}

/// What the plugin may do. Asking costs no message to the host, and promises nothing: the host decides anew at each
/// use, which can be refused for its scope, or because the permission was revoked meanwhile.
///
/// ```
/// use orchestrator_sdk::prelude::*;
///
/// /// Can't work without agents, and works with less without programs.
/// fn look_around(context: &PluginContext) -> Result<(), PluginError> {
///     if !context.check_permission(Permission::Spawn) {
///         context.degraded("the history is left out: no program may be started");
///     }
///     context.require_permission(Permission::ExecuteAgent)
/// }
/// ```
impl PluginContext {
    /// What is granted now, each with what it may be used on (empty: all that it covers).
    pub fn permissions(&self) -> Vec<Granted> {
        self.grants().all()
    }

    /// Whether the plugin has a permission now, for all or for some of what it covers.
    pub fn check_permission(&self, permission: Permission) -> bool {
        self.grants().has(permission)
    }

    /// [`PluginError::Permission`] unless the plugin has the permission now. Returned from an agent or a workflow, it
    /// ends the run as denied.
    pub fn require_permission(&self, permission: Permission) -> Result<(), PluginError> {
        match self.check_permission(permission) {
            true => Ok(()),
            false => Err(PluginError::Permission(format!("{} lacks permission: {permission}", self.name()))),
        }
    }

    /// Always fails: only the operator grants. The error names the command, for whoever is to be told of it.
    pub fn grant_permission(&self, permission: Permission) -> Result<(), PluginError> {
        Err(PluginError::Permission(format!(
            "a plugin can't grant permissions; the operator can, with `orchestrator permission grant {} {permission}`",
            self.name()
        )))
    }
}
