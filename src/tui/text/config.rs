//! What is said of a config: of a field, of a difference, and the looks of JSON.

use serde_json::Value;

use crate::orchestrator::api::{FieldKind, pointer};
use crate::tui::config::row::{Row, kind_word};
use crate::tui::config::{ConfigEditor, Review, ReviewKind, Versions};
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::model::{DifferenceLine, Model, Rich};
use crate::tui::theme::Role;

/// Everything about the selected field.
pub fn field(editor: &ConfigEditor, row: &Row<'_>, origin: &str) -> Rich {
    let mut rich = Rich::default();
    for problem in editor.problems().filter(|problem| problem.pointer == row.pointer) {
        rich.line([(Role::Error, "✗ ".to_owned()), (Role::Error, problem.message.clone())]);
    }
    let Some(field) = row.field else {
        rich.push(Role::Title, &*row.name);
        rich.push(Role::TextMuted, "the schema does not know it; it stays as it is");
        return rich;
    };
    let title = field.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&row.name);
    let required = if row.required { ", required" } else { "" };
    let nullable = if row.nullable { ", or null" } else { "" };
    rich.line([
        (Role::Title, title.to_owned()),
        (Role::TextMuted, format!("  {}{nullable}{required}", kind_word(&field.kind))),
    ]);
    if let Some(description) = &field.description {
        rich.push(Role::Text, &**description);
    }
    let rules = rules(&field.kind);
    if !rules.is_empty() {
        rich.push(Role::TextMuted, rules.join(", "));
    }
    let mut facts = Vec::new();
    if let Some(default) = &field.default {
        facts.push(format!("default {default}"));
    }
    if !origin.is_empty() {
        facts.push(format!("now from: {origin}"));
    }
    if !facts.is_empty() {
        rich.push(Role::TextMuted, facts.join(" · "));
    }
    rich.push(Role::TextMuted, &*row.pointer);
    rich
}

/// What a value must be, in words.
fn rules(kind: &FieldKind) -> Vec<String> {
    let mut rules = Vec::new();
    match kind {
        FieldKind::Text { format, pattern, min, max } => {
            rules.extend(format.as_ref().map(|format| format!("format {format}")));
            rules.extend(pattern.as_ref().map(|pattern| format!("matches {pattern}")));
            rules.extend(min.map(|min| format!("at least {min} characters")));
            rules.extend(max.map(|max| format!("at most {max} characters")));
        }
        FieldKind::Integer { min, max, step } | FieldKind::Number { min, max, step } => {
            rules.extend(min.as_ref().map(|min| format!("at least {min}")));
            rules.extend(max.as_ref().map(|max| format!("at most {max}")));
            rules.extend(step.as_ref().map(|step| format!("in steps of {step}")));
        }
        FieldKind::Choice(values) => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            rules.push(format!("one of {}", values.join(", ")));
        }
        FieldKind::Secret => {
            rules.push("kept in your own folder, never in the file; ${NAME} takes it from the environment".to_owned())
        }
        FieldKind::Nullable(inner) => return self::rules(inner),
        FieldKind::List(item) => {
            let each = self::rules(&item.kind);
            rules.push(format!("each item: {}", kind_word(&item.kind)));
            rules.extend(each);
        }
        FieldKind::Boolean | FieldKind::Object(_) | FieldKind::OneOf(_) | FieldKind::Raw => {}
    }
    rules
}

/// Changes that are named in a line; the rest is counted.
const NAMED: usize = 3;

/// What an event says of a changed config, in a line.
pub fn config_changes(what: &Value) -> String {
    let changes = what["changes"].as_array().map_or(&[][..], Vec::as_slice);
    let said = |value: &Value| if value.is_null() { "unset".to_owned() } else { value.to_string() };
    let named = changes.iter().take(NAMED).map(|change| {
        let at = pointer::words(change["pointer"].as_str().unwrap_or_default());
        format!("{at} from {} to {}", said(&change["before"]), said(&change["after"]))
    });
    let mut parts: Vec<String> = named.collect();
    match changes.len() {
        0 => parts.push("no value of it".to_owned()),
        all if all > NAMED => parts.push(format!("{} more", all - NAMED)),
        _ => {}
    }
    parts.join(", ")
}

/// What is to be written, what becomes of secrets, and what stands against it.
pub fn review(review: &Review) -> Rich {
    let mut rich = Rich::default();
    if let Some(problem) = &review.problem {
        rich.push(Role::Error, format!("✗ {problem}"));
        rich.blank();
    }
    if review.saving {
        rich.push(Role::Running, "saving…");
        rich.blank();
    }
    if review.wrong > 0 {
        let problems = if review.wrong == 1 { "a problem".to_owned() } else { format!("{} problems", review.wrong) };
        rich.push(Role::Warn, format!("! it has {problems}; the fields say which"));
        rich.blank();
    }
    if review.kind == ReviewKind::Conflict {
        rich.push(Role::Text, "- is what the file says now, + is what you have. Overwrite it, or take what it says.");
        rich.blank();
    }
    difference(&mut rich, &review.lines);
    for secret in &review.secrets {
        rich.push(Role::Text, format!("  secret: {secret}"));
    }
    rich
}

/// What restoring the selected version would change.
pub fn version_difference(versions: &Versions) -> Rich {
    let mut rich = Rich::default();
    match versions.difference() {
        None => rich.push(Role::TextMuted, "fetching it…"),
        Some(Err(why)) => rich.push(Role::Error, format!("✗ {why}")),
        Some(Ok(lines)) => difference(&mut rich, lines),
    }
    rich
}

fn difference(rich: &mut Rich, lines: &[DifferenceLine]) {
    if lines.is_empty() {
        rich.push(Role::TextMuted, "  The text is the same.");
    }
    lines.iter().for_each(|line| super::difference::push(rich, line));
}

/// The last line of the difference that can stand on top, and how many are in sight.
pub fn review_extent(model: &Model) -> (usize, u16) {
    let Some(layer @ Layer::Review(shown)) = model.layers.last() else { return (0, 1) };
    let area = layout::text_area(layout::dialog(layer, model.screen.area()));
    extent(&review(shown), area)
}

/// The same for an earlier version.
pub fn versions_extent(model: &Model) -> (usize, u16) {
    let Some(layer @ Layer::Versions(versions)) = model.layers.last() else { return (0, 1) };
    let area = layout::text_area(layout::dialog(layer, model.screen.area()));
    let parts = crate::tui::config::VersionsParts::of(versions, area);
    extent(&version_difference(versions), parts.difference)
}

fn extent(rich: &Rich, area: ratatui::layout::Rect) -> (usize, u16) {
    let lines = rich.wrapped(usize::from(area.width)).len();
    (lines.saturating_sub(usize::from(area.height)), area.height)
}

/// The look of each character of a line of JSON. A text never goes on in the next line, so that a line is enough.
pub fn json_roles(line: &str) -> Vec<Role> {
    let chars: Vec<char> = line.chars().collect();
    let mut roles = vec![Role::Text; chars.len()];
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        match chars[at] {
            '"' => {
                at += 1;
                while at < chars.len() && chars[at] != '"' {
                    at += if chars[at] == '\\' { 2 } else { 1 };
                }
                at = (at + 1).min(chars.len());
                let is_key = chars[at..].iter().find(|c| !c.is_whitespace()) == Some(&':');
                roles[start..at].fill(if is_key { Role::Key } else { Role::Ok });
            }
            c if c.is_ascii_digit() || c == '-' => {
                while at < chars.len() && matches!(chars[at], '0'..='9' | '-' | '+' | '.' | 'e' | 'E') {
                    at += 1;
                }
                roles[start..at].fill(Role::Agent(4));
            }
            c if c.is_ascii_alphabetic() => {
                while at < chars.len() && chars[at].is_ascii_alphabetic() {
                    at += 1;
                }
                roles[start..at].fill(Role::Running);
            }
            '{' | '}' | '[' | ']' | ',' | ':' => {
                roles[at] = Role::TextMuted;
                at += 1;
            }
            _ => at += 1,
        }
    }
    roles
}
