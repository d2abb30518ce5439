//! What plugins' routes are, as OpenAPI documents.

use std::borrow::Cow;
use std::time::Duration;

use futures_util::future::join_all;
use orchestrator_protocol::ErrorKind;
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::PluginTarget;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::Listed;
use crate::event::{PluginName, StreamId};
use crate::orchestrator::api::RouteDocument;
use crate::orchestrator::host::LocalHost;
use crate::runtime::CallScope;

/// The longest document of a plugin's own that is handed on, in bytes of JSON.
const LONGEST: usize = 1024 * 1024;
/// The longest that a plugin may take to describe its routes.
const LIMIT: Duration = Duration::from_secs(10);

impl LocalHost {
    /// The document of each plugin that has routes: its own, or, where it has none that can be had in time, one that is
    /// made from what it said of its routes. Those that another plugin answers are left out.
    pub(in crate::orchestrator::host) async fn route_documents(&self) -> Vec<RouteDocument> {
        let mut plugins: Vec<(PluginName, Vec<Listed>)> = Vec::new();
        for route in self.routes.listed() {
            match plugins.last_mut().filter(|(plugin, _)| *plugin == route.plugin) {
                Some((_, routes)) => routes.push(route),
                None => plugins.push((route.plugin.clone(), vec![route])),
            }
        }
        join_all(plugins.into_iter().map(|(plugin, routes)| self.document_of(plugin, routes))).await
    }

    async fn document_of(&self, plugin: PluginName, routes: Vec<Listed>) -> RouteDocument {
        let own =
            timeout(LIMIT, self.own_document(&plugin)).await.unwrap_or_else(|_| Err(Cow::from("it took too long")));
        let own = own.unwrap_or_else(|why| {
            tracing::warn!(%plugin, %why, "its own description of its routes can't be had");
            None
        });
        let mut document = own.unwrap_or_else(|| describe(&plugin, &routes));
        leave_out_shadowed(&mut document, &routes);
        RouteDocument { plugin, document }
    }

    /// What the plugin says itself, if it says anything.
    async fn own_document(&self, plugin: &PluginName) -> Result<Option<Value>, Cow<'static, str>> {
        let Some(live) = self.manager().get(plugin).and_then(|record| record.live) else { return Ok(None) };
        let scope = CallScope { stream: StreamId::Host, span: None, deadline: None, depth: 0 };
        let mut call = live.call(PluginTarget::ApiDocument, scope).map_err(|error| error.message)?;
        loop {
            match call.next().await {
                CallEvent::Item(_) => {}
                CallEvent::End(document) if !document.is_object() => return Ok(None),
                CallEvent::End(document) if document.to_string().len() > LONGEST => {
                    return Err(Cow::from(format!("it is longer than {LONGEST} bytes")));
                }
                CallEvent::End(document) => return Ok(Some(document)),
                // What an older SDK says to a call that it does not know.
                CallEvent::Error(error) if error.kind == ErrorKind::InvalidRequest => return Ok(None),
                CallEvent::Error(error) => return Err(Cow::from(error.message)),
            }
        }
    }
}

fn leave_out_shadowed(document: &mut Value, routes: &[Listed]) {
    for Listed { info, .. } in routes.iter().filter(|route| route.shadowed_by.is_some()) {
        let (path, _) = template(&info.path);
        let item = document.pointer_mut("/paths").and_then(|paths| paths.get_mut(&path));
        if let Some(item) = item.and_then(Value::as_object_mut) {
            item.shift_remove(&info.method.to_ascii_lowercase());
        }
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

        let (mut document, mut routes) = (document, routes);
        routes[0].shadowed_by = Some("two".parse().unwrap());
        leave_out_shadowed(&mut document, &routes);
        let left: Vec<_> = document["paths"]["/one/{id}/raw"].as_object().unwrap().keys().collect();
        assert_eq!(left, ["put"]);
    }
}
