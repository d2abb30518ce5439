//! What plugins' routes are, as OpenAPI documents.

use serde_json::{Map, Value, json};

use super::Listed;
use crate::event::PluginName;
use crate::orchestrator::api::RouteDocument;
use crate::orchestrator::host::LocalHost;

impl LocalHost {
    /// The document of each plugin that has routes.
    pub(in crate::orchestrator::host) fn route_documents(&self) -> Vec<RouteDocument> {
        let mut documents: Vec<(PluginName, Vec<Listed>)> = Vec::new();
        for route in self.routes.listed() {
            match documents.last_mut().filter(|(plugin, _)| *plugin == route.plugin) {
                Some((_, routes)) => routes.push(route),
                None => documents.push((route.plugin.clone(), vec![route])),
            }
        }
        let described = |(plugin, routes): (PluginName, Vec<Listed>)| {
            let document = describe(&plugin, &routes);
            RouteDocument { plugin, document }
        };
        documents.into_iter().map(described).collect()
    }
}

/// What the routes themselves say: path, method, parameters of the path, and a line of description.
fn describe(plugin: &PluginName, routes: &[Listed]) -> Value {
    let mut paths = Map::new();
    for Listed { info, .. } in routes {
        // A document has no word for a route that takes every method.
        if info.method == "*" {
            continue;
        }
        let (path, parameters) = template(&info.path);
        let operation = json!({
            "summary": info.description,
            "parameters": parameters,
            "responses": {"default": {"description": "What the plugin answers"}},
        });
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[info.method.to_ascii_lowercase()] = operation;
    }
    json!({"openapi": "3.1.0", "info": {"title": plugin, "version": ""}, "paths": paths})
}

/// The path without its parameters' kinds, and the parameters.
fn template(path: &str) -> (String, Vec<Value>) {
    let (mut plain, mut parameters, mut rest) = (String::new(), Vec::new(), path);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((parameter, after)) = after.split_once('}') else { break };
        let name = parameter.split_once(':').map_or(parameter, |(name, _)| name);
        plain.push_str(&format!("{before}{{{name}}}"));
        parameters.push(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
        rest = after;
    }
    plain.push_str(rest);
    (plain, parameters)
}

#[cfg(test)]
mod tests {
    use orchestrator_protocol::session::RouteInfo;

    use super::*;

    #[test]
    fn routes_are_described_by_what_they_say_of_themselves() {
        let route = |method: &str, path: &str| Listed {
            plugin: "one".parse().unwrap(),
            info: RouteInfo { method: method.into(), path: path.into(), description: format!("{method}s") },
            shadowed_by: None,
        };
        let routes =
            [route("GET", "/one/{id:int}/raw"), route("PUT", "/one/{id:int}/raw"), route("*", "/all/{path:path}")];
        let document = describe(&"one".parse().unwrap(), &routes);
        assert_eq!(document["paths"].as_object().unwrap().len(), 1, "{document}");
        let item = &document["paths"]["/one/{id}/raw"];
        assert_eq!((&item["get"]["summary"], &item["put"]["summary"]), (&json!("GETs"), &json!("PUTs")));
        assert_eq!(item["get"]["parameters"][0]["name"], "id");
    }
}
