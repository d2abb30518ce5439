//! What stands before the resources.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, OpenApi as Document};
use utoipa::{Modify, OpenApi};

use crate::event::Event;
use crate::server::problem::Problem;

/// The way in, as every operation but the open ones needs it.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The project's token; `orchestrator serve token` prints it."))
            .build();
        let components = document.components.get_or_insert_with(Components::default);
        components.add_security_scheme("token", SecurityScheme::Http(token));
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "orchestrator",
        description = "The host of a project's plugins: what the workbench can do and know, and the plugins' own routes \
                       beside it. Every error is a problem document (RFC 9457).",
    ),
    components(schemas(Event, Problem)),
    modifiers(&Token),
    security(("token" = [])),
    tags(
        (name = "plugins", description = "What is found, loaded and approved"),
        (name = "config", description = "What plugins are set to"),
        (name = "permissions", description = "What plugins may do, and who said so"),
        (name = "agents", description = "Agents, and runs of one alone"),
        (name = "workflows", description = "What can be run"),
        (name = "runs", description = "Runs, and events as they come"),
        (name = "hooks", description = "Handlers, and what became of each in a run"),
        (name = "routes", description = "The plugins' own routes"),
        (name = "facade", description = "Every command and query as it is, for clients that are faces"),
        (name = "health", description = "Whether it can be used"),
        (name = "documents", description = "What tells of the API itself"),
    )
)]
struct Preamble;

/// What stands before the resources.
pub fn preamble() -> Document {
    Preamble::openapi()
}
