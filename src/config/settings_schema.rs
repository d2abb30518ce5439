//! What the application's settings may be, as JSON Schema: for the editors in which people write them.
//!
//! `config/orchestrator.schema.json` is made of the one table of settings, and a test keeps it so.

use serde_json::{Map, Value, json};

use super::hooks::MOST_MS;
use super::sandbox;
use super::settings_list::BOUNDS;
use crate::sandbox::Level;

pub(super) fn text() -> Value {
    json!({"type": "string"})
}

pub(super) fn boolean() -> Value {
    json!({"type": "boolean"})
}

/// A length of time.
pub(super) fn length() -> Value {
    json!({"type": "string", "pattern": "^([0-9]+(ms|s|m|h))+$"})
}

/// Absolute.
pub(super) fn path() -> Value {
    json!({"type": "string", "pattern": "^/"})
}

pub(super) fn level() -> Value {
    let words = [Level::None, Level::Limits, Level::Syscalls, Level::Full].map(|level| level.to_string());
    json!({"enum": words})
}

/// One of the bounds of a process.
pub(super) fn bound(name: &str) -> Value {
    if name == "level" {
        return level();
    }
    let range = sandbox::range(name);
    json!({"type": "integer", "minimum": range.start(), "maximum": range.end()})
}

/// Bounds by plugin.
pub(super) fn plugins() -> Value {
    let properties = BOUNDS.iter().map(|(name, _, about)| ((*name).to_owned(), told(bound(name), about)));
    by_name(closed(properties.collect()))
}

/// A whole number.
pub(super) fn count(least: i64, most: i64) -> Value {
    json!({"type": "integer", "minimum": least, "maximum": most})
}

/// One or several.
pub(super) fn addresses() -> Value {
    json!({"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1})
}

pub(super) fn texts() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

/// What is said of handlers, by plugin and handler.
pub(super) fn handlers() -> Value {
    let properties = [
        ("enabled", told(boolean(), "whether it is called")),
        ("on_failure", told(json!({"enum": ["continue", "abort"]}), "whether its failure ends the run")),
        (
            "timeout_ms",
            told(json!({"type": "integer", "minimum": 1, "maximum": MOST_MS}), "milliseconds that it may take"),
        ),
    ];
    by_name(by_name(closed(properties.map(|(name, shape)| (name.to_owned(), shape)).into_iter().collect())))
}

fn by_name(of_each: Value) -> Value {
    json!({"type": "object", "additionalProperties": of_each})
}

fn closed(properties: Map<String, Value>) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

fn told(mut schema: Value, about: &str) -> Value {
    schema["description"] = json!(about);
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::document::Source;
    use crate::config::settings::Settings;
    use crate::config::settings_list::list;

    /// Of all settings.
    fn schema() -> Value {
        let mut whole = closed(Map::new());
        for setting in list(&Settings::default()) {
            let mut schema = told(setting.schema, &setting.about);
            if !setting.default.is_null() {
                schema["default"] = setting.default;
            }
            put(&mut whole, &setting.name, schema);
        }
        whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        whole["title"] = json!("Settings of the orchestrator: config/orchestrator.yaml");
        whole
    }

    /// Gives `object` the property of this name; what stands before a dot is an object of its own.
    fn put(object: &mut Value, name: &str, schema: Value) {
        match name.split_once('.') {
            None => object["properties"][name] = schema,
            Some((section, name)) => {
                let section = &mut object["properties"][section];
                if section.is_null() {
                    *section = closed(Map::new());
                }
                put(section, name, schema);
            }
        }
    }

    #[test]
    fn the_file_for_editors_is_what_the_table_says() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/config/orchestrator.schema.json");
        let made = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(file, &made).unwrap();
        }
        let written = std::fs::read_to_string(file).unwrap_or_default();
        assert!(written == made, "{file} is old; `UPDATE_SCHEMA=1 cargo test settings_schema` writes it anew");
    }

    #[test]
    fn the_schema_and_the_reader_agree() {
        let schema = jsonschema::validator_for(&schema()).unwrap();
        let right = [
            json!({}),
            json!({"theme": "dark", "motion": false, "run_timeout": "1h30m", "python": "/no/such/python"}),
            json!({"sandbox": {"min_level": "none", "memory_mb": 16, "plugins": {"demo": {"level": "limits"}}}}),
            json!({"server": {"start": true, "listen": "::1", "port": 0, "limits": {"body_kb": 1, "body_time": "1s"}}}),
            json!({"server": {"listen": ["127.0.0.1"], "hosts": ["box.example"], "grace": "1m"}}),
            json!({"hooks": {"appointed": ["a"], "handlers": {"a": {"b": {"on_failure": "abort", "timeout_ms": 1}}}}}),
        ];
        let wrong = [
            json!({"motion": "maybe"}),
            json!({"hook_timeout": "soon"}),
            json!({"hook_timeout": 5}),
            json!({"python": "python3"}),
            json!({"sandbox": {"memory_mb": 15}}),
            json!({"sandbox": {"threads": 100_001}}),
            json!({"sandbox": {"level": "some"}}),
            json!({"sandbox": {"plugins": {"demo": {"open_files": 31}}}}),
            json!({"hooks": {"handlers": {"a": {"b": {"on_failure": "retry"}}}}}),
            json!({"hooks": {"handlers": {"a": {"b": {"timeout_ms": 0}}}}}),
            json!({"hooks": {"appointed": "a"}}),
            json!({"server": {"listen": []}}),
            json!({"server": {"port": 70_000}}),
            json!({"server": {"grace": 10}}),
            json!({"server": {"limits": {"connections": 0}}}),
            json!({"server": {"limits": {"body_kb": 20_000}}}),
        ];
        let reads = |value: &Value| {
            let source = Source::new("orchestrator.yaml", value.to_string());
            Settings::parse(&source, std::path::Path::new("/nowhere")).is_ok()
        };
        for value in &right {
            assert!(schema.is_valid(value) && reads(value), "{value}");
        }
        for value in &wrong {
            assert!(!schema.is_valid(value) && !reads(value), "{value}");
        }
    }
}
