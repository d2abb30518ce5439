//! What a plugin brings.

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::session::{HookInfo, OnFailure};

use crate::config::closest::meant;
use crate::config::document::{Fields, Node, Reader, Spot};

const MAX_NAME: usize = 100;
const MAX_TIMEOUT_MS: i64 = 60 * 60 * 1000;

/// What a manifest declares. A native plugin's code says the same when it is initialized; what both say counts
/// once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provides {
    pub agents: Vec<Component>,
    pub workflows: Vec<Component>,
    pub api_endpoints: Vec<Endpoint>,
    pub hooks: Vec<HookDeclaration>,
}

impl Provides {
    /// What a plugin's code registered, with what its manifest declares about the same handlers: the manifest is what
    /// people read and approve, so it has the last word.
    pub fn refine(&self, mut registered: Vec<HookInfo>) -> Vec<HookInfo> {
        for declared in &self.hooks {
            let of_hook = |info: &&mut HookInfo| info.hook == declared.name;
            let alone = registered.iter().filter(|info| info.hook == declared.name).count() == 1;
            let name = declared.function();
            let the_one =
                registered.iter_mut().filter(of_hook).find(|info| alone || Some(info.handler.as_str()) == name);
            if let Some(info) = the_one {
                info.priority = declared.priority.unwrap_or(info.priority);
                info.timeout_ms = declared.timeout_ms.or(info.timeout_ms);
                info.on_failure = declared.on_failure.unwrap_or(info.on_failure);
            }
        }
        registered
    }

    /// Whether a handler of that name is declared.
    pub fn names(&self, hook: HookName, handler: &str) -> bool {
        self.hooks.iter().any(|declared| declared.name == hook && declared.function() == Some(handler))
    }
}

/// An agent or a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    pub name: String,
    /// The dotted path of its class, for Python.
    pub class: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub path: String,
    /// The dotted path of its router, for Python.
    pub router: Option<String>,
}

/// A hook handler. What is absent is left to the plugin's code, and then to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookDeclaration {
    pub name: HookName,
    /// The dotted path of the handler, for Python; its name, for native plugins.
    pub handler: Option<String>,
    pub priority: Option<i32>,
    pub timeout_ms: Option<u64>,
    pub on_failure: Option<OnFailure>,
}

impl HookDeclaration {
    /// The handler's own name, without where it is.
    fn function(&self) -> Option<&str> {
        self.handler.as_deref().map(|path| path.rsplit('.').next().unwrap_or(path))
    }
}

pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Provides {
    let Some(mut fields) = reader.fields(node, "provides") else { return Provides::default() };
    let provides = Provides {
        agents: components(reader, fields.get("agents"), "agents"),
        workflows: components(reader, fields.get("workflows"), "workflows"),
        api_endpoints: each(reader, fields.get("api_endpoints"), "api_endpoints", endpoint),
        hooks: each(reader, fields.get("hooks"), "hooks", hook),
    };
    reader.unknown_fields(fields, "`provides`");
    provides
}

fn each<T>(
    reader: &mut Reader<'_>,
    node: Option<&Node>,
    what: &str,
    read: impl Fn(&mut Reader<'_>, &mut Fields<'_>, Spot) -> Option<T>,
) -> Vec<T> {
    let items = node.and_then(|node| reader.list(node, what)).unwrap_or_default();
    let mut all = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Some(mut fields) = reader.fields(item, &format!("{what}[{index}]")) else { continue };
        all.extend(read(reader, &mut fields, item.at));
        reader.unknown_fields(fields, &format!("an entry of `{what}`"));
    }
    all
}

fn components(reader: &mut Reader<'_>, node: Option<&Node>, what: &'static str) -> Vec<Component> {
    let found = each(reader, node, what, |reader, fields, at| {
        let name = required(reader, fields, "name", at);
        let class = fields.get("class").and_then(|class| dotted(reader, class, "class"));
        Some((Component { name: name_of(reader, name?)?, class }, at))
    });
    let mut all: Vec<Component> = Vec::new();
    for (component, at) in found {
        if all.iter().any(|other| other.name == component.name) {
            let message = format!("`{}` is there twice in `{what}`", component.name);
            reader.problem(at, message, "give each its own name");
        } else {
            all.push(component);
        }
    }
    all
}

fn endpoint(reader: &mut Reader<'_>, fields: &mut Fields<'_>, at: Spot) -> Option<Endpoint> {
    let path = required(reader, fields, "path", at);
    let router = fields.get("router").and_then(|router| dotted(reader, router, "router"));
    let node = path?;
    let path = reader.text(node, "path")?;
    if !path.starts_with('/') {
        reader.problem(node.at, format!("the path `{path}` does not begin with `/`"), format!("write `/{path}`"));
        return None;
    }
    Some(Endpoint { path, router })
}

fn hook(reader: &mut Reader<'_>, fields: &mut Fields<'_>, at: Spot) -> Option<HookDeclaration> {
    let name = required(reader, fields, "name", at);
    let handler = fields.get("handler").and_then(|handler| dotted(reader, handler, "handler"));
    let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
    let priority = fields.get("priority").and_then(|node| reader.integer(node, "priority", least, most));
    let timeout_ms = fields.get("timeout_ms").and_then(|node| reader.integer(node, "timeout_ms", 1, MAX_TIMEOUT_MS));
    let on_failure = fields.get("on_failure").and_then(|node| on_failure(reader, node));
    Some(HookDeclaration {
        name: hook_name(reader, name?)?,
        handler,
        priority: priority.and_then(|value| i32::try_from(value).ok()),
        timeout_ms: timeout_ms.and_then(|value| u64::try_from(value).ok()),
        on_failure,
    })
}

fn hook_name(reader: &mut Reader<'_>, node: &Node) -> Option<HookName> {
    let name = reader.text(node, "name")?;
    let hook = name.parse().ok();
    if hook.is_none() {
        let remedy = meant(&name, "the hooks", &HookName::ALL.map(HookName::as_str));
        reader.problem(node.at, format!("there is no hook `{name}`"), remedy);
    }
    hook
}

fn on_failure(reader: &mut Reader<'_>, node: &Node) -> Option<OnFailure> {
    match reader.text(node, "on_failure")?.as_str() {
        "continue" => Some(OnFailure::Continue),
        "abort" => Some(OnFailure::Abort),
        other => {
            let message = format!("`on_failure` can't be `{other}`");
            reader.problem(node.at, message, "write `continue` (the run goes on) or `abort` (the run fails)");
            None
        }
    }
}

fn required<'n>(reader: &mut Reader<'_>, fields: &mut Fields<'n>, name: &'static str, at: Spot) -> Option<&'n Node> {
    let node = fields.get(name);
    if node.is_none() {
        reader.problem(at, format!("`{name}` is missing here"), format!("add `{name}:` to this entry"));
    }
    node
}

fn name_of(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let name = reader.text(node, "name")?;
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':');
    if name.is_empty() || name.chars().count() > MAX_NAME || !name.chars().all(fine) {
        let remedy = format!("write up to {MAX_NAME} letters, digits, `_`, `-`, `.`, `/` or `:`");
        reader.problem(node.at, "this can't be a name", remedy);
        return None;
    }
    Some(name)
}

/// A dotted path of identifiers, such as `agents.CustomAgent`.
pub(super) fn dotted(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<String> {
    let path = reader.text(node, what)?;
    let identifier = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    if path.split('.').all(identifier) {
        return Some(path);
    }
    reader.problem(
        node.at,
        format!("`{path}` is not a dotted path"),
        "write names joined by dots, such as `agents.CustomAgent`",
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(handler: &str) -> HookInfo {
        HookInfo {
            hook: HookName::PreWorkflowExecution,
            handler: handler.to_owned(),
            priority: 1,
            timeout_ms: Some(100),
            on_failure: OnFailure::Continue,
        }
    }

    fn declared(handler: &str) -> HookDeclaration {
        HookDeclaration {
            name: HookName::PreWorkflowExecution,
            handler: Some(handler.to_owned()),
            priority: Some(9),
            timeout_ms: None,
            on_failure: Some(OnFailure::Abort),
        }
    }

    #[test]
    fn what_the_manifest_declares_has_the_last_word_about_its_handler() {
        let provides = Provides { hooks: vec![declared("hooks.second")], ..Provides::default() };
        let refined = provides.refine(vec![registered("first"), registered("second")]);
        assert_eq!(refined[0], registered("first"));
        let expected = HookInfo { priority: 9, on_failure: OnFailure::Abort, ..registered("second") };
        assert_eq!(refined[1], expected);
    }

    #[test]
    fn a_handler_that_is_alone_needs_no_name_in_common() {
        let provides = Provides { hooks: vec![declared("hooks.other")], ..Provides::default() };
        assert_eq!(provides.refine(vec![registered("first")])[0].priority, 9);
        assert_eq!(provides.refine(Vec::new()), []);
    }
}
