//! What plugins are set to.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::BY;
use crate::event::PluginName;
use crate::orchestrator::api::{
    Answer, Command, ConfigProblem, ConfigView, Done, FailureKind, Query, SaveConfig, SecretChange,
};
use crate::server::extract::{Json as Body, Nothing, Path, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// A text that is to become a plugin's config.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConfig {
    /// JSON, as it is to stand in the file.
    document: String,
    /// The `revision` that it was made from; nothing when there was no file. `If-Match` says the same.
    #[serde(default)]
    base: Option<String>,
    #[serde(default)]
    secrets: Vec<SecretChange>,
    /// Whether it counts although the file has changed since.
    #[serde(default)]
    overwrite: bool,
}

/// A text that could become a plugin's config.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    document: String,
}

/// A plugin's config as it is now
#[utoipa::path(get, path = "/api/v1/plugins/{plugin}/config", operation_id = "show_config", tag = "config",
    params(("plugin" = PluginName, Path, description = "The plugin's name")),
    responses((status = 200, body = ConfigView, description = "Secrets are masked",
        headers(("ETag" = String, description = "The revision; absent when there is no file")))))]
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    _: Parameters<Nothing>,
) -> Result<Response, Problem> {
    let Answer::Config(view) = shared.ask(Query::Config { plugin }).await? else {
        return Err(Problem::unexpected_answer());
    };
    // A revision is hexadecimal.
    let tag = view.revision.as_ref().and_then(|revision| HeaderValue::try_from(format!("\"{revision}\"")).ok());
    let mut response = Json(view).into_response();
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// Save a plugin's config
///
/// It is checked, kept, and handed to the plugin at once.
#[utoipa::path(put, path = "/api/v1/plugins/{plugin}/config", operation_id = "save_config", tag = "config",
    params(("plugin" = PluginName, Path, description = "The plugin's name"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what it was made from; `*` overwrites")),
    request_body = NewConfig,
    responses((status = 200, body = Done, description = "It is saved"),
        (status = 409, description = "The file has changed since `base`", body = Problem,
            content_type = "application/problem+json"),
        (status = 412, description = "The file has changed since `If-Match`", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "The config has problems, which are listed", body = Problem,
            content_type = "application/problem+json")))]
pub(super) async fn save(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    _: Parameters<Nothing>,
    headers: HeaderMap,
    Body(new): Body<NewConfig>,
) -> Result<Json<Done>, Problem> {
    let NewConfig { document, base, secrets, overwrite } = new;
    let matching = if_match(&headers)?;
    let is_conditional = matching.is_some();
    let (base, overwrite) = match matching {
        None => (base, overwrite),
        Some(Matching::Any) => (base, true),
        Some(Matching::Revision(revision)) => (Some(revision), overwrite),
    };
    let by = BY.to_owned();
    let save = SaveConfig { plugin: plugin.clone(), document: document.clone(), base, secrets, overwrite, by };
    let error = match shared.facade.command(Command::SaveConfig(save)).await {
        Ok(done) => return Ok(Json(done)),
        Err(error) => error,
    };
    let kind = error.kind;
    let problem = Problem::from(error);
    match kind {
        FailureKind::Conflict if is_conditional => Err(problem.with_status(StatusCode::PRECONDITION_FAILED)),
        FailureKind::Usage => Err(problem.of_config(problems(&shared, plugin, document).await?)),
        FailureKind::Conflict
        | FailureKind::Missing
        | FailureKind::Denied
        | FailureKind::Failed
        | FailureKind::Nothing => Err(problem),
    }
}

/// Check a text as a plugin's config
///
/// It is not saved.
#[utoipa::path(post, path = "/api/v1/plugins/{plugin}/config/check", operation_id = "check_config", tag = "config",
    params(("plugin" = PluginName, Path, description = "The plugin's name")),
    request_body = Draft,
    responses((status = 200, body = Vec<ConfigProblem>, description = "What would be wrong")))]
pub(super) async fn check(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    _: Parameters<Nothing>,
    Body(Draft { document }): Body<Draft>,
) -> Result<Json<Vec<ConfigProblem>>, Problem> {
    problems(&shared, plugin, document).await.map(Json)
}

async fn problems(shared: &Shared, plugin: PluginName, document: String) -> Result<Vec<ConfigProblem>, Problem> {
    match shared.ask(Query::CheckConfig { plugin, document }).await? {
        Answer::ConfigProblems(problems) => Ok(problems),
        _ => Err(Problem::unexpected_answer()),
    }
}

enum Matching {
    Any,
    Revision(String),
}

fn if_match(headers: &HeaderMap) -> Result<Option<Matching>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(Some(Matching::Any));
    }
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|inner| !inner.contains('"'));
    match inner {
        Some(revision) => Ok(Some(Matching::Revision(revision.to_owned()))),
        None => Err(Problem::bad_request("the header `If-Match` must be one ETag in quotes, or `*`")),
    }
}
