//! Keys and what they do, from the one table of actions.

use super::super::action::{Action, Context, Entry, changes, is_available};
use crate::tui::model::{Model, Rich, RichLine};
use crate::tui::theme::Role;

/// The keys that work here, each in a word: what makes sense now, then how to find the rest.
pub fn hints(model: &Model, width: usize) -> RichLine {
    let context = model.context();
    let global = context.falls_back_on_global().then_some(Context::Global);
    let entries: Vec<&Entry> = Entry::within(context)
        .chain(global.into_iter().flat_map(Entry::within))
        .filter(|entry| !entry.hint.is_empty() && is_available(model, entry.action))
        .collect();
    // How to find the rest stands last, what waits for an answer where it belongs; both have their room in any case.
    let is_last = |entry: &Entry| matches!(entry.action, Action::Palette | Action::Help | Action::Quit);
    let (last, first): (Vec<&Entry>, Vec<&Entry>) = entries.into_iter().partition(|entry| is_last(entry));
    let mut room = width.saturating_sub(1);
    let last: Vec<_> = last.into_iter().filter_map(|entry| hint(model, entry, &mut room)).collect();
    let is_urgent = |entry: &Entry| entry.action == Action::Approvals;
    let mut urgent: Option<(String, String)> =
        first.iter().find(|entry| is_urgent(entry)).and_then(|entry| hint(model, entry, &mut room));
    let mut is_full = false;
    let first = first.into_iter().filter_map(|entry| {
        if is_urgent(entry) {
            return urgent.take();
        }
        let fitting = if is_full { None } else { hint(model, entry, &mut room) };
        is_full = fitting.is_none();
        fitting
    });
    let first: Vec<_> = first.collect();
    let mut pieces = vec![(Role::Text, " ".to_owned())];
    for (key, word) in first.into_iter().chain(last) {
        pieces.push((Role::Key, key));
        pieces.push((Role::TextMuted, word));
    }
    RichLine(pieces)
}

/// The key and the word, if there is room for them.
fn hint(model: &Model, entry: &Entry, room: &mut usize) -> Option<(String, String)> {
    let key = model.keymap.chords(entry.context, entry.action).next()?.to_string();
    let word = format!(" {}  ", entry.hint);
    *room = room.checked_sub(key.chars().count() + word.chars().count())?;
    Some((key, word))
}

/// The help of a context.
pub(super) fn whole(model: &Model, context: Context) -> Rich {
    let mut rich = Rich::default();
    let (title, everywhere) = match context {
        Context::Plugins => ("Plugins", true),
        Context::Run => ("Run", true),
        Context::Trace => ("Hook trace", true),
        Context::Runs => ("Runs", true),
        Context::Permissions => ("Permissions", true),
        Context::Handlers => ("Hooks", true),
        Context::Audit => ("Audit log", true),
        Context::Api => ("API", true),
        other => (other.name(), false),
    };
    section(&mut rich, model, title, context);
    if everywhere {
        section(&mut rich, model, "Everywhere", Context::Global);
    }
    rich.heading("Keys of your own");
    rich.push(
        Role::TextMuted,
        format!(
            "A file keymap.toml with a section [{}] replaces these keys; the names are those of the built-in keymap.",
            context.name()
        ),
    );
    rich
}

fn section(rich: &mut Rich, model: &Model, title: &str, context: Context) {
    rich.heading(title);
    for entry in Entry::within(context).filter(|entry| !(model.screen.readonly && changes(entry.action))) {
        let keys: Vec<String> = model.keymap.chords(context, entry.action).map(|chord| chord.to_string()).collect();
        let keys = if keys.is_empty() { "(palette)".to_owned() } else { keys.join(" ") };
        rich.line([(Role::Key, format!("{keys:<14}")), (Role::Text, format!("  {}", entry.help))]);
    }
}
