//! The application's own settings, `config/orchestrator.yaml`.

use std::time::Duration;

use super::document::{Node, Problem, Problems, Reader, Source, Value};
use super::{Places, duration};

/// The settings, each with its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// A theme's name.
    pub theme: String,
    /// Whether spinners turn.
    pub motion: bool,
    /// The longest that a run may take, unless it is started with its own limit.
    pub run_timeout: Duration,
    /// The longest that one agent run may take, unless the agent has its own limit.
    pub agent_timeout: Duration,
    /// The longest that one hook handler may take, unless it declares its own limit.
    pub hook_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            theme: "terminal".to_owned(),
            motion: true,
            run_timeout: Duration::from_secs(60 * 60),
            agent_timeout: Duration::from_secs(10 * 60),
            hook_timeout: Duration::from_secs(5),
        }
    }
}

impl Settings {
    /// The project's settings, and what is odd in its file. Without a file, the defaults.
    pub fn load(places: &Places) -> Result<(Self, Vec<Problem>), Problems> {
        match Source::read(&places.settings_file())? {
            Some(source) => Settings::parse(&source),
            None => Ok((Settings::default(), Vec::new())),
        }
    }

    fn parse(source: &Source) -> Result<(Self, Vec<Problem>), Problems> {
        let tree = source.parse()?;
        let mut reader = Reader::new(source);
        let settings = read(&tree, &mut reader);
        reader.finish(settings)
    }
}

fn read(tree: &Node, reader: &mut Reader<'_>) -> Option<Settings> {
    let mut settings = Settings::default();
    let mut fields = reader.fields(tree, "settings")?;
    if let Some(theme) = fields.get("theme").and_then(|node| reader.text(node, "theme")) {
        settings.theme = theme;
    }
    if let Some(motion) = fields.get("motion").and_then(|node| reader.boolean(node, "motion")) {
        settings.motion = motion;
    }
    let limits = [
        ("run_timeout", &mut settings.run_timeout),
        ("agent_timeout", &mut settings.agent_timeout),
        ("hook_timeout", &mut settings.hook_timeout),
    ];
    for (name, limit) in limits {
        let Some(node) = fields.get(name) else { continue };
        // A number without its unit is read as it was written, and refused with the rule.
        let text = match &node.value {
            Value::String(text) => text.clone(),
            _ => reader.written(node),
        };
        match duration::parse(&text) {
            Ok(length) => *limit = length,
            Err(error) => reader.problem(node.at, error.to_string(), format!("write `{name}: 30s`, for example")),
        }
    }
    reader.unknown_fields(fields, "the settings file");
    Some(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file that people copy.
    const DEFAULT_FILE: &str = include_str!("../../config/orchestrator.yaml");

    fn parse(text: &str) -> Result<(Settings, Vec<Problem>), Problems> {
        Settings::parse(&Source::new("config/orchestrator.yaml", text))
    }

    #[test]
    fn the_default_file_says_what_the_defaults_are() {
        assert_eq!(parse(DEFAULT_FILE), Ok((Settings::default(), vec![])));
        // Every setting is named in it, or nobody would find it.
        for name in ["theme:", "motion:", "run_timeout:", "agent_timeout:", "hook_timeout:"] {
            assert!(DEFAULT_FILE.contains(name), "{name}");
        }
    }

    #[test]
    fn what_is_set_counts_and_the_rest_stays() {
        let (settings, warnings) = parse("theme: dark\nrun_timeout: 90s\nmotion: false\n").unwrap();
        let expected = Settings {
            theme: "dark".to_owned(),
            motion: false,
            run_timeout: Duration::from_secs(90),
            ..Settings::default()
        };
        assert_eq!((settings, warnings.len()), (expected, 0));
    }

    #[test]
    fn an_unknown_setting_warns_and_a_wrong_one_is_shown() {
        let (_, warnings) = parse("run_timout: 90s\n").unwrap();
        assert_eq!(warnings[0].remedy.as_deref(), Some("did you mean `run_timeout`?"));
        let problems = parse("theme: dark\nhook_timeout: 5\nmotion: maybe\nrun_timeout: soon\n").unwrap_err();
        insta::assert_snapshot!(problems);
    }
}
