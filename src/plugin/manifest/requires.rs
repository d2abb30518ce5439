//! What a plugin needs to be there.

use std::collections::BTreeMap;
use std::str::FromStr;

use pep440_rs::VersionSpecifiers;
use semver::{Version, VersionReq};

use crate::config::document::{Node, Reader};
use crate::event::PluginName;

/// What must be there for the plugin to work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requires {
    /// Versions of this program. A manifest that needs another one does not parse.
    pub orchestrator: Option<VersionReq>,
    pub plugins: BTreeMap<PluginName, VersionReq>,
    /// Versions of Python, as its tools write them; it has been read once.
    pub python: Option<String>,
    /// Python packages, as its tools write them.
    pub packages: Vec<String>,
}

/// `present` is this program's version.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, present: &Version) -> Requires {
    let Some(mut fields) = reader.fields(node, "requires") else { return Requires::default() };
    let orchestrator = fields.get("orchestrator").and_then(|node| {
        let wanted = version_req(reader, node, "orchestrator")?;
        if !wanted.matches(present) {
            let message = format!("the plugin needs orchestrator {wanted}, but this is {present}");
            reader.problem(node.at, message, "install a version of orchestrator, or of the plugin, that fits");
        }
        Some(wanted)
    });
    let plugins = fields.get("plugins").map(|node| plugins(reader, node)).unwrap_or_default();
    let python = fields.get("python").and_then(|node| python(reader, node));
    let packages = fields.get("packages").and_then(|node| reader.texts(node, "packages")).unwrap_or_default();
    reader.unknown_fields(fields, "`requires`");
    Requires { orchestrator, plugins, python, packages }
}

fn python(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let text = reader.text(node, "python")?;
    match VersionSpecifiers::from_str(&text) {
        Ok(_) => Some(text),
        Err(_) => {
            reader.problem(node.at, format!("`{text}` is not a range of Python's versions"), "write \">=3.10\"");
            None
        }
    }
}

fn plugins(reader: &mut Reader<'_>, node: &Node) -> BTreeMap<PluginName, VersionReq> {
    let mut all = BTreeMap::new();
    let Some(fields) = reader.fields(node, "plugins") else { return all };
    for (key, node) in fields.entries() {
        let wanted = version_req(reader, node, &key.name);
        match key.name.parse::<PluginName>() {
            Ok(name) => all.extend(wanted.map(|wanted| (name, wanted))),
            Err(error) => reader.problem(key.at, error.to_string(), "write the other plugin's `name`"),
        }
    }
    all
}

fn version_req(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<VersionReq> {
    let text = reader.text(node, what)?;
    match VersionReq::parse(&text) {
        Ok(wanted) => Some(wanted),
        Err(error) => {
            let message = format!("`{text}` is not a range of versions: {error}");
            reader.problem(node.at, message, "write, for example, \">=2.0, <3\"");
            None
        }
    }
}
