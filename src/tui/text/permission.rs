//! What is said of a permission: in a cell, in short, and everything.

use orchestrator_protocol::permission::Permission;

use super::{date, moment, touch};
use crate::orchestrator::api::{Lasting, PermissionState, PermissionView, PluginDetail, UpdatePolicy};
use crate::tui::model::Rich;
use crate::tui::theme::Role;

/// How a permission stands, in three lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub glyph: &'static str,
    pub letter: &'static str,
    pub word: &'static str,
    pub role: Role,
}

pub fn standing(view: Option<&PermissionView>) -> Standing {
    let (glyph, letter, word, role) = match view.map(|view| (view.state, view.lasting)) {
        None => ("·", "", "not asked", Role::TextMuted),
        Some((PermissionState::Requested, _)) => ("◇", "?", "asked", Role::Warn),
        Some((PermissionState::Denied, Some(Lasting::Session))) => ("⊘", "d", "not now", Role::Denied),
        Some((PermissionState::Denied, _)) => ("⊘", "D", "denied", Role::Denied),
        Some((PermissionState::Granted, Some(Lasting::Once))) => ("✓", "1", "once", Role::Ok),
        Some((PermissionState::Granted, Some(Lasting::Run))) => ("✓", "R", "this run", Role::Ok),
        Some((PermissionState::Granted, Some(Lasting::Session))) => ("✓", "S", "session", Role::Ok),
        Some((PermissionState::Granted, Some(Lasting::Always) | None)) => ("✓", "A", "always", Role::Ok),
    };
    Standing { glyph, letter, word, role }
}

/// What the letters of the matrix mean.
pub const LEGEND: &str = "✓A always ✓S session ✓R run ✓1 once ◇? asked ⊘D denied ⊘d not now · not asked";

/// The two rows of a column's name, as short as they can be read.
pub fn short_name(permission: Permission) -> [&'static str; 2] {
    match permission {
        Permission::ReadWorkflow => ["read", "flow"],
        Permission::WriteWorkflow => ["write", "flow"],
        Permission::ExecuteAgent => ["exec", "agent"],
        Permission::AccessApi => ["access", "api"],
        Permission::ModifyConfig => ["modify", "config"],
        Permission::Network => ["net-", "work"],
        Permission::ReadFiles => ["read", "files"],
        Permission::WriteFiles => ["write", "files"],
        Permission::Spawn => ["spawn", ""],
    }
}

/// The same where there is room.
pub fn long_name(permission: Permission) -> [&'static str; 2] {
    match permission {
        Permission::ReadWorkflow => ["read", "workflow"],
        Permission::WriteWorkflow => ["write", "workflow"],
        Permission::ExecuteAgent => ["execute", "agent"],
        Permission::Network => ["network", ""],
        other @ (Permission::AccessApi
        | Permission::ModifyConfig
        | Permission::ReadFiles
        | Permission::WriteFiles
        | Permission::Spawn) => short_name(other),
    }
}

/// What somebody who has it may do, after `may`.
pub fn allows(permission: Permission, scope: &[String]) -> String {
    let all = |none: &str| touch::listed(scope, none);
    match permission {
        Permission::ReadWorkflow => {
            "see what every run is asked to do, with which config, and what comes of it".to_owned()
        }
        Permission::WriteWorkflow => {
            "change, stop and answer runs in its hooks, and have its workflows launched".to_owned()
        }
        Permission::ExecuteAgent => format!("run {}", all("every agent")),
        Permission::AccessApi => format!("answer requests to {} of the local API", all("its routes")),
        Permission::ModifyConfig => format!("change {} in its own config", all("everything")),
        Permission::Network if scope.is_empty() || scope.iter().any(|part| part == "any") => {
            "open connections to anywhere: the kernel can't hold it to a host".to_owned()
        }
        Permission::Network => format!("fetch from {}, through the host", scope.join(", ")),
        Permission::ReadFiles => format!("read {}", all("all your files")),
        Permission::WriteFiles => format!("read and change {}", all("all your files")),
        Permission::Spawn => format!("have the host start {}", all("any program")),
    }
}

/// How it stands, and everything that helps to decide.
pub fn permission(rich: &mut Rich, view: &PermissionView) {
    let standing = standing(Some(view));
    let optional = if view.optional { " It can do without." } else { "" };
    rich.line([
        (standing.role, format!("{} {}", standing.glyph, state_in_words(view))),
        (Role::Text, format!(" it may {}.{optional}", allows(view.permission, &view.scope))),
    ]);
    if let Some(reason) = &view.reason {
        rich.field("it says", reason);
    }
    rich.field("used", used(view));
    rich.field("without it", without(view));
    rich.field("because", &view.rule);
}

fn state_in_words(view: &PermissionView) -> String {
    match view.state {
        PermissionState::Requested => "asked for:".to_owned(),
        PermissionState::Denied => match view.lasting {
            Some(Lasting::Session) => "denied for this session; with it,".to_owned(),
            Some(Lasting::Once | Lasting::Run | Lasting::Always) | None => "denied; with it,".to_owned(),
        },
        PermissionState::Granted => match view.lasting {
            Some(Lasting::Once) => "granted once:".to_owned(),
            Some(Lasting::Run) => "granted for a run:".to_owned(),
            Some(Lasting::Session) => "granted for this session:".to_owned(),
            Some(Lasting::Always) | None => "granted:".to_owned(),
        },
    }
}

/// What would not work, and in general.
pub fn without(view: &PermissionView) -> String {
    if view.breaks.is_empty() { view.permission.without_it().to_owned() } else { view.breaks.join("\n") }
}

pub fn used(view: &PermissionView) -> String {
    let times = match view.used {
        0 => return "never".to_owned(),
        1 => "once".to_owned(),
        many => format!("{many} times"),
    };
    let last = view.last_used.map(|last| format!(", last {} UTC", moment(last)));
    let first = view.first_used.filter(|_| view.used > 1).map(|first| format!(", first {} UTC", date(first)));
    format!("{times}{}{}", last.unwrap_or_default(), first.unwrap_or_default())
}

/// Everything that a plugin asks for, what it may do, and what changed in it.
pub(super) fn whole(rich: &mut Rich, detail: &PluginDetail) {
    policy(rich, detail);
    changes(rich, detail);
    if detail.permissions.is_empty() {
        rich.heading("Permissions");
        rich.push(Role::TextMuted, "It asks for none.");
    }
    for view in &detail.permissions {
        rich.heading(view.permission.as_str());
        permission(rich, view);
    }
}

/// `dev`, as a badge, where whatever lies in the folder counts as approved.
pub fn policy_badge(policy: UpdatePolicy) -> (Role, &'static str) {
    match policy {
        UpdatePolicy::Hold => (Role::TextMuted, "hold"),
        UpdatePolicy::KeepIfNoMore => (Role::TextMuted, "keep_if_no_more"),
        UpdatePolicy::Dev => (Role::Badge, " dev "),
    }
}

/// What becomes of the approval when the files change.
pub(super) fn policy(rich: &mut Rich, detail: &PluginDetail) {
    let (role, word) = policy_badge(detail.policy);
    let meaning = match detail.policy {
        UpdatePolicy::Hold => "when its files change, it is held until you approve it again",
        UpdatePolicy::KeepIfNoMore => "when its files change, it stays approved if it asks for no more than before",
        UpdatePolicy::Dev => "whatever lies in its folder counts as approved",
    };
    rich.line([
        (Role::TextMuted, format!("{:<13}", "updates")),
        (role, word.to_owned()),
        (Role::Text, format!("  {meaning}")),
    ]);
}

/// What is other than what was approved.
pub(super) fn changes(rich: &mut Rich, detail: &PluginDetail) {
    let Some(changes) = &detail.changes else { return };
    rich.heading("Changed since it was approved");
    let mut list = |sign: &str, role: Role, what: &str, lines: &[String]| {
        lines.iter().for_each(|line| rich.line([(role, format!("{sign} {what} {line}"))]));
    };
    list("+", Role::DiffAdded, "asks for", &changes.requests_added);
    list("-", Role::DiffRemoved, "no longer asks for", &changes.requests_removed);
    list("+", Role::DiffAdded, "file", &changes.added);
    list("-", Role::DiffRemoved, "file", &changes.removed);
    list("~", Role::Warn, "file", &changes.changed);
}
