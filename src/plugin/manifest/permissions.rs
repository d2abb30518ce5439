//! What a plugin asks for, declared or inferred.

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::permission::Permission;

use super::Provides;
use crate::config::document::{Node, Reader};
use crate::permission::{Request, read_request};

pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    for item in reader.list(node, "permissions").unwrap_or_default() {
        let Some(request) = read_request(reader, item) else { continue };
        if requests.iter().any(|other| other.permission == request.permission) {
            let message = format!("`{}` is asked for twice", request.permission);
            reader.problem(item.at, message, "keep one of them, with all its scopes");
        } else {
            requests.push(request);
        }
    }
    requests
}

/// What follows from what is provided; nothing else is ever inferred.
pub(super) fn inferred(provides: &Provides) -> Vec<Request> {
    let hooked = |permission| provides.hooks.iter().any(|hook| needed_by(hook.name).contains(&permission));
    let workflows = !provides.workflows.is_empty();
    let needs = |permission: Permission| match permission {
        Permission::ReadWorkflow => hooked(permission),
        Permission::WriteWorkflow => hooked(permission) || workflows,
        Permission::ExecuteAgent => workflows,
        Permission::AccessApi => hooked(permission) || !provides.api_endpoints.is_empty(),
        Permission::ModifyConfig
        | Permission::Network
        | Permission::ReadFiles
        | Permission::WriteFiles
        | Permission::Spawn => false,
    };
    Permission::ALL.into_iter().filter(|permission| needs(*permission)).map(Request::all_of).collect()
}

/// What a handler of the hook must have to be called, and to have an effect.
fn needed_by(hook: HookName) -> &'static [Permission] {
    match hook {
        HookName::PreWorkflowExecution
        | HookName::PostWorkflowExecution
        | HookName::PreAgentExecution
        | HookName::PostAgentExecution => &[Permission::ReadWorkflow, Permission::WriteWorkflow],
        HookName::RunEvent | HookName::RunEnd => &[Permission::ReadWorkflow],
        HookName::PreApiRequest | HookName::PostApiRequest => &[Permission::AccessApi],
        HookName::PluginLoad | HookName::ConfigChange => &[],
    }
}
