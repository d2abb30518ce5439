//! A plugin's config: what people set, over what its manifest sets, over what everyone gets.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::Places;
use super::document::{Node, Problem, Source, Spot};
use crate::event::PluginName;

/// A plugin's config as it is handed to the plugin.
#[derive(Debug, Clone, PartialEq)]
pub struct PluginConfig {
    pub values: Map<String, Value>,
    /// Where people set it; it need not exist.
    pub file: PathBuf,
}

impl PluginConfig {
    /// The host does not load a plugin that says no here.
    pub fn enabled(&self) -> bool {
        self.values.get("enabled").and_then(Value::as_bool).unwrap_or(true)
    }

    /// Loads `config/plugins/<name>.json` over the defaults at the top level of `schema` over the general ones
    /// (`enabled`, `log_level`, `timeout` in seconds).
    pub fn load(places: &Places, plugin: &PluginName, schema: Option<&Value>) -> Result<Self, Box<Problem>> {
        let file = places.plugin_config_file(plugin);
        let mut values = general_defaults();
        values.extend(schema_defaults(schema));
        if let Some(source) = Source::read(&file)? {
            values.extend(parse(&source)?);
        }
        Ok(PluginConfig { values, file })
    }
}

fn general_defaults() -> Map<String, Value> {
    Map::from_iter([
        ("enabled".to_owned(), Value::Bool(true)),
        ("log_level".to_owned(), "INFO".into()),
        ("timeout".to_owned(), 30.into()),
    ])
}

fn schema_defaults(schema: Option<&Value>) -> Map<String, Value> {
    let properties = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    let defaults = properties.into_iter().flatten().filter_map(|(name, property)| {
        let default = property.get("default")?;
        Some((name.clone(), default.clone()))
    });
    defaults.collect()
}

fn parse(source: &Source) -> Result<Map<String, Value>, Box<Problem>> {
    let value: Value = serde_json::from_str(source.text()).map_err(|error| {
        let at = Spot { line: error.line().max(1), column: error.column().max(1), length: 1 };
        // serde_json puts the place at the end of its own message too.
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        Problem::new(source, at, format!("is not JSON: {message}"))
            .remedy("write one JSON object, such as {\"enabled\": true}")
    })?;
    let Value::Object(values) = value else {
        return Err(Box::new(
            Problem::new(source, Spot::START, "must be a JSON object")
                .remedy("write the settings between braces: {\"name\": value}"),
        ));
    };
    if let Some(wrong) = values.get("enabled").filter(|value| !value.is_boolean()) {
        let message = format!("`enabled` must be true or false, but this is {wrong}");
        return Err(Box::new(
            Problem::new(source, place_of(source, "enabled"), message).remedy("write \"enabled\": true"),
        ));
    }
    Ok(values)
}

/// JSON is YAML, whose reader knows places.
fn place_of(source: &Source, name: &str) -> Spot {
    let tree: Option<Node> = source.parse().ok();
    tree.as_ref().and_then(|tree| tree.get(name)).map_or(Spot::START, |node| node.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Bases;

    fn load(json: Option<&str>, schema: Option<Value>) -> Result<Map<String, Value>, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("config/plugins")).unwrap();
        let home = dir.path().join("home");
        let bases = Bases { config: home.clone(), data: home.clone(), state: home };
        let places = Places::at(dir.path(), &bases).unwrap();
        let plugin = "demo".parse().unwrap();
        if let Some(json) = json {
            std::fs::write(places.plugin_config_file(&plugin), json).unwrap();
        }
        PluginConfig::load(&places, &plugin, schema.as_ref()).map(|config| config.values).map_err(|e| e.to_string())
    }

    fn schema() -> Value {
        serde_json::json!({"type": "object", "properties": {
            "api_key": {"type": "string"},
            "timeout": {"type": "integer", "default": 45},
            "retries": {"type": "integer", "default": 3},
        }})
    }

    #[test]
    fn without_a_file_the_defaults_hold() {
        let expected = serde_json::json!({"enabled": true, "log_level": "INFO", "timeout": 30});
        assert_eq!(Value::Object(load(None, None).unwrap()), expected);
    }

    #[test]
    fn the_file_goes_over_the_schema_and_the_schema_over_the_rest() {
        let values = load(Some(r#"{"retries": 9, "extra": [1]}"#), Some(schema())).unwrap();
        let expected = serde_json::json!(
            {"enabled": true, "log_level": "INFO", "timeout": 45, "retries": 9, "extra": [1]});
        assert_eq!(Value::Object(values), expected);
    }

    #[test]
    fn bad_json_is_shown_with_its_line() {
        let error = load(Some("{\n  \"a\": 1,\n  \"b\" 2\n}"), None).unwrap_err();
        assert!(error.contains("demo.json:3:7") && error.contains("\"b\" 2"), "{error}");
    }

    #[test]
    fn what_is_not_an_object_and_a_bad_switch_are_refused() {
        assert!(load(Some("[1]"), None).unwrap_err().contains("must be a JSON object"));
        let error = load(Some("{\"x\": 1,\n \"enabled\": \"yes\"}"), None).unwrap_err();
        assert!(error.contains("demo.json:2:13"), "{error}");
    }
}
