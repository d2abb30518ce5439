//! What a plugin asked for when it was approved, kept to tell later whether it asks for more.

use std::fmt;

use orchestrator_protocol::permission::Permission;
use serde::{Deserialize, Serialize};

use super::Request;

/// A request, as far as it says what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    permission: Permission,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    scope: Vec<String>,
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        Asked { permission: request.permission, scope: request.scope.clone() }
    }

    /// Whether the other one asks for no more than this.
    pub fn includes(&self, other: &Asked) -> bool {
        let narrower = || !other.scope.is_empty() && other.scope.iter().all(|scope| self.scope.contains(scope));
        self.permission == other.permission && (self.scope.is_empty() || narrower())
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope.as_slice() {
            [] => write!(f, "{}", self.permission),
            scope => write!(f, "{} ({})", self.permission, scope.join(", ")),
        }
    }
}
