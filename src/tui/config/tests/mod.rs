//! The editor without a screen: the document, the form that is made of it, and what schemas it covers.

mod corpus;
mod document;
mod properties;
mod values;

use serde_json::{Value, json};

use super::ConfigEditor;
use crate::event::Timestamp;
use crate::orchestrator::api::ConfigView;

pub const NOW: Timestamp = Timestamp::from_micros(0);

/// An editor with this config, as the host would tell it.
pub fn editor(schema: Value, document: &str) -> ConfigEditor {
    let plugin: crate::event::PluginName = "demo".parse().unwrap();
    let mut editor = ConfigEditor::new(plugin.clone());
    editor.arrived(ConfigView {
        plugin,
        file: "config/plugins/demo.json".into(),
        schema: Some(schema),
        schema_fault: None,
        document: document.to_owned(),
        revision: None,
        values: Vec::new(),
        general: Vec::new(),
        problems: Vec::new(),
        secrets: Vec::new(),
        versions: Vec::new(),
    });
    editor
}

/// An object with one field `x` of this schema.
pub fn one(schema: Value) -> Value {
    json!({"type": "object", "properties": {"x": schema}})
}
