//! Changing one plugin's entry in a text that people keep: their comments and their order stay.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use yaml_edit::{Document, Mapping, Sequence, YamlValue};

use super::{Entry, Grants};
use crate::config::document::{Node, Problems, Source, Value};
use crate::event::PluginName;
use crate::permission::Request;

const NEW_FILE: &str = "# What each plugin may do. A grant holds for the content that it names: a changed plugin is held until it is\n\
                        # approved again. On each machine, this file counts once it was accepted there.\n";

/// The file could not be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("{0}")]
    Unreadable(#[from] Problems),
    #[error(
        "{file} is written in a way that can't be edited: {reason}\nwrite each plugin's entry as an indented block"
    )]
    NotEditable { file: String, reason: String },
}

/// The text with `entry` for `plugin`: what is other than before is replaced, all else is as it was. `text` is `None`
/// when there is no file yet.
pub fn with_entry(file: &Path, text: Option<&str>, plugin: &PluginName, entry: &Entry) -> Result<String, EditError> {
    let text = text.unwrap_or(NEW_FILE);
    let mut wanted = Grants::parse(&Source::new(file, text))?;
    let before = wanted.0.insert(plugin.clone(), entry.clone());
    // Whatever the editor did, this is what the file must say now; else it is not written.
    let checked = |edited: Result<String, String>| {
        let edited = edited?;
        match Grants::parse(&Source::new(file, edited.as_str())) {
            Ok(grants) if grants == wanted => Ok(edited),
            Ok(_) => Err("the edited file would say something else".to_owned()),
            Err(problems) => Err(problems.to_string()),
        }
    };
    // Item by item, which keeps the comments within lists; where that does not come out right, whole lists.
    let careful = before.and_then(|before| checked(edit(text, plugin, entry, Some(&before))).ok());
    match careful {
        Some(edited) => Ok(edited),
        None => checked(edit(text, plugin, entry, None)).map_err(|reason| not_editable(file, reason)),
    }
}

fn not_editable(file: &Path, reason: String) -> EditError {
    EditError::NotEditable { file: file.display().to_string(), reason }
}

/// `before` is what the text says of the plugin, to change no more than is another.
fn edit(text: &str, plugin: &PluginName, entry: &Entry, before: Option<&Entry>) -> Result<String, String> {
    if Source::new("", text).parse().is_ok_and(|tree| tree.get("plugins").is_none_or(|node| !is_block(node))) {
        return append(text, plugin, entry);
    }
    let document = Document::from_str(text).map_err(|error| error.to_string())?;
    let plugins = document.get_mapping("plugins").ok_or("`plugins` is not a mapping")?;
    match plugins.get_mapping(plugin.as_str()) {
        Some(existing) => set(&existing, entry, before),
        None => {
            let fields = [
                ("allow".to_owned(), list(&entry.allow)),
                ("content".to_owned(), YamlValue::from(entry.content.as_str())),
            ];
            let deny = (!entry.deny.is_empty()).then(|| ("deny".to_owned(), list(&entry.deny)));
            plugins.set(plugin.as_str(), YamlValue::Mapping(fields.into_iter().chain(deny).collect()));
        }
    }
    Ok(document.to_string())
}

/// Whether `plugins` has entries already.
fn is_block(node: &Node) -> bool {
    matches!(&node.value, Value::Map(entries) if !entries.is_empty())
}

/// The first entry of all.
fn append(text: &str, plugin: &PluginName, entry: &Entry) -> Result<String, String> {
    let begun = text.lines().any(|line| line.trim_end() == "plugins:");
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    if !begun {
        if text.lines().any(|line| line.starts_with("plugins:")) {
            return Err("`plugins` is empty, but not left blank".to_owned());
        }
        out.push_str("plugins:\n");
    }
    out.push_str(&format!("  {plugin}:\n    content: {}\n", entry.content));
    append_list(&mut out, "allow", &entry.allow);
    if !entry.deny.is_empty() {
        append_list(&mut out, "deny", &entry.deny);
    }
    Ok(out)
}

fn append_list(out: &mut String, name: &str, requests: &[Request]) {
    out.push_str(&format!("    {name}:"));
    if requests.is_empty() {
        return out.push_str(" []\n");
    }
    out.push('\n');
    for line in list(requests).to_yaml_string(0).lines().filter(|line| !line.trim().is_empty()) {
        out.push_str(&format!("      {line}\n"));
    }
}

fn set(existing: &Mapping, entry: &Entry, before: Option<&Entry>) {
    if before.is_none_or(|before| before.content != entry.content) {
        existing.set("content", entry.content.as_str());
    }
    set_list(existing, "allow", &entry.allow, before.map(|before| before.allow.as_slice()));
    let has_denials = existing.get("deny").is_some() || !entry.deny.is_empty();
    if has_denials {
        set_list(existing, "deny", &entry.deny, before.map(|before| before.deny.as_slice()));
    }
}

fn set_list(existing: &Mapping, name: &str, wanted: &[Request], before: Option<&[Request]>) {
    match (before, existing.get_sequence(name)) {
        (Some(before), _) if before == wanted => {}
        (Some(before), Some(items)) if !before.is_empty() && !wanted.is_empty() => set_items(&items, wanted, before),
        _ => {
            existing.set(name, list(wanted));
        }
    }
}

/// Takes out what is not wanted, changes what is wanted otherwise, and adds what is missing at the end.
fn set_items(items: &Sequence, wanted: &[Request], before: &[Request]) {
    let same = |one: &Request| wanted.iter().find(|other| other.permission == one.permission);
    for (index, there) in before.iter().enumerate().rev() {
        match same(there) {
            Some(wanted) if wanted == there => {}
            Some(wanted) => {
                items.set(index, item(wanted));
            }
            None => {
                items.remove(index);
            }
        }
    }
    let is_new = |one: &&Request| before.iter().all(|there| there.permission != one.permission);
    for new in wanted.iter().filter(is_new) {
        items.push(item(new));
    }
}

fn list(requests: &[Request]) -> YamlValue {
    YamlValue::Sequence(requests.iter().map(item).collect())
}

fn item(request: &Request) -> YamlValue {
    let name = YamlValue::from(request.permission.as_str());
    let mut fields = BTreeMap::new();
    if !request.scope.is_empty() {
        let scope = request.scope.iter().map(|scope| YamlValue::from(scope.as_str())).collect();
        fields.insert("scope".to_owned(), YamlValue::Sequence(scope));
    }
    if let Some(reason) = &request.reason {
        fields.insert("reason".to_owned(), YamlValue::from(reason.as_str()));
    }
    if request.optional {
        fields.insert("optional".to_owned(), YamlValue::from(true));
    }
    if fields.is_empty() {
        return name;
    }
    fields.insert("name".to_owned(), name);
    YamlValue::Mapping(fields)
}

#[cfg(test)]
mod tests {
    use orchestrator_protocol::permission::Permission;

    use super::*;
    use crate::event::ContentHash;

    fn entry(of: &str, allow: Vec<Request>) -> Entry {
        Entry { content: ContentHash::of(of.as_bytes()), allow, deny: Vec::new() }
    }

    fn spawn(scope: &[&str]) -> Request {
        Request { scope: scope.iter().map(|name| (*name).to_owned()).collect(), ..Request::all_of(Permission::Spawn) }
    }

    fn with(text: Option<&str>, plugin: &str, entry: &Entry) -> String {
        with_entry(Path::new("permissions.yaml"), text, &plugin.parse().unwrap(), entry).unwrap()
    }

    #[test]
    fn a_new_file_is_readable() {
        let allow = vec![Request::all_of(Permission::ReadWorkflow), spawn(&["cargo", "no", "a: b"])];
        insta::assert_snapshot!(with(None, "my-plugin", &entry("1", allow)));
    }

    #[test]
    fn comments_and_order_stay() {
        let first = with(None, "zeta", &entry("1", vec![spawn(&["cargo"])]));
        let text = first
            .replace("  zeta:", "  # Ours.\n  zeta:  # keep\n    deny: [network]  # never")
            .replace("name: spawn", "name: spawn  # builds");
        let mut kept = entry("2", vec![Request::all_of(Permission::ExecuteAgent)]);
        kept.deny = vec![Request::all_of(Permission::Network)];
        let text = with(Some(&text), "alpha", &entry("3", vec![spawn(&["make"])]));
        insta::assert_snapshot!(with(Some(&text), "zeta", &kept));
    }

    #[test]
    fn what_is_not_changed_keeps_its_comments_within_a_list_too() {
        let text = with(None, "a", &entry("1", vec![Request::all_of(Permission::ReadWorkflow), spawn(&["cargo"])]))
            .replace("- read_workflow", "- read_workflow  # looked at it")
            + "    deny:  # for good\n      - network  # never\n";
        let mut wanted = entry("1", vec![Request::all_of(Permission::ReadWorkflow), spawn(&["cargo", "make"])]);
        wanted.deny = vec![Request::all_of(Permission::Network), Request::all_of(Permission::WriteFiles)];
        insta::assert_snapshot!(with(Some(&text), "a", &wanted));
        wanted.deny.clear();
        wanted.allow.remove(1);
        insta::assert_snapshot!(with(Some(&text), "a", &wanted));
    }

    #[test]
    fn the_first_entry_of_all_may_deny() {
        let mut wanted = entry("1", vec![]);
        wanted.deny = vec![spawn(&["rm"])];
        insta::assert_snapshot!(with(None, "a", &wanted));
    }

    #[test]
    fn a_file_without_entries_and_one_that_nothing_is_granted_in_are_edited() {
        for text in ["", "# mine\n", "plugins:\n", "plugins:\n  # none yet\n"] {
            let edited = with(Some(text), "a", &entry("1", vec![]));
            assert!(edited.starts_with(text), "{edited}");
        }
    }

    #[test]
    fn a_file_with_a_fault_is_left_alone() {
        let name = "a".parse().unwrap();
        let error = with_entry(Path::new("p.yaml"), Some("plugins: [x"), &name, &entry("1", vec![])).unwrap_err();
        assert!(matches!(error, EditError::Unreadable(_)), "{error}");
    }
}
