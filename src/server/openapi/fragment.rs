//! What one plugin says of its own routes, made fit to stand beside what others say.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use super::components::Copying;
use super::{bounds, check, template};
use crate::event::PluginName;
use crate::orchestrator::api::PluginRoute;

/// What of an operation is taken over. Where it is served and who may call it is the host's to say.
const OPERATION: [&str; 6] = ["summary", "description", "parameters", "requestBody", "responses", "deprecated"];

/// Operations by path and method, and the components that they refer to.
#[derive(Debug, Default)]
pub struct Fragment {
    pub paths: BTreeMap<String, Map<String, Value>>,
    pub components: Map<String, Value>,
}

/// What the plugin's document says of `routes`, which it has and nobody shadows. The error says why nothing of it can be
/// used.
pub fn fragment(plugin: &PluginName, document: &Value, routes: &[&PluginRoute]) -> Result<Fragment, String> {
    bounds::check(document)?;
    if !document.get("openapi").and_then(Value::as_str).is_some_and(|version| version.starts_with("3.1.")) {
        return Err("it is no OpenAPI 3.1 document".to_owned());
    }
    let copying = Copying::new(plugin, document);
    let mut fragment = Fragment { paths: BTreeMap::new(), components: copying.components() };
    let mut ids = HashSet::new();
    for route in routes {
        let path = template::plain(&route.path);
        let Some(item) = item(document, &path) else { continue };
        for method in template::methods(route) {
            let Some(Value::Object(operation)) = item.get(method) else { continue };
            let mut told = told(&copying, operation);
            told.insert("parameters".to_owned(), parameters(&copying, &path, item, operation));
            told.insert("tags".to_owned(), json!([plugin]));
            if let Some(id) = operation.get("operationId").and_then(Value::as_str).filter(|id| is_id(id))
                && ids.insert(id)
            {
                told.insert("operationId".to_owned(), format!("{plugin}.{id}").into());
            }
            fragment.paths.entry(path.clone()).or_default().insert(method.to_owned(), Value::Object(told));
        }
    }
    check::check(&json!({
        "openapi": "3.1.0", "info": {"title": plugin, "version": ""},
        "paths": fragment.paths, "components": fragment.components,
    }))?;
    Ok(fragment)
}

/// The document's own entry for a path; it may write the template as the plugin's framework does.
fn item<'d>(document: &'d Value, path: &str) -> Option<&'d Map<String, Value>> {
    let paths = document.get("paths")?.as_object()?;
    let found =
        paths.get(path).or_else(|| paths.iter().find(|(own, _)| template::plain(own) == path).map(|(_, item)| item));
    found?.as_object()
}

fn told(copying: &Copying<'_>, operation: &Map<String, Value>) -> Map<String, Value> {
    let known = operation.iter().filter(|(key, _)| OPERATION.contains(&key.as_str()));
    known.map(|(key, value)| (key.clone(), copying.copy(value))).collect()
}

/// Those of the operation, then those of its path, then those of the template that nobody tells of.
fn parameters(copying: &Copying<'_>, path: &str, item: &Map<String, Value>, operation: &Map<String, Value>) -> Value {
    let mut all: Vec<Value> = Vec::new();
    let mut seen: HashSet<(String, String)> = HashSet::new();
    for list in [operation.get("parameters"), item.get("parameters")].into_iter().flatten() {
        for parameter in list.as_array().into_iter().flatten() {
            let whole = copying.resolve(parameter);
            let text = |key: &str| whole.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            if seen.insert((text("in"), text("name"))) {
                all.push(copying.copy(parameter));
            }
        }
    }
    for name in template::names(path) {
        if seen.insert(("path".to_owned(), name.to_owned())) {
            all.push(path_parameter(name));
        }
    }
    Value::Array(all)
}

/// A parameter of which no more is known.
pub fn path_parameter(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
}

/// Generators of clients make names of it.
fn is_id(id: &str) -> bool {
    id.len() <= 200
        && !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}
