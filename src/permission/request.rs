//! What a plugin asks for.

use orchestrator_protocol::permission::Permission;

use crate::config::closest::meant;
use crate::config::document::{Node, Reader, Value};
use crate::event::text::clean_line;

/// The most names in one scope: a person is to read them.
const MAX_SCOPE: usize = 100;

/// A permission that a plugin asks for, or that was granted to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub permission: Permission,
    /// Exact names: programs for `spawn`, agents for `execute_agent`. Empty: everything that the permission covers.
    pub scope: Vec<String>,
    /// Why, in the plugin author's words.
    pub reason: Option<String>,
    /// The plugin works without it, with less.
    pub optional: bool,
}

impl Request {
    /// Everything that `permission` covers.
    pub fn all_of(permission: Permission) -> Self {
        Request { permission, scope: Vec::new(), reason: None, optional: false }
    }
}

/// Whether the permission can be narrowed to some names.
pub(super) fn takes_scope(permission: Permission) -> bool {
    match permission {
        Permission::ReadWorkflow | Permission::WriteWorkflow => false,
        Permission::ExecuteAgent
        | Permission::AccessApi
        | Permission::ModifyConfig
        | Permission::Network
        | Permission::ReadFiles
        | Permission::WriteFiles
        | Permission::Spawn => true,
    }
}

/// Reads one entry of a list of permissions: a name, or `{name, scope, reason, optional}`.
pub fn read_request(reader: &mut Reader<'_>, node: &Node) -> Option<Request> {
    if matches!(node.value, Value::String(_)) {
        return read_name(reader, node).map(Request::all_of);
    }
    let mut fields = reader.fields(node, "permissions")?;
    let permission = match fields.get("name") {
        Some(name) => read_name(reader, name),
        None => {
            reader.problem(node.at, "`name` is missing", "write `{name: spawn, scope: [cargo]}`, or the name alone");
            None
        }
    };
    let scope = fields.get("scope").map(|scope| (scope, reader.texts(scope, "scope")));
    let reason =
        fields.get("reason").and_then(|reason| reader.text(reason, "reason")).map(|reason| clean_line(&reason));
    let optional = fields.get("optional").and_then(|optional| reader.boolean(optional, "optional"));
    reader.unknown_fields(fields, "a permission");
    let permission = permission?;
    let scope = match scope {
        None => Vec::new(),
        Some((at, Some(names))) => {
            if names.is_empty() || names.iter().any(String::is_empty) {
                let remedy = "name what it may be used on, or leave `scope` out, which means everything";
                reader.problem(at.at, "this scope names nothing", remedy);
            } else if names.iter().any(|name| clean_line(name) != *name || name.contains('\n')) {
                let remedy = "write each name on one line, in characters that can be seen: people decide by it";
                reader.problem(at.at, "a name in this scope can't be shown as it is", remedy);
            } else if names.len() > MAX_SCOPE {
                let remedy = "leave `scope` out, which means everything, or name fewer";
                reader.problem(at.at, format!("this scope names {}, at most {MAX_SCOPE} may be", names.len()), remedy);
            } else if !takes_scope(permission) {
                reader.problem(at.at, format!("`{permission}` can't be narrowed by a scope"), "leave `scope` out");
            }
            names
        }
        Some((_, None)) => return None,
    };
    Some(Request { permission, scope, reason, optional: optional.unwrap_or(false) })
}

fn read_name(reader: &mut Reader<'_>, node: &Node) -> Option<Permission> {
    let name = reader.text(node, "permissions")?;
    match name.parse() {
        Ok(permission) => Some(permission),
        Err(_) => {
            let remedy = meant(&name, "the permissions", &Permission::ALL.map(Permission::as_str));
            reader.problem(node.at, format!("there is no permission `{name}`"), remedy);
            None
        }
    }
}
