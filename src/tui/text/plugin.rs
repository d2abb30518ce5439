//! What is said of a plugin: in short beside the list, and everything.

use super::{gauge, permission, plugin_sign, touch};
use crate::orchestrator::api::{Place, PluginDetail, PluginKind, PluginSummary};
use crate::tui::model::{Model, Rich, Screen};
use crate::tui::theme::Role;

/// What stands below the list, in lines of `width` cells.
pub fn summary(plugin: &PluginSummary, model: &Model, width: usize) -> Rich {
    let mut rich = Rich::default();
    state(&mut rich, plugin, &model.screen);
    rich.line([(Role::TextMuted, where_it_runs(plugin))]);
    // The last look may be older than its process's end.
    if plugin.place == Place::Child
        && let Some(gauge) = model.plugins.usage.of(&plugin.name)
    {
        rich.line(gauge::process(&gauge).0);
        gauge::bars(&mut rich, &gauge, width);
    }
    if let Some(level) = &plugin.sandbox {
        rich.line([(level_role(level), format!("sandbox {level}"))]);
    }
    // What one that does not run would contribute is not known.
    match plugin.place {
        Place::Nowhere => {}
        Place::Host | Place::Child => rich.push(Role::Text, contributed(plugin)),
    }
    rich.push(Role::Text, format!("grants {} of {}", plugin.granted, plugin.requested));
    if let Some(line) = model.plugins.log_of(&plugin.name).next_back() {
        rich.push(Role::TextMuted, line);
    }
    if !plugin.description.is_empty() {
        rich.push(Role::TextMuted, &*plugin.description);
    }
    rich
}

fn state(rich: &mut Rich, plugin: &PluginSummary, screen: &Screen) {
    let sign = plugin_sign(plugin.state, screen);
    let badge = if plugin.bundled { " bundled " } else { "" };
    let gap = if plugin.bundled { "  " } else { "" };
    rich.line([
        (sign.role, format!("{} {}", sign.glyph, sign.word)),
        (Role::Text, gap.to_owned()),
        (Role::Badge, badge.to_owned()),
    ]);
    if let Some(reason) = &plugin.reason {
        rich.push(Role::Text, reason.as_str());
    }
    if let Some(remedy) = &plugin.remedy {
        rich.push(Role::Key, remedy.as_str());
    }
}

fn where_it_runs(plugin: &PluginSummary) -> String {
    let kind = match plugin.kind {
        Some(PluginKind::Native) => "native",
        Some(PluginKind::Python) => "Python",
        None => return "kind unknown: its manifest can't be read".to_owned(),
    };
    let version =
        plugin.version.as_ref().map_or_else(|| ", version unknown".to_owned(), |version| format!(" {version}"));
    // Its number stands in the details: a picture of this must be the same each time.
    let place = match plugin.place {
        Place::Nowhere => "not running",
        Place::Host => "in this process",
        Place::Child => "in a process of its own",
    };
    format!("{kind}{version}, {place}")
}

/// Less than all is worth a second look.
pub(super) fn level_role(level: &str) -> Role {
    if level == "full" { Role::Ok } else { Role::Warn }
}

fn contributed(plugin: &PluginSummary) -> String {
    format!(
        "{}, {}, {}, {}",
        count(plugin.agents, "agent"),
        count(plugin.workflows, "workflow"),
        count(plugin.hooks, "hook"),
        count(plugin.routes, "route")
    )
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Everything. Until the details are here, what the list knows.
pub(super) fn whole(plugin: &PluginSummary, detail: Option<&PluginDetail>, model: &Model) -> Rich {
    let mut rich = Rich::default();
    state(&mut rich, plugin, &model.screen);
    if !plugin.description.is_empty() {
        rich.push(Role::Text, &*plugin.description);
    }
    match detail {
        Some(detail) => {
            for warning in &detail.warnings {
                rich.line([(Role::Warn, "! ".to_owned()), (Role::Text, warning.clone())]);
            }
            touch::may_touch(&mut rich, detail, model);
            details(&mut rich, detail);
        }
        None => rich.push(Role::TextMuted, "asking for the details…"),
    }
    let mut log = model.plugins.log_of(&plugin.name).peekable();
    if log.peek().is_some() {
        rich.heading("Said since the start");
        log.for_each(|line| rich.push(Role::Text, line));
    }
    rich
}

fn details(rich: &mut Rich, detail: &PluginDetail) {
    let summary = &detail.summary;
    rich.heading("Where");
    rich.field("version", summary.version.as_deref().unwrap_or("unknown"));
    match (&detail.author, &detail.email) {
        (Some(author), Some(email)) => rich.field("author", format!("{author} <{email}>")),
        (Some(who), None) | (None, Some(who)) => rich.field("author", who),
        (None, None) => {}
    }
    rich.field("folder", detail.dir.display().to_string());
    rich.field("runs in", &detail.runs_in);
    if let Some(library) = &detail.library {
        rich.field("library", library.display().to_string());
    }
    if let Some(hash) = &detail.content_hash {
        rich.field("content", hash.short());
    }
    permissions(rich, detail);
    provides(rich, detail);
    rich.heading("Config");
    rich.field("file", detail.config_file.display().to_string());
    rich.push(Role::Text, serde_json::to_string_pretty(&detail.config).unwrap_or_default());
}

fn permissions(rich: &mut Rich, detail: &PluginDetail) {
    permission::changes(rich, detail);
    rich.heading("Permissions");
    permission::policy(rich, detail);
    if detail.permissions.is_empty() {
        rich.push(Role::TextMuted, "It asks for none.");
    }
    detail.permissions.iter().for_each(|view| permission::permission(rich, view));
}

fn provides(rich: &mut Rich, detail: &PluginDetail) {
    if !detail.agents.is_empty() {
        rich.heading("Agents");
    }
    for agent in &detail.agents {
        rich.push(Role::Text, &*agent.name);
        rich.push(Role::TextMuted, format!("  {} ({})", agent.role, agent.provider));
    }
    if !detail.workflows.is_empty() {
        rich.heading("Workflows");
    }
    for workflow in &detail.workflows {
        rich.push(Role::Text, &*workflow.name);
        rich.push(Role::TextMuted, format!("  {}", workflow.description));
        workflow.denied.iter().for_each(|denied| rich.push(Role::Denied, format!("  ⊘ would be denied: {denied}")));
    }
    if !detail.hooks.is_empty() {
        rich.heading("Hooks");
    }
    for hook in &detail.hooks {
        rich.push(Role::Text, format!("{} → {}", hook.hook, hook.handler));
        let facts = format!(
            "  place {} in its chain, priority {}, {} ms at most, called {}{}",
            hook.order,
            hook.priority,
            hook.timeout_ms,
            super::fired(hook),
            if hook.enabled { "" } else { "; turned off" }
        );
        rich.push(Role::TextMuted, facts);
    }
    if !detail.routes.is_empty() {
        rich.heading("Routes");
    }
    for route in &detail.routes {
        rich.line([
            (Role::Text, format!("{} {}", route.method, route.path)),
            (Role::TextMuted, format!("  {}", route.description)),
        ]);
    }
}
