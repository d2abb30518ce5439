//! The application's settings, one by one, for those who look at them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::sandbox::Allowance;
use super::settings::Settings;
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
}

/// A bound's name, its value, and what it is about.
type Bound = (&'static str, fn(&Allowance) -> Value, &'static str);

pub(super) fn list(settings: &Settings) -> Vec<Setting> {
    let default = Settings::default();
    let mut all = Vec::new();
    let mut add = |name: &str, of: &dyn Fn(&Settings) -> Value, about: &str| {
        let (value, default) = (of(settings), of(&default));
        all.push(Setting { name: name.to_owned(), value, default, about: about.to_owned() });
    };
    add("theme", &|s| json!(s.theme), "the workbench's theme");
    add("motion", &|s| json!(s.motion), "whether spinners turn");
    add("run_timeout", &|s| time(s.run_timeout), "the longest that a run may take");
    add("agent_timeout", &|s| time(s.agent_timeout), "the longest that an agent run may take");
    add("hook_timeout", &|s| time(s.hook_timeout), "the longest that one call of a hook handler may take");
    add("python", &|s| json!(s.python), "the Python that plugins run on; without it, PATH is searched");
    add("sandbox.min_level", &|s| json!(s.sandbox.min_level().to_string()), "with less, plugins are not started");
    let bounds: [Bound; 7] = [
        ("sandbox.level", |a| level(a.level), "how far a plugin's process is confined"),
        ("sandbox.memory_mb", |a| json!(a.memory_mb), "mebibytes of memory for a plugin's process"),
        ("sandbox.cpu_seconds", |a| json!(a.cpu_seconds), "seconds of computing in one call"),
        ("sandbox.threads", |a| json!(a.threads), "threads of a plugin's process"),
        ("sandbox.open_files", |a| json!(a.open_files), "files that it may have open"),
        ("sandbox.file_mb", |a| json!(a.file_mb), "mebibytes of the largest file that it may write"),
        ("sandbox.disk_mb", |a| json!(a.disk_mb), "mebibytes of all that lies in its own folders"),
    ];
    for (name, of, about) in bounds {
        add(name, &|s| of(&s.sandbox.for_all()), about);
    }
    all
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
        let all = list(&Settings::default());
        for setting in &all {
            assert_eq!(setting.value, setting.default);
            let name = setting.name.rsplit('.').next().unwrap();
            let written = match (&setting.value, setting.value.as_str()) {
                (Value::Null, _) => format!("{name}: /"),
                (_, Some(text)) => format!("{name}: {text}"),
                (value, None) => format!("{name}: {value}"),
            };
            assert!(file.contains(&written), "{written}");
        }
        assert_eq!(time(Duration::from_millis(1500)), "1500ms");
        assert_eq!(time(Duration::from_secs(90)), "90s");
    }
}
