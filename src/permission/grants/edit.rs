//! Changing one plugin's entry in a text that people keep: their comments and their order stay.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use yaml_edit::{Document, Mapping, YamlValue};

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

/// The text with `entry` for `plugin`, `allow` and `content` replaced, all else as it was. `text` is `None` when
/// there is no file yet.
pub fn with_entry(file: &Path, text: Option<&str>, plugin: &PluginName, entry: &Entry) -> Result<String, EditError> {
    let text = text.unwrap_or(NEW_FILE);
    let mut wanted = Grants::parse(&Source::new(file, text))?;
    let edited = match edit(text, plugin, entry) {
        Ok(edited) => edited,
        Err(reason) => return Err(not_editable(file, reason)),
    };
    // Whatever the editor did, this is what the file must say now; else it is not written.
    wanted.0.insert(plugin.clone(), entry.clone());
    match Grants::parse(&Source::new(file, edited.as_str())) {
        Ok(grants) if grants == wanted => Ok(edited),
        Ok(_) => Err(not_editable(file, "the edited file would say something else".to_owned())),
        Err(problems) => Err(not_editable(file, problems.to_string())),
    }
}

fn not_editable(file: &Path, reason: String) -> EditError {
    EditError::NotEditable { file: file.display().to_string(), reason }
}

fn edit(text: &str, plugin: &PluginName, entry: &Entry) -> Result<String, String> {
    if Source::new("", text).parse().is_ok_and(|tree| tree.get("plugins").is_none_or(|node| !is_block(node))) {
        return append(text, plugin, entry);
    }
    let document = Document::from_str(text).map_err(|error| error.to_string())?;
    let plugins = document.get_mapping("plugins").ok_or("`plugins` is not a mapping")?;
    match plugins.get_mapping(plugin.as_str()) {
        Some(existing) => set(&existing, entry),
        None => {
            let fields = [
                ("allow".to_owned(), list(&entry.allow)),
                ("content".to_owned(), YamlValue::from(entry.content.as_str())),
            ];
            plugins.set(plugin.as_str(), YamlValue::Mapping(BTreeMap::from(fields)));
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
    let allow = list(&entry.allow).to_yaml_string(0);
    out.push_str(&format!("  {plugin}:\n    content: {}\n    allow:", entry.content));
    if entry.allow.is_empty() {
        out.push_str(" []\n");
    } else {
        out.push('\n');
        for line in allow.lines().filter(|line| !line.trim().is_empty()) {
            out.push_str(&format!("      {line}\n"));
        }
    }
    Ok(out)
}

fn set(existing: &Mapping, entry: &Entry) {
    existing.set("content", entry.content.as_str());
    existing.set("allow", list(&entry.allow));
}

fn list(requests: &[Request]) -> YamlValue {
    let item = |request: &Request| {
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
    };
    YamlValue::Sequence(requests.iter().map(item).collect())
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
