//! The whole: what the server says of itself, and what the plugins say of their routes.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::fragment::{Fragment, fragment};
use super::{plain, template};
use crate::event::PluginName;
use crate::orchestrator::api::{PluginRoute, RouteDocument};
use crate::server::control;

/// The answer that every operation may have instead of its own.
const PROBLEM: &str = "#/components/responses/Problem";

/// The document of the server's own resources. It is the code's, and does not change.
static OWN: LazyLock<Value> = LazyLock::new(own);

/// The document of the server's own resources and of the routes of plugins.
pub fn merged(routes: &[PluginRoute], documents: &[RouteDocument]) -> Value {
    let mut whole = OWN.clone();
    // Templates that differ in the names of parameters alone are one path.
    let mut shapes: HashMap<String, String> = HashMap::new();
    for (plugin, routes) in by_plugin(routes) {
        let document = documents.iter().find(|document| document.plugin == *plugin).map(|found| &found.document);
        let told = document.map(|document| fragment(plugin, document, &routes));
        let mut fragment = match told {
            Some(Ok(fragment)) => fragment,
            Some(Err(why)) => {
                tracing::warn!(%plugin, why, "what it says of its routes is left out of the OpenAPI document");
                Fragment::default()
            }
            None => Fragment::default(),
        };
        for route in routes {
            for method in template::methods(route) {
                let operations = fragment.paths.entry(template::plain(&route.path)).or_default();
                operations.entry(method).or_insert_with(|| plain::operation(route));
            }
        }
        fragment.paths.retain(|path, _| {
            let first = shapes.entry(template::shape(path)).or_insert_with(|| path.clone());
            first == path
        });
        add(&mut whole, plugin, fragment);
    }
    whole
}

/// The routes that are the plugin's to answer.
fn by_plugin(routes: &[PluginRoute]) -> BTreeMap<&PluginName, Vec<&PluginRoute>> {
    let mut all: BTreeMap<&PluginName, Vec<&PluginRoute>> = BTreeMap::new();
    for route in routes.iter().filter(|route| route.shadowed_by.is_none() && template::is_free(&route.path)) {
        all.entry(&route.plugin).or_default().push(route);
    }
    all
}

fn add(whole: &mut Value, plugin: &PluginName, fragment: Fragment) {
    for (section, entries) in fragment.components {
        let known = object(&mut whole["components"][section]);
        if let Value::Object(entries) = entries {
            known.extend(entries);
        }
    }
    let paths = object(&mut whole["paths"]);
    for (path, operations) in fragment.paths {
        let item = object(paths.entry(path).or_insert(Value::Null));
        for (method, mut operation) in operations {
            with_problem(&mut operation);
            // Who came first keeps it.
            item.entry(method).or_insert(operation);
        }
    }
    if let Some(tags) = whole["tags"].as_array_mut() {
        tags.push(json!({"name": plugin, "description": format!("Routes of the plugin {plugin}")}));
    }
}

fn own() -> Value {
    let document = control::router().into_openapi();
    let mut whole = serde_json::to_value(document).unwrap_or_default();
    whole["components"]["responses"]["Problem"] = json!({
        "description": "Why it was not done, and what to do",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    for item in object(&mut whole["paths"]).values_mut() {
        object(item).values_mut().for_each(with_problem);
    }
    whole
}

/// Whatever is not told of is a problem.
fn with_problem(operation: &mut Value) {
    object(&mut operation["responses"]).entry("default").or_insert_with(|| json!({"$ref": PROBLEM}));
}

/// The value's fields; it becomes an object if it is none.
fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("it was made an object")
}
