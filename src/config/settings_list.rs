//! The application's settings, one by one, for those who look at them.

use std::time::Duration;

use orchestrator_protocol::session::OnFailure;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::hooks::HandlerPolicy;
use super::sandbox::Allowance;
use super::server::{self, ServerLimits};
use super::settings::Settings;
use super::settings_schema as shape;
use crate::sandbox::Level;

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Setting {
    /// As it is written in the file, with dots between the names of sections.
    pub name: String,
    pub value: Value,
    pub default: Value,
    /// In words.
    pub about: String,
    /// What it may be, as JSON Schema.
    pub schema: Value,
}

/// A bound's name, its value, and what it is about.
type Bound = (&'static str, fn(&Allowance) -> Value, &'static str);

/// Of every plugin's process.
pub(super) const BOUNDS: [Bound; 7] = [
    ("level", |a| level(a.level), "how far a plugin's process is confined"),
    ("memory_mb", |a| json!(a.memory_mb), "mebibytes of memory for a plugin's process"),
    ("cpu_seconds", |a| json!(a.cpu_seconds), "seconds of computing in one call"),
    ("threads", |a| json!(a.threads), "threads of a plugin's process"),
    ("open_files", |a| json!(a.open_files), "files that it may have open"),
    ("file_mb", |a| json!(a.file_mb), "mebibytes of the largest file that it may write"),
    ("disk_mb", |a| json!(a.disk_mb), "mebibytes of all that lies in its own folders"),
];

/// How long the HTTP server waits for a client.
type Wait = (&'static str, fn(&ServerLimits) -> Duration, &'static str);

const WAITS: [Wait; 3] = [
    ("header_time", |limits| limits.header_time, "until a request's head is there"),
    ("body_time", |limits| limits.body_time, "until a request's body is there"),
    ("answer_time", |limits| limits.answer_time, "until its answer begins"),
];

pub(super) fn list(settings: &Settings) -> Vec<Setting> {
    let default = Settings::default();
    let mut all = Vec::new();
    let mut add = |name: &str, of: &dyn Fn(&Settings) -> Value, schema: Value, about: &str| {
        let (value, default) = (of(settings), of(&default));
        all.push(Setting { name: name.to_owned(), value, default, about: about.to_owned(), schema });
    };
    add("theme", &|s| json!(s.theme), shape::text(), "the workbench's theme");
    add("motion", &|s| json!(s.motion), shape::boolean(), "whether spinners turn");
    add("run_timeout", &|s| time(s.run_timeout), shape::length(), "the longest that a run may take");
    add("agent_timeout", &|s| time(s.agent_timeout), shape::length(), "the longest that an agent run may take");
    let about = "the longest that one call of a hook handler may take";
    add("hook_timeout", &|s| time(s.hook_timeout), shape::length(), about);
    let about = "the Python that plugins run on; without it, PATH is searched";
    add("python", &|s| json!(s.python), shape::path(), about);
    let about = "with less, plugins are not started";
    add("sandbox.min_level", &|s| level(s.sandbox.min_level()), shape::level(), about);
    for (name, of, about) in BOUNDS {
        add(&format!("sandbox.{name}"), &|s| of(&s.sandbox.for_all()), shape::bound(name), about);
    }
    add("sandbox.plugins", &plugins, shape::plugins(), "the same for single plugins");
    let about = "plugins that may decide whether others are loaded, and with which config";
    add("hooks.appointed", &|s| json!(s.hooks.appointed), shape::texts(), about);
    let about = "what goes before what a plugin declares of a handler, by plugin and handler";
    add("hooks.handlers", &handlers, shape::handlers(), about);
    let about = "whether the workbench starts the HTTP server when it opens";
    add("server.start", &|s| json!(s.server.start), shape::boolean(), about);
    let about = "the addresses of this machine that it listens on";
    add("server.listen", &|s| json!(s.server.listen), shape::addresses(), about);
    let about = "the port of all of them; 0 is any that is free";
    add("server.port", &|s| json!(s.server.port), shape::count(0, u16::MAX.into()), about);
    let about = "names, beside its addresses, by which an exposed server may be called";
    add("server.hosts", &|s| json!(s.server.hosts), shape::texts(), about);
    let about = "what requests and runs get to end when the server is to";
    add("server.grace", &|s| time(s.server.grace), shape::length(), about);
    let about = "connections that may be open at the same time";
    let connections = shape::count(1, server::MOST_CONNECTIONS);
    add("server.limits.connections", &|s| json!(s.server.limits.connections), connections, about);
    let body = shape::count(1, server::MOST_BODY_KB);
    add("server.limits.body_kb", &|s| json!(s.server.limits.body / 1024), body, "kibibytes of a request's body");
    for (name, of, about) in WAITS {
        add(&format!("server.limits.{name}"), &|s| time(of(&s.server.limits)), shape::length(), about);
    }
    all
}

fn plugins(settings: &Settings) -> Value {
    let whole = |bounds: Allowance| BOUNDS.iter().map(|(name, of, _)| ((*name).to_owned(), of(&bounds))).collect();
    settings
        .sandbox
        .by_name()
        .into_iter()
        .map(|(plugin, bounds)| (plugin.to_string(), Value::Object(whole(bounds))))
        .collect()
}

fn handlers(settings: &Settings) -> Value {
    let of_one = |policy: &HandlerPolicy| {
        let on_failure = policy.on_failure.map(|on_failure| match on_failure {
            OnFailure::Continue => "continue",
            OnFailure::Abort => "abort",
        });
        let said = [
            ("enabled", policy.enabled.map(Value::from)),
            ("on_failure", on_failure.map(Value::from)),
            ("timeout_ms", policy.timeout_ms.map(Value::from)),
        ];
        said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Value>()
    };
    let of_plugins = settings.hooks.handlers.iter().map(|(plugin, handlers)| {
        (plugin.to_string(), handlers.iter().map(|(name, policy)| (name.clone(), of_one(policy))).collect::<Value>())
    });
    of_plugins.collect()
}

fn level(level: Level) -> Value {
    json!(level.to_string())
}

/// As people write it: the largest unit that leaves no rest.
fn time(length: Duration) -> Value {
    let ms = length.as_millis();
    let unit = [(3_600_000, "h"), (60_000, "m"), (1000, "s")].into_iter().find(|(unit, _)| ms.is_multiple_of(*unit));
    let (unit, name) = unit.unwrap_or((1, "ms"));
    json!(format!("{}{name}", ms / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_of_the_file_that_people_copy_is_listed_with_its_default() {
        let file = include_str!("../../config/orchestrator.yaml");
        for setting in list(&Settings::default()) {
            assert_eq!(setting.value, setting.default);
            let name = setting.name.rsplit('.').next().unwrap();
            let written = match &setting.value {
                Value::Null => format!("{name}: /"),
                Value::String(text) => format!("{name}: {text}"),
                Value::Array(_) | Value::Object(_) => format!("{name}:"),
                value => format!("{name}: {value}"),
            };
            assert!(file.contains(&written), "{written}");
        }
    }

    #[test]
    fn what_is_said_of_single_plugins_and_handlers_is_listed() {
        let text = "sandbox: {memory_mb: 100, plugins: {demo: {threads: 9}}}\n\
                    hooks: {appointed: [guard], handlers: {demo: {log: {enabled: false, timeout_ms: 5}}}}\n";
        let all = list(&Settings::parse_text(text));
        let value = |name: &str| all.iter().find(|setting| setting.name == name).unwrap().value.clone();
        assert_eq!(value("sandbox.plugins")["demo"]["threads"], 9);
        assert_eq!(value("sandbox.plugins")["demo"]["memory_mb"], 100);
        assert_eq!(value("hooks.appointed"), json!(["guard"]));
        assert_eq!(value("hooks.handlers"), json!({"demo": {"log": {"enabled": false, "timeout_ms": 5}}}));
    }

    #[test]
    fn a_length_of_time_is_written_as_people_do() {
        assert_eq!(time(Duration::from_millis(1500)), "1500ms");
        assert_eq!(time(Duration::from_secs(90)), "90s");
    }
}
