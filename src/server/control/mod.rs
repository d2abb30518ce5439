//! The control API: the facade as resources, one file each.
//!
//! A handler reads the request, asks or commands the facade, and hands on what it answered; what it decides itself is
//! the status alone. With every handler stands what [`openapi`](super::openapi) tells of it.

mod agents;
mod audit;
mod bodies;
mod config;
mod documents;
mod events;
mod facade;
mod health;
mod hooks;
mod host;
mod permissions;
mod plugins;
mod routes;
mod runs;
mod started;
mod workflows;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::openapi;
use super::problem::Problem;
use super::shared::Shared;
use crate::orchestrator::api::{Answer, Command, Done, Query};

/// Who wants what comes over HTTP, in words for the history.
const BY: &str = "the HTTP API";

/// All of the server's own resources, with what is told of them.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(openapi::preamble())
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(plugins::list))
        .routes(routes!(plugins::show))
        .routes(routes!(plugins::load))
        .routes(routes!(plugins::unload))
        .routes(routes!(plugins::reload))
        .routes(routes!(plugins::enable))
        .routes(routes!(plugins::disable))
        .routes(routes!(plugins::approve))
        .routes(routes!(plugins::install))
        .routes(routes!(config::show, config::save))
        .routes(routes!(config::check))
        .routes(routes!(permissions::list))
        .routes(routes!(permissions::answer, permissions::revoke))
        .routes(routes!(permissions::reset))
        .routes(routes!(audit::list))
        .routes(routes!(agents::list))
        .routes(routes!(agents::start))
        .routes(routes!(workflows::list))
        .routes(routes!(runs::list, runs::start))
        .routes(routes!(runs::show))
        .routes(routes!(runs::cancel))
        .routes(routes!(events::of_run))
        .routes(routes!(events::of_host))
        .routes(routes!(events::of_stream))
        .routes(routes!(hooks::list))
        .routes(routes!(hooks::switch))
        .routes(routes!(hooks::of_run))
        .routes(routes!(bodies::show))
        .routes(routes!(routes::list))
        .routes(routes!(host::show))
        .routes(routes!(facade::command))
        .routes(routes!(facade::query))
        .routes(routes!(documents::openapi))
        .routes(routes!(documents::page))
}

impl Shared {
    async fn ask(&self, query: Query) -> Result<Answer, Problem> {
        self.facade.query(query).await.map_err(Problem::from)
    }

    async fn act(&self, command: Command) -> Result<Done, Problem> {
        self.facade.command(command).await.map_err(Problem::from)
    }
}
