//! What the operator says of hook handlers: the section `hooks` of `orchestrator.yaml`.
//!
//! It counts in the user's own file. A project's may only say that a handler's failure ends the run: whatever else it
//! said could disarm a handler that denies things, also a shorter time limit, and a project may be a stranger's.

use std::collections::{BTreeMap, BTreeSet};

use orchestrator_protocol::session::OnFailure;

use super::by_plugin::by_plugin;
use super::document::{Node, Reader};
use crate::event::PluginName;

/// The longest that a handler may be given, in milliseconds: an hour.
pub(super) const MOST_MS: i64 = 60 * 60 * 1000;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HookSettings {
    /// Plugins that may decide whether others are loaded, and with which config.
    pub appointed: BTreeSet<PluginName>,
    /// By plugin, and the handler's name.
    pub handlers: BTreeMap<PluginName, BTreeMap<String, HandlerPolicy>>,
}

/// What is said of one handler; what is absent is as its plugin declares it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HandlerPolicy {
    pub enabled: Option<bool>,
    pub on_failure: Option<OnFailure>,
    pub timeout_ms: Option<u64>,
}

impl HookSettings {
    /// What is said of a handler.
    pub fn policy(&self, plugin: &PluginName, handler: &str) -> HandlerPolicy {
        self.handlers.get(plugin).and_then(|handlers| handlers.get(handler)).copied().unwrap_or_default()
    }

    /// What a project's file says was read as if it were the user's; it can only make `user` stricter.
    pub(super) fn of_both(mut user: Self, project: Self) -> Self {
        for (plugin, handlers) in project.handlers {
            for (handler, policy) in handlers {
                if policy.on_failure == Some(OnFailure::Abort) {
                    let own = user.handlers.entry(plugin.clone()).or_default().entry(handler).or_default();
                    own.on_failure = Some(OnFailure::Abort);
                }
            }
        }
        user
    }
}

pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> HookSettings {
    let mut settings = HookSettings::default();
    let Some(mut fields) = reader.fields(node, "hooks") else { return settings };
    if let Some(node) = fields.get("appointed") {
        for name in reader.texts(node, "hooks.appointed").unwrap_or_default() {
            match name.parse() {
                Ok(name) => drop(settings.appointed.insert(name)),
                Err(error) => reader.problem(node.at, format!("`{name}`: {error}"), "write plugins' names"),
            }
        }
    }
    if let Some(node) = fields.get("handlers") {
        for (name, node) in by_plugin(reader, node, "hooks.handlers") {
            let Some(handlers) = reader.fields(node, &format!("hooks.handlers.{name}")) else { continue };
            let own = settings.handlers.entry(name).or_default();
            for (key, node) in handlers.entries() {
                own.insert(key.name.clone(), policy(reader, node));
            }
        }
    }
    reader.unknown_fields(fields, "the section `hooks`");
    settings
}

fn policy(reader: &mut Reader<'_>, node: &Node) -> HandlerPolicy {
    let mut policy = HandlerPolicy::default();
    let Some(mut fields) = reader.fields(node, "a hook handler") else { return policy };
    policy.enabled = fields.get("enabled").and_then(|node| reader.boolean(node, "enabled"));
    policy.on_failure = fields.get("on_failure").and_then(|node| match reader.text(node, "on_failure")?.as_str() {
        "continue" => Some(OnFailure::Continue),
        "abort" => Some(OnFailure::Abort),
        other => {
            reader.problem(node.at, format!("`on_failure` can't be `{other}`"), "write `continue` or `abort`");
            None
        }
    });
    policy.timeout_ms = fields
        .get("timeout_ms")
        .and_then(|node| reader.integer(node, "timeout_ms", 1, MOST_MS))
        .and_then(|limit| u64::try_from(limit).ok());
    reader.unknown_fields(fields, "a hook handler's settings");
    policy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::document::Source;

    fn parse(text: &str) -> HookSettings {
        let source = Source::new("config/orchestrator.yaml", text);
        let tree = source.parse().unwrap();
        let mut reader = Reader::new(&source);
        let settings = read(&mut reader, &tree);
        reader.finish(Some(settings)).unwrap().0
    }

    #[test]
    fn a_project_can_only_have_failures_end_the_run() {
        let user = parse("appointed: [guard]\nhandlers: {guard: {check: {on_failure: continue, timeout_ms: 900}}}\n");
        let project = parse(
            "appointed: [stranger]\nhandlers:\n  guard:\n    check: {enabled: false, on_failure: abort, timeout_ms: 1}\n    \
             other: {on_failure: continue}\n",
        );
        let both = HookSettings::of_both(user, project);
        let guard: PluginName = "guard".parse().unwrap();
        assert_eq!(both.appointed.iter().collect::<Vec<_>>(), [&guard]);
        let check = HandlerPolicy { enabled: None, on_failure: Some(OnFailure::Abort), timeout_ms: Some(900) };
        assert_eq!(both.policy(&guard, "check"), check);
        assert_eq!(both.policy(&guard, "other"), HandlerPolicy::default());
    }
}
