//! Mappings whose keys are plugins' names.

use super::document::{Node, Reader};
use crate::event::PluginName;

/// The entries, each with its plugin. A key that is no name is a problem of the document's.
pub(super) fn by_plugin<'n>(reader: &mut Reader<'_>, node: &'n Node, what: &str) -> Vec<(PluginName, &'n Node)> {
    let Some(plugins) = reader.fields(node, what) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, node) in plugins.entries() {
        match key.name.parse::<PluginName>() {
            Ok(name) => found.push((name, node)),
            Err(error) => {
                reader.problem(key.at, error.to_string(), "write the plugin's name as its manifest gives it");
            }
        }
    }
    found
}
