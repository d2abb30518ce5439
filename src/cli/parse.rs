//! Values on the command line that are more than a word.

use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::orchestrator::api::GrantForRun;
use crate::orchestrator::parse_duration;

/// `30s`, `10m`, `2h`.
pub fn time(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| error.to_string())
}

/// The sizes of pictures, in columns and rows.
const SMALLEST: (u16, u16) = (40, 10);
const LARGEST: (u16, u16) = (500, 200);

/// `120x36`.
pub fn size(text: &str) -> Result<(u16, u16), String> {
    let numbers = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let (width, height) = numbers.ok_or("write columns, an x and rows, such as 120x36")?;
    let fits = (SMALLEST.0..=LARGEST.0).contains(&width) && (SMALLEST.1..=LARGEST.1).contains(&height);
    if !fits {
        return Err(format!("a picture has {}x{} to {}x{} cells", SMALLEST.0, SMALLEST.1, LARGEST.0, LARGEST.1));
    }
    Ok((width, height))
}

pub fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))
}

/// `KEY=VALUE`, or the path of a JSON or YAML file with an object in it.
pub fn config(text: &str) -> Result<Map<String, Value>, String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !Path::new(text).exists() => {
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
            Ok(Map::from_iter([(key.to_owned(), value)]))
        }
        Some(_) | None => config_file(Path::new(text)),
    }
}

/// YAML is read with the same parser as JSON, which is a part of it.
fn config_file(path: &Path) -> Result<Map<String, Value>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("can't read {shown}: {error}; give a file, or KEY=VALUE"))?;
    match serde_yaml::from_str::<Value>(&text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(format!("{shown} holds no object: write `key: value` lines, or a JSON object")),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}

/// `NAME:VALUE`.
pub fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write NAME:VALUE, such as `accept: text/plain`")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// `PLUGIN:PERMISSION[=SCOPE]`.
pub fn grant(text: &str) -> Result<GrantForRun, String> {
    let (plugin, rest) = text.split_once(':').ok_or("write PLUGIN:PERMISSION or PLUGIN:PERMISSION=SCOPE")?;
    let (permission, scope) = match rest.split_once('=') {
        Some((permission, scope)) => (permission, Some(scope.to_owned())),
        None => (rest, None),
    };
    Ok(GrantForRun {
        plugin: plugin.parse().map_err(|error| format!("{error}"))?,
        permission: permission.parse().map_err(|error| format!("{error}"))?,
        scope,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_json_if_it_can_be() {
        assert_eq!(config("n=3").unwrap()["n"], 3);
        assert_eq!(config("on=true").unwrap()["on"], true);
        assert_eq!(config("path=/tmp/a=b").unwrap()["path"], "/tmp/a=b");
        assert_eq!(config("list=[1,2]").unwrap()["list"][1], 2);
    }

    #[test]
    fn a_file_is_json_or_yaml_and_holds_an_object() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            config(path.to_str().unwrap())
        };
        assert_eq!(write("a.json", r#"{"a": 1}"#).unwrap()["a"], 1);
        assert_eq!(write("a.yaml", "a: 1\nb: [x]\n").unwrap()["b"][0], "x");
        assert!(write("list.yaml", "- 1\n").unwrap_err().contains("holds no object"));
        assert!(config("missing.json").unwrap_err().contains("can't read missing.json"));
    }

    #[test]
    fn a_size_is_columns_and_rows_within_bounds() {
        assert_eq!(size("120x36").unwrap(), (120, 36));
        for wrong in ["120", "x36", "120x", "-1x36", "120x36x2", "99999x36"] {
            assert!(size(wrong).unwrap_err().contains("such as 120x36"), "{wrong}");
        }
        for wrong in ["39x10", "40x9", "501x36", "120x201"] {
            assert!(size(wrong).unwrap_err().contains("40x10 to 500x200"), "{wrong}");
        }
    }

    #[test]
    fn a_grant_names_plugin_permission_and_perhaps_a_scope() {
        let grant_with_scope = grant("my-plugin:spawn=cargo").unwrap();
        assert_eq!(grant_with_scope.scope.as_deref(), Some("cargo"));
        assert_eq!(grant("my-plugin:spawn").unwrap().scope, None);
        assert!(grant("my-plugin:fly").unwrap_err().contains("the permissions are"));
        assert!(grant("spawn").is_err());
    }
}
