//! A workflow's config, as it is typed: a line per property of its schema, or `key=value` lines without one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::tui::model::Input;

#[derive(Debug)]
pub enum ConfigForm {
    Lines(Input),
    Properties(Vec<Property>),
}

/// One property of the schema.
#[derive(Debug)]
pub struct Property {
    pub name: String,
    /// The JSON type; empty if the schema names none.
    pub kind: String,
    pub description: String,
    pub default: Option<Value>,
    pub required: bool,
    /// The only values allowed, if the schema lists them.
    pub allowed: Vec<Value>,
    pub input: Input,
}

impl ConfigForm {
    /// The form for `schema`, filled in with what was typed before.
    pub fn new(schema: Option<&Value>, typed: &BTreeMap<String, String>) -> Self {
        let text = |name: &str| typed.get(name).map_or("", String::as_str);
        let properties = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
        let Some(properties) = properties.filter(|properties| !properties.is_empty()) else {
            return ConfigForm::Lines(Input::lines(text("")));
        };
        let required = schema.and_then(|schema| schema.get("required")).and_then(Value::as_array);
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|n| n.as_str() == Some(name)));
        let property = |(name, schema): (&String, &Value)| {
            let word = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            Property {
                name: name.clone(),
                kind: word("type"),
                description: word("description"),
                default: schema.get("default").cloned(),
                required: is_required(name),
                allowed: schema.get("enum").and_then(Value::as_array).cloned().unwrap_or_default(),
                input: Input::line(text(name)),
            }
        };
        ConfigForm::Properties(properties.iter().map(property).collect())
    }

    /// How many fields it has.
    pub fn fields(&self) -> usize {
        match self {
            ConfigForm::Lines(_) => 1,
            ConfigForm::Properties(properties) => properties.len(),
        }
    }

    pub fn input(&mut self, field: usize) -> Option<&mut Input> {
        match self {
            ConfigForm::Lines(input) => Some(input),
            ConfigForm::Properties(properties) => properties.get_mut(field).map(|property| &mut property.input),
        }
    }

    pub fn typed(&self) -> BTreeMap<String, String> {
        match self {
            ConfigForm::Lines(input) => BTreeMap::from([(String::new(), input.text())]),
            ConfigForm::Properties(properties) => {
                properties.iter().map(|property| (property.name.clone(), property.input.text())).collect()
            }
        }
    }

    /// The config; or the first field that is wrong, and why.
    pub fn read(&self) -> Result<Map<String, Value>, (usize, String)> {
        match self {
            ConfigForm::Lines(input) => read_lines(&input.text()).map_err(|problem| (0, problem)),
            ConfigForm::Properties(properties) => {
                let mut config = Map::new();
                for (index, property) in properties.iter().enumerate() {
                    if let Some(value) = property.read().map_err(|problem| (index, problem))? {
                        config.insert(property.name.clone(), value);
                    }
                }
                Ok(config)
            }
        }
    }
}

impl Property {
    /// Whether it can't be left empty.
    pub fn is_needed(&self) -> bool {
        self.required && self.default.is_none()
    }

    /// What was typed; nothing if it was left empty, so that the default applies.
    pub fn read(&self) -> Result<Option<Value>, String> {
        let text = self.input.text();
        let text = text.trim();
        if text.is_empty() {
            return if self.is_needed() { Err(format!("`{}` is required", self.name)) } else { Ok(None) };
        }
        let wrong = |what: &str| Err(format!("`{}` must be {what}", self.name));
        let json = serde_json::from_str::<Value>(text).ok();
        let value = match (self.kind.as_str(), json) {
            ("string", _) => Value::String(text.to_owned()),
            ("integer", Some(value)) if value.is_i64() || value.is_u64() => value,
            ("integer", _) => return wrong("a whole number"),
            ("number", Some(value)) if value.is_number() => value,
            ("number", _) => return wrong("a number"),
            ("boolean", Some(value)) if value.is_boolean() => value,
            ("boolean", _) => return wrong("true or false"),
            ("array", Some(value)) if value.is_array() => value,
            ("array", _) => return wrong("a JSON list, such as [1, 2]"),
            ("object", Some(value)) if value.is_object() => value,
            ("object", _) => return wrong("a JSON object, such as {\"key\": 1}"),
            (_, Some(value)) => value,
            (_, None) => Value::String(text.to_owned()),
        };
        if self.allowed.is_empty() || self.allowed.contains(&value) {
            return Ok(Some(value));
        }
        let allowed: Vec<String> = self.allowed.iter().map(Value::to_string).collect();
        wrong(&format!("one of {}", allowed.join(", ")))
    }
}

/// `key=value` lines: the value as JSON if it is JSON, else as text. Empty lines don't count.
fn read_lines(text: &str) -> Result<Map<String, Value>, String> {
    let mut config = Map::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (key, value) = line
            .split_once('=')
            .map(|(key, value)| (key.trim(), value.trim()))
            .filter(|(key, _)| !key.is_empty())
            .ok_or_else(|| format!("line {} of the config is not `key=value`", number + 1))?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        config.insert(key.to_owned(), value);
    }
    Ok(config)
}
