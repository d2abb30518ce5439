//! Who answers.

use axum::Json;

use crate::event::SCHEMA_VERSION;
use crate::orchestrator::api::HostView;
use crate::server::extract::{Nothing, Query as Parameters};
use crate::server::instance::instance;

/// Who answers
///
/// For programs that speak with the facade itself: both must be of the same version.
#[utoipa::path(get, path = "/api/v1/host", operation_id = "show_host", tag = "facade",
    responses((status = 200, body = HostView, description = "The program that serves this")))]
pub(super) async fn show(_: Parameters<Nothing>) -> Json<HostView> {
    Json(HostView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        events: SCHEMA_VERSION,
        instance: instance().to_owned(),
    })
}
