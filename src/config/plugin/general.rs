//! The settings that every plugin has. They are the host's: a schema that does not declare them says nothing of them.

use serde_json::{Value, json};

use crate::config::closest::closest;

/// Whether the plugin is loaded at all. It is always the host's, also when a schema declares it.
pub const ENABLED: &str = "enabled";
/// The least level of what its loggers tell.
pub const LOG_LEVEL: &str = "log_level";
/// Seconds, for the plugin's own use.
pub const TIMEOUT: &str = "timeout";

/// In the order in which they are shown.
pub const KEYS: [&str; 3] = [ENABLED, LOG_LEVEL, TIMEOUT];

const LEVELS: [&str; 5] = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

/// What holds when nobody sets it.
pub fn default(key: &str) -> Value {
    match key {
        ENABLED => json!(true),
        LOG_LEVEL => json!("INFO"),
        TIMEOUT => json!(30),
        _ => Value::Null,
    }
}

/// Whether the schema says itself what may stand there.
pub fn is_declared(schema: Option<&Value>, key: &str) -> bool {
    schema.and_then(|schema| schema.get("properties")?.get(key)).is_some()
}

/// The keys that are the host's alone.
pub fn of_host(schema: Option<&Value>) -> impl Iterator<Item = &'static str> {
    KEYS.into_iter().filter(move |key| !is_declared(schema, key))
}

/// What is wrong with a value, in words.
pub fn check(key: &str, value: &Value) -> Result<(), String> {
    match key {
        ENABLED if !value.is_boolean() => Err(format!("`{ENABLED}` must be true or false, but this is {value}")),
        LOG_LEVEL => {
            let level = value.as_str().map(str::to_uppercase);
            if level.as_deref().is_some_and(|level| LEVELS.contains(&level)) {
                return Ok(());
            }
            let meant = level.as_deref().and_then(|level| closest(level, LEVELS));
            let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
            Err(format!("`{LOG_LEVEL}` is {value}, but must be one of {}{meant}", LEVELS.join(", ")))
        }
        TIMEOUT if !value.as_f64().is_some_and(|seconds| seconds > 0.0) => {
            Err(format!("`{TIMEOUT}` must be a number of seconds above 0, but this is {value}"))
        }
        _ => Ok(()),
    }
}

/// The schema of the host's own settings, for those who draw a form of them.
pub fn schema() -> Value {
    json!({"type": "object", "properties": {
        ENABLED: {"type": "boolean", "default": true,
            "description": "Whether the plugin is loaded; false stops it at once"},
        LOG_LEVEL: {"type": "string", "enum": LEVELS, "default": "INFO",
            "description": "The least level of what its loggers tell"},
        TIMEOUT: {"type": "number", "exclusiveMinimum": 0, "default": 30,
            "description": "Seconds, for the plugin's own use"},
    }})
}
