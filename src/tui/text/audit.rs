//! What is said of an entry of the audit log.

use super::moment;
use crate::event::Decision;
use crate::orchestrator::api::{AuditAct, AuditEntry};
use crate::tui::model::Rich;
use crate::tui::theme::Role;

/// Glyph and look of what happened.
pub fn audit_sign(entry: &AuditEntry) -> (Role, &'static str) {
    match (entry.what, entry.decision) {
        (AuditAct::Damaged, _) => (Role::Error, "!"),
        (_, Some(Decision::Denied)) | (AuditAct::Denied | AuditAct::Revoked, _) => (Role::Denied, "⊘"),
        (_, Some(Decision::Granted)) | (AuditAct::Approved | AuditAct::Trusted | AuditAct::FileAccepted, _) => {
            (Role::Ok, "✓")
        }
        (AuditAct::Distrusted | AuditAct::Answered | AuditAct::Reset | AuditAct::PolicySet, None) => {
            (Role::Running, "~")
        }
    }
}

/// What it is about: `demo network (api.example.com:443)`.
pub fn about(entry: &AuditEntry) -> String {
    let plugin = entry.plugin.as_ref().map(|plugin| plugin.to_string());
    let permission = entry.permission.map(|permission| permission.to_string());
    let scope = (!entry.scope.is_empty()).then(|| format!("({})", entry.scope.join(", ")));
    [plugin, permission, scope].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Everything.
pub fn entry(entry: &AuditEntry) -> Rich {
    let mut rich = Rich::default();
    let (role, glyph) = audit_sign(entry);
    rich.line([(role, format!("{glyph} {}", entry.what.as_str())), (Role::Text, format!("  {}", about(entry)))]);
    rich.field("who", &entry.who);
    rich.field("when", format!("{} UTC", moment(entry.time)));
    if !entry.why.is_empty() {
        rich.field("why", &entry.why);
    }
    if let Some(content) = &entry.content {
        rich.field("content", content.short());
    }
    if let Some(run) = entry.run {
        rich.field("run", format!("#{run}"));
    }
    rich
}
