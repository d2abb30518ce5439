//! What can be set: in the plugin's config for every run, in a workflow's config for one.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Limits and names that the inspections go by. A field that is absent has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// A file of more bytes is reported.
    pub oversized_bytes: u64,
    /// A source file of more lines is reported.
    pub oversized_lines: u64,
    /// A file of more bytes is measured, but not read.
    pub max_file_bytes: u64,
    /// The walk ends after so many files.
    pub max_files: u64,
    /// An agent lists so many findings of each severity, and only counts the rest.
    pub max_findings: u64,
    /// How many of the largest files are listed.
    pub largest_files: usize,
    /// What marks debt at the start of a comment.
    pub debt_markers: Vec<String>,
    /// Folders of these names are not entered.
    pub ignored_directories: Vec<String>,
    /// A README of fewer words is reported.
    pub readme_min_words: usize,
    /// A source folder without doc comments is reported from so many lines of code on.
    pub undocumented_folder_lines: u64,
}

impl Default for Settings {
    fn default() -> Self {
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        Settings {
            oversized_bytes: 1024 * 1024,
            oversized_lines: 1000,
            max_file_bytes: 4 * 1024 * 1024,
            max_files: 50_000,
            max_findings: 500,
            largest_files: 10,
            debt_markers: names(&["TODO", "FIXME", "XXX", "HACK"]),
            ignored_directories: names(&[
                ".git",
                ".hg",
                ".svn",
                ".venv",
                "venv",
                "__pycache__",
                "node_modules",
                "vendor",
                "third_party",
            ]),
            readme_min_words: 50,
            undocumented_folder_lines: 200,
        }
    }
}

impl Settings {
    /// The plugin's config with a run's own values over it. Keys that are no setting are left alone: they belong to
    /// the host or to the workflow. The error says which value does not fit.
    pub fn from_layers(plugin: &Map<String, Value>, run: &Map<String, Value>) -> Result<Settings, String> {
        let mut merged = plugin.clone();
        merged.extend(run.iter().map(|(key, value)| (key.clone(), value.clone())));
        for (key, value) in &merged {
            let mut one = Map::new();
            one.insert(key.clone(), value.clone());
            Settings::deserialize(Value::Object(one)).map_err(|error| format!("the setting `{key}`: {error}"))?;
        }
        Settings::deserialize(Value::Object(merged)).map_err(|error| format!("the settings: {error}"))
    }

    /// As a request's context carries them.
    pub fn to_map(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            Ok(_) | Err(_) => Map::new(),
        }
    }
}

/// The JSON Schema of the workflow's config: the tree, and any setting for one run.
pub fn workflow_schema() -> Value {
    let number = |description: &str| json!({"type": "integer", "minimum": 0, "description": description});
    let names = |description: &str| json!({"type": "array", "items": {"type": "string"}, "description": description});
    json!({
        "type": "object",
        "properties": {
            "path": {
                "type": "string",
                "format": "path",
                "description": "The folder to inspect, relative to the project; the project's own by default",
            },
            "oversized_bytes": number("A file of more bytes is reported"),
            "oversized_lines": number("A source file of more lines is reported"),
            "max_file_bytes": number("A file of more bytes is measured, but not read"),
            "max_files": number("The walk ends after so many files"),
            "max_findings": number("An agent lists so many findings of each severity, and only counts the rest"),
            "largest_files": number("How many of the largest files are listed"),
            "debt_markers": names("What marks debt in a comment"),
            "ignored_directories": names("Folders of these names are not entered"),
            "readme_min_words": number("A README of fewer words is reported"),
            "undocumented_folder_lines":
                number("A source folder without documentation comments is reported from so many lines of code on"),
        },
    })
}

/// Finds the tree that a run names: `path` relative to the project, or the project itself.
pub fn resolve_tree(path: Option<&Value>, project: &std::path::Path) -> Result<PathBuf, String> {
    let wanted = match path {
        None | Some(Value::Null) => project.to_path_buf(),
        Some(Value::String(path)) if path.trim().is_empty() => {
            return Err("`path` is empty; name a folder, or leave it out to inspect the project's own".to_owned());
        }
        Some(Value::String(path)) => project.join(path),
        Some(other) => return Err(format!("`path` must be text, the name of a folder; it is {other}")),
    };
    let shown = wanted.display();
    let found = wanted
        .canonicalize()
        .map_err(|error| format!("can't inspect {shown}: {error}; set `path` to a folder that can be read"))?;
    if found.is_dir() { Ok(found) } else { Err(format!("can't inspect {shown}: it is not a folder")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_runs_values_win_over_the_plugins_and_foreign_keys_are_left_alone() {
        let plugin = map(json!({"oversized_lines": 400, "max_files": 9, "enabled": true}));
        let settings =
            Settings::from_layers(&plugin, &map(json!({"oversized_lines": 300, "path": "src", "max_findings": 7})))
                .unwrap();
        assert_eq!((settings.oversized_lines, settings.max_files, settings.max_findings), (300, 9, 7));
        assert_eq!(settings.debt_markers, Settings::default().debt_markers);
        assert_eq!(Settings::from_layers(&settings.to_map(), &Map::new()), Ok(settings));
    }

    #[test]
    fn the_workflows_schema_has_every_setting() {
        let schema = workflow_schema();
        let described: Vec<_> = schema["properties"].as_object().unwrap().keys().filter(|key| *key != "path").collect();
        assert_eq!(described, Settings::default().to_map().keys().collect::<Vec<_>>());
    }

    #[test]
    fn a_value_that_does_not_fit_is_named() {
        let error = Settings::from_layers(&Map::new(), &map(json!({"max_files": "many"}))).unwrap_err();
        assert!(error.contains("`max_files`") && error.contains("many"), "{error}");
    }

    #[test]
    fn the_tree_is_the_project_or_a_folder_named_from_there() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("inner")).unwrap();
        std::fs::write(dir.path().join("file.txt"), "x").unwrap();
        let root = dir.path().canonicalize().unwrap();
        assert_eq!(resolve_tree(None, dir.path()).unwrap(), root);
        assert_eq!(resolve_tree(Some(&json!("inner")), dir.path()).unwrap(), root.join("inner"));

        let error = resolve_tree(Some(&json!("absent")), dir.path()).unwrap_err();
        assert!(error.contains("absent") && error.contains("`path`"), "{error}");
        let error = resolve_tree(Some(&json!("file.txt")), dir.path()).unwrap_err();
        assert!(error.ends_with("it is not a folder"), "{error}");
        assert!(resolve_tree(Some(&json!("")), dir.path()).unwrap_err().contains("empty"));
        assert!(resolve_tree(Some(&json!(7)), dir.path()).unwrap_err().contains("must be text"));
    }
}
