//! The OpenAPI document: of the server's own resources, made from the code of their handlers, and of the routes of
//! plugins, made from what they say themselves.
//!
//! What a plugin says of its routes is a text of a stranger's. [`fragment`] takes from it what is about routes that the
//! plugin really has, under names that can't be those of others; [`check`] measures that against OpenAPI's own schema.
//! A document that does not pass is left out, and its routes are told as the manifest has them ([`plain`]).

mod bounds;
mod check;
mod components;
mod fragment;
mod merge;
mod plain;
mod preamble;
mod template;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::orchestrator::api::{Answer, Facade, FacadeError, Query};
pub use preamble::preamble;

/// The document of the server's own resources and of the routes of plugins that run now.
pub async fn document(facade: &dyn Facade) -> Result<Value, FacadeError> {
    let unexpected = || FacadeError::failed("the host answered something that was not asked");
    let Answer::Routes(routes) = facade.query(Query::Routes).await? else { return Err(unexpected()) };
    let Answer::RouteDocuments(documents) = facade.query(Query::RouteDocuments).await? else {
        return Err(unexpected());
    };
    // Large documents take a while, and nobody else waits for them.
    let merged = tokio::task::spawn_blocking(move || merge::merged(&routes, &documents)).await;
    merged.map_err(|error| FacadeError::failed(format!("the OpenAPI document could not be put together: {error}")))
}
