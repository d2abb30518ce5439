//! A route of which nothing is known but what the plugin's manifest or its router says.

use serde_json::{Value, json};

use super::fragment::path_parameter;
use super::template;
use crate::event::text::clean_within;
use crate::orchestrator::api::PluginRoute;

/// As much of a description as is shown, in bytes.
const TEXT: usize = 4096;

/// An operation for the route, whatever it takes and answers.
pub fn operation(route: &PluginRoute) -> Value {
    let path = template::plain(&route.path);
    let parameters: Vec<Value> = template::names(&path).into_iter().map(path_parameter).collect();
    json!({
        "tags": [route.plugin],
        "summary": clean_within(&route.description, TEXT),
        "parameters": parameters,
        "responses": {"2XX": {"description": "What the plugin answers"}},
    })
}
