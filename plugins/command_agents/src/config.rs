//! The plugin's config.

use std::collections::{BTreeMap, BTreeSet};

use orchestrator_sdk::Config;
use serde::Deserialize;

use crate::template::{Template, TemplateError};

/// What the config defines.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub agents: Vec<Command>,
    pub chain: Vec<Step>,
}

/// A program that is an agent.
#[derive(Debug, Clone)]
pub struct Command {
    pub name: String,
    pub role: String,
    pub program: String,
    pub args: Vec<Template>,
    pub env: BTreeMap<String, Template>,
    pub dir: Option<String>,
    pub stdin: Option<Template>,
    pub timeout_seconds: Option<u64>,
}

/// A step of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub agent: String,
    #[serde(default)]
    pub task: Option<String>,
}

/// What is wrong with the config, and where in it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the config of command_agents does not fit: {0}")]
    Shape(#[from] serde_json::Error),
    #[error("agents[{index}].name: an agent's name is letters, digits, `_` and `-`, not `{name}`")]
    Name { index: usize, name: String },
    #[error("agents[{index}].name: `{name}` is defined twice; give each agent a name of its own")]
    Twice { index: usize, name: String },
    #[error("agents[{index}].command: name a program, such as `cargo`, or give a path")]
    NoProgram { index: usize },
    #[error("agents[{index}].timeout: give at least 1 second")]
    NoTime { index: usize },
    #[error("agents[{index}].{field}: {error}")]
    Template { index: usize, field: String, error: TemplateError },
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    agents: Vec<RawCommand>,
    #[serde(default)]
    chain: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCommand {
    name: String,
    #[serde(default)]
    role: String,
    command: String,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    dir: Option<String>,
    stdin: Option<String>,
    timeout: Option<u64>,
}

impl Settings {
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let raw: Raw = config.parse()?;
        let mut names = BTreeSet::new();
        let mut agents = Vec::with_capacity(raw.agents.len());
        for (index, command) in raw.agents.into_iter().enumerate() {
            if !names.insert(command.name.clone()) {
                return Err(ConfigError::Twice { index, name: command.name });
            }
            agents.push(command.check(index)?);
        }
        Ok(Settings { agents, chain: raw.chain })
    }
}

impl RawCommand {
    fn check(self, index: usize) -> Result<Command, ConfigError> {
        let fine = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if self.name.is_empty() || !self.name.chars().all(fine) {
            return Err(ConfigError::Name { index, name: self.name });
        }
        if self.command.trim().is_empty() {
            return Err(ConfigError::NoProgram { index });
        }
        if self.timeout == Some(0) {
            return Err(ConfigError::NoTime { index });
        }
        let template = |field: String, text: &str| {
            Template::parse(text).map_err(|error| ConfigError::Template { index, field, error })
        };
        let mut args = Vec::with_capacity(self.args.len());
        for (number, text) in self.args.iter().enumerate() {
            args.push(template(format!("args[{number}]"), text)?);
        }
        let mut env = BTreeMap::new();
        for (key, text) in &self.env {
            env.insert(key.clone(), template(format!("env.{key}"), text)?);
        }
        let stdin = self.stdin.as_deref().map(|text| template("stdin".into(), text)).transpose()?;
        let role = if self.role.is_empty() { format!("Runs {}", self.command) } else { self.role };
        Ok(Command {
            name: self.name,
            role,
            program: self.command,
            args,
            env,
            dir: self.dir,
            stdin,
            timeout_seconds: self.timeout,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> Result<Settings, ConfigError> {
        Settings::read(&Config::new(value.as_object().unwrap().clone()))
    }

    #[test]
    fn an_agent_is_read_with_everything_it_may_have() {
        let settings = read(json!({
            "enabled": true,
            "agents": [{
                "name": "tests", "role": "Runs the tests", "command": "cargo", "args": ["test", "{task}"],
                "env": {"RUST_LOG": "{task}"}, "dir": "core", "stdin": "{input}", "timeout": 60
            }],
            "chain": [{"agent": "tests"}, {"agent": "reviewer_agent", "task": "Judge"}]
        }))
        .unwrap();
        let tests = &settings.agents[0];
        assert_eq!((tests.program.as_str(), tests.args.len(), tests.timeout_seconds), ("cargo", 2, Some(60)));
        assert_eq!(settings.chain[1].task.as_deref(), Some("Judge"));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let cases = [
            (json!({"agents": [{"name": "a"}]}), "missing field `command`"),
            (json!({"agents": [{"name": "a b", "command": "x"}]}), "agents[0].name"),
            (
                json!({"agents": [{"name": "a", "command": "x"}, {"name": "a", "command": "y"}]}),
                "agents[1].name: `a` is defined twice",
            ),
            (json!({"agents": [{"name": "a", "command": " "}]}), "agents[0].command"),
            (json!({"agents": [{"name": "a", "command": "x", "args": ["{what}"]}]}), "agents[0].args[0]"),
            (json!({"agents": [{"name": "a", "command": "x", "timeout": 0}]}), "agents[0].timeout"),
            (json!({"agents": [{"name": "a", "command": "x", "argument": []}]}), "unknown field `argument`"),
        ];
        for (config, part) in cases {
            let error = read(config).unwrap_err().to_string();
            assert!(error.contains(part), "{error} does not contain {part}");
        }
    }
}
