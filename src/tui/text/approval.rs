//! What somebody reads before they answer.

use super::permission;
use crate::event::PluginName;
use crate::orchestrator::api::{PermissionState, PermissionView, PermissionsFileView, PluginDetail};
use crate::tui::action::{Action, Context, Entry, Reply, is_available};
use crate::tui::layer::{Approval, Layer};
use crate::tui::layout;
use crate::tui::model::{Model, Rich, Waiting};
use crate::tui::theme::Role;

/// The question in one line.
pub fn title(waiting: &Waiting) -> String {
    match waiting {
        Waiting::File => "May config/permissions.yaml count here?".to_owned(),
        Waiting::Plugin(plugin) => format!("May {plugin} run?"),
        Waiting::Permission(plugin, permission) => format!("{plugin} asks for {permission}"),
    }
}

/// The whole text.
pub fn text(model: &Model, waiting: &Waiting) -> Rich {
    let mut rich = Rich::default();
    let about = waiting.plugin();
    let detail = model.plugins.detail.as_ref().filter(|detail| Some(&detail.summary.name) == about);
    match waiting {
        Waiting::File => match model.permissions.waiting_file() {
            Some(view) => file(&mut rich, view),
            None => rich.push(Role::TextMuted, "It was answered meanwhile."),
        },
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

/// What the project's permissions file would grant.
fn file(rich: &mut Rich, view: &PermissionsFileView) {
    rich.push(
        Role::Text,
        "The project has a permissions file that nobody has accepted on this machine, as it is now. Until then, nothing \
         counts that it grants; what it denies is denied.",
    );
    rich.blank();
    rich.field("file", view.file.display().to_string());
    if let Some(content) = &view.content {
        rich.field("content", content.short());
    }
    for entry in &view.plugins {
        rich.heading(&format!("{} ({})", entry.plugin, entry.content.short()));
        for words in &entry.allow {
            rich.line([(Role::Warn, "◇ allow ".to_owned()), (Role::Text, words.clone())]);
        }
        for words in &entry.deny {
            rich.line([(Role::Denied, "⊘ deny  ".to_owned()), (Role::Text, words.clone())]);
        }
        if !entry.is_present {
            rich.push(Role::TextMuted, "not the content that is here, so it grants nothing");
        }
    }
    if view.plugins.is_empty() {
        rich.push(Role::Text, "It says nothing of any plugin.");
    }
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
        let (role, sign) = if view.stays_denied { (Role::Denied, "⊘ not: ") } else { (Role::Warn, "◇ ") };
        rich.line([
            (role, sign.to_owned()),
            (Role::Text, permission::allows(view.permission, &view.scope)),
            (Role::TextMuted, format!("  {}", view.permission)),
        ]);
        if view.stays_denied {
            rich.push(Role::TextMuted, format!("  {}", view.rule));
        }
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
    if model.screen.readonly {
        rich.push(Role::TextMuted, "Opened with --readonly: this can be read here, and answered only without it.");
        return rich;
    }
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
        (Action::Approve, Waiting::File) => "accept it, as it is shown",
        (Action::Approve, _) => "approve, with what it asks for",
        (Action::Reply(Reply::Once), _) => "once: the next run that uses it",
        (Action::Reply(Reply::Session), _) => "yes, until you quit",
        (Action::Reply(Reply::Always), _) => "always, for its present content",
        (Action::Reply(Reply::Deny), Waiting::File) => "not now (also Enter)",
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
