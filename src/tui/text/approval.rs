//! What somebody reads before they answer.

use super::permission;
use crate::event::PluginName;
use crate::orchestrator::api::{PermissionState, PermissionView, PluginDetail};
use crate::tui::action::{Action, Context, Entry, Reply, is_available};
use crate::tui::layer::{Approval, Layer};
use crate::tui::layout;
use crate::tui::model::{Model, Rich, Waiting};
use crate::tui::theme::Role;

/// The question in one line.
pub fn title(waiting: &Waiting) -> String {
    match waiting {
        Waiting::Plugin(plugin) => format!("May {plugin} run?"),
        Waiting::Permission(plugin, permission) => format!("{plugin} asks for {permission}"),
    }
}

/// The whole text.
pub fn text(model: &Model, waiting: &Waiting) -> Rich {
    let mut rich = Rich::default();
    let plugin = waiting.plugin();
    let detail = model.plugins.detail.as_ref().filter(|detail| detail.summary.name == *plugin);
    match waiting {
        Waiting::Permission(plugin, asked) => match model.permissions.of(plugin, *asked) {
            Some(view) if view.state == PermissionState::Requested => request(&mut rich, view),
            Some(_) | None => rich.push(Role::TextMuted, "It was answered meanwhile."),
        },
        Waiting::Plugin(plugin) => match detail {
            Some(detail) => held(&mut rich, plugin, detail),
            None => rich.push(Role::TextMuted, "asking what it is…"),
        },
    }
    rich
}

fn request(rich: &mut Rich, view: &PermissionView) {
    let optional = if view.optional { " It can do without." } else { "" };
    let may = permission::allows(view.permission, &view.scope);
    rich.push(Role::Text, format!("{} wants to {may}.{optional}", view.plugin));
    rich.blank();
    let scope = if view.scope.is_empty() { "all that it covers".to_owned() } else { view.scope.join("\n") };
    rich.field("permission", view.permission.as_str());
    rich.field("scope", scope);
    rich.field("it says", view.reason.as_deref().unwrap_or("nothing about why"));
    rich.field("without it", permission::without(view));
    rich.field("used", permission::used(view));
}

fn held(rich: &mut Rich, plugin: &PluginName, detail: &PluginDetail) {
    let summary = &detail.summary;
    if let Some(reason) = &summary.reason {
        rich.push(Role::Text, format!("{plugin} is held: {reason}."));
    }
    if !summary.description.is_empty() {
        rich.push(Role::TextMuted, &*summary.description);
    }
    rich.blank();
    rich.field("version", summary.version.as_deref().unwrap_or("unknown"));
    rich.field("folder", detail.dir.display().to_string());
    if let Some(hash) = &detail.content_hash {
        rich.field("content", hash.short());
    }
    permission::changes(rich, detail);
    rich.heading("Approved, its code runs in a process of its own, and it may");
    for view in &detail.permissions {
        rich.line([
            (Role::Warn, "◇ ".to_owned()),
            (Role::Text, permission::allows(view.permission, &view.scope)),
            (Role::TextMuted, format!("  {}", view.permission)),
        ]);
        if let Some(reason) = &view.reason {
            rich.push(Role::TextMuted, format!("  it says: {reason}"));
        }
    }
    if detail.permissions.is_empty() {
        rich.push(Role::Text, "do nothing beyond its own folders: it asks for no permission.");
    }
}

/// The keys that answer, each with what it does, in lines of `width` cells; none until they count.
pub fn answers(model: &Model, approval: &Approval, width: usize) -> Rich {
    let mut rich = Rich::default();
    if !approval.is_armed(model.screen.now) {
        rich.push(Role::TextMuted, "Read first: keys count in a moment.");
        return rich;
    }
    let answers: Vec<String> = Entry::within(Context::Approval)
        .filter(|entry| is_available(model, entry.action))
        .filter_map(|entry| {
            let meaning = meaning(entry.action, &approval.waiting)?;
            let key = model.keymap.chords(Context::Approval, entry.action).next()?;
            Some(format!("{key} {meaning}"))
        })
        .collect();
    let column = width / 2;
    for two in answers.chunks(2) {
        let line = two.iter().map(|answer| format!("{answer:<column$}")).collect::<String>();
        rich.push(Role::Key, line.trim_end());
    }
    rich
}

/// What an answer means here.
fn meaning(action: Action, waiting: &Waiting) -> Option<&'static str> {
    Some(match (action, waiting) {
        (Action::Approve, _) => "approve, with what it asks for",
        (Action::Reply(Reply::Once), _) => "once: the next run that uses it",
        (Action::Reply(Reply::Session), _) => "yes, until you quit",
        (Action::Reply(Reply::Always), _) => "always, for its present content",
        (Action::Reply(Reply::Deny), Waiting::Plugin(_)) => "no, it stays held (also Enter)",
        (Action::Reply(Reply::Deny), Waiting::Permission(..)) => "no, until you quit (also Enter)",
        (Action::Reply(Reply::DenyAlways), _) => "never",
        _ => return None,
    })
}

/// The last line that can stand on top, and how many lines are in sight.
pub fn extent(model: &Model) -> (usize, u16) {
    let Some(layer @ Layer::Approval(approval)) = model.layers.last() else { return (0, 1) };
    let area = layout::approval_text(layout::dialog(layer, model.screen.area()));
    let lines = approval.text().wrapped(usize::from(area.width)).len();
    (lines.saturating_sub(usize::from(area.height)), area.height)
}
