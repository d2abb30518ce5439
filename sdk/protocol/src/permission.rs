//! What a plugin may do.

use serde::{Deserialize, Serialize};

/// A thing that a plugin can't do unless it was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Permission {
    ReadWorkflow,
    WriteWorkflow,
    ExecuteAgent,
    AccessApi,
    ModifyConfig,
    Network,
    ReadFiles,
    WriteFiles,
    Spawn,
}

impl Permission {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Permission; 9] = [
        Permission::ReadWorkflow,
        Permission::WriteWorkflow,
        Permission::ExecuteAgent,
        Permission::AccessApi,
        Permission::ModifyConfig,
        Permission::Network,
        Permission::ReadFiles,
        Permission::WriteFiles,
        Permission::Spawn,
    ];

    /// The name as manifests and grants write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Permission::ReadWorkflow => "read_workflow",
            Permission::WriteWorkflow => "write_workflow",
            Permission::ExecuteAgent => "execute_agent",
            Permission::AccessApi => "access_api",
            Permission::ModifyConfig => "modify_config",
            Permission::Network => "network",
            Permission::ReadFiles => "read_files",
            Permission::WriteFiles => "write_files",
            Permission::Spawn => "spawn",
        }
    }

    /// What a plugin can't do without it, in words for an operator.
    pub fn without_it(self) -> &'static str {
        match self {
            Permission::ReadWorkflow => {
                "its hooks are not called with workflow contexts or results, and it can't read runs"
            }
            Permission::WriteWorkflow => "what its hooks return is discarded, and its workflows can't be launched",
            Permission::ExecuteAgent => "its code can't run agents or workflows",
            Permission::AccessApi => "its routes are not served",
            Permission::ModifyConfig => "it can't change its own config",
            Permission::Network => "it can't reach the network",
            Permission::ReadFiles => "it can't read files outside its own folders",
            Permission::WriteFiles => "it can't write files outside its own folders",
            Permission::Spawn => "it can't start programs",
        }
    }
}

/// A permission that a plugin has now. Only for it to look at: the host decides anew whenever something is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    pub permission: Permission,
    /// What it may be used on; empty: all that the permission covers.
    #[serde(default)]
    pub scope: Vec<String>,
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Permission::ALL.into_iter().find(|p| p.as_str() == name).ok_or_else(|| UnknownPermission(name.to_owned()))
    }
}

/// A name that is no permission's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no permission `{0}`; the permissions are {known}", known = Permission::ALL.map(Permission::as_str).join(", "))]
pub struct UnknownPermission(pub String);
