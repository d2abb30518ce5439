//! Plugins: what there is, and what becomes of each.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::BY;
use crate::event::{ContentHash, PluginName};
use crate::orchestrator::Document;
use crate::orchestrator::api::{Answer, Command, Done, PluginDetail, PluginSummary, Query, SaveConfig};
use crate::server::extract::{Nothing, Path, Query as Parameters};
use crate::server::problem::Problem;
use crate::server::shared::Shared;

/// The general key of a plugin's config that says whether it is loaded at all.
const ENABLED: &str = "/enabled";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Install {
    /// Whether packages may be built from source, which runs their code; else only built ones are taken.
    #[serde(default)]
    #[param(default = false)]
    source_distributions: bool,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Approval {
    /// The `content_hash` of the plugin that was looked at: other content is not approved.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    seen: Option<ContentHash>,
}

/// List the plugins
#[utoipa::path(get, path = "/api/v1/plugins", operation_id = "list_plugins", tag = "plugins",
    responses((status = 200, body = Vec<PluginSummary>, description = "Every plugin that was found")))]
pub(super) async fn list(
    State(shared): State<Shared>,
    _: Parameters<Nothing>,
) -> Result<Json<Vec<PluginSummary>>, Problem> {
    match shared.ask(Query::Plugins).await? {
        Answer::Plugins(plugins) => Ok(Json(plugins)),
        _ => Err(Problem::unexpected_answer()),
    }
}

/// Everything about one plugin
#[utoipa::path(get, path = "/api/v1/plugins/{plugin}", operation_id = "show_plugin", tag = "plugins",
    params(("plugin" = PluginName, Path, description = "The plugin's name")),
    responses((status = 200, body = PluginDetail, description = "The plugin")))]
pub(super) async fn show(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    _: Parameters<Nothing>,
) -> Result<Json<PluginDetail>, Problem> {
    match shared.ask(Query::Plugin { plugin }).await? {
        Answer::Plugin(detail) => Ok(Json(*detail)),
        _ => Err(Problem::unexpected_answer()),
    }
}

/// Load a plugin
#[utoipa::path(post, path = "/api/v1/plugins/{plugin}/load", operation_id = "load_plugin", tag = "plugins",
    params(("plugin" = PluginName, Path, description = "The plugin's name")),
    responses((status = 200, body = Done, description = "How it stands now")))]
pub(super) async fn load(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    _: Parameters<Nothing>,
) -> Result<Json<Done>, Problem> {
    act(&shared, Command::LoadPlugin { plugin }).await
}

/// Unload a plugin
///
/// Until it is loaded again, or the host is opened again.
#[utoipa::path(post, path = "/api/v1/plugins/{plugin}/unload", operation_id = "unload_plugin", tag = "plugins",
    params(("plugin" = PluginName, Path, description = "The plugin's name")),
    responses((status = 200, body = Done, description = "How it stands now")))]
pub(super) async fn unload(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    _: Parameters<Nothing>,
) -> Result<Json<Done>, Problem> {
    act(&shared, Command::UnloadPlugin { plugin }).await
}

/// Reload a plugin
///
/// As its files are now.
#[utoipa::path(post, path = "/api/v1/plugins/{plugin}/reload", operation_id = "reload_plugin", tag = "plugins",
    params(("plugin" = PluginName, Path, description = "The plugin's name")),
    responses((status = 200, body = Done, description = "How it stands now")))]
pub(super) async fn reload(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    _: Parameters<Nothing>,
) -> Result<Json<Done>, Problem> {
    act(&shared, Command::ReloadPlugin { plugin }).await
}

/// Let a plugin be loaded
///
/// Sets `enabled` in its config, and loads it.
#[utoipa::path(post, path = "/api/v1/plugins/{plugin}/enable", operation_id = "enable_plugin", tag = "plugins",
    params(("plugin" = PluginName, Path, description = "The plugin's name")),
    responses((status = 200, body = Done, description = "What was saved, and how it stands now")))]
pub(super) async fn enable(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    _: Parameters<Nothing>,
) -> Result<Json<Done>, Problem> {
    set_enabled(&shared, plugin, true).await
}

/// Keep a plugin from being loaded
///
/// Clears `enabled` in its config. It is stopped at once, and its agents, workflows, hooks and routes are gone.
#[utoipa::path(post, path = "/api/v1/plugins/{plugin}/disable", operation_id = "disable_plugin", tag = "plugins",
    params(("plugin" = PluginName, Path, description = "The plugin's name")),
    responses((status = 200, body = Done, description = "What was saved, and how it stands now")))]
pub(super) async fn disable(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    _: Parameters<Nothing>,
) -> Result<Json<Done>, Problem> {
    set_enabled(&shared, plugin, false).await
}

/// Approve a plugin
///
/// Its present content may be built, installed and run, in a process of its own, and gets what it asks for. Then it is
/// loaded.
#[utoipa::path(post, path = "/api/v1/plugins/{plugin}/approve", operation_id = "approve_plugin", tag = "plugins",
    params(("plugin" = PluginName, Path, description = "The plugin's name"), Approval),
    responses((status = 200, body = Done, description = "How it stands now")))]
pub(super) async fn approve(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    Parameters(Approval { seen }): Parameters<Approval>,
) -> Result<Json<Done>, Problem> {
    act(&shared, Command::ApprovePlugin { plugin, seen }).await
}

/// Install what an approved plugin needs
///
/// Its packages; then it is loaded.
#[utoipa::path(post, path = "/api/v1/plugins/{plugin}/install", operation_id = "install_plugin", tag = "plugins",
    params(("plugin" = PluginName, Path, description = "The plugin's name"), Install),
    responses((status = 200, body = Done, description = "How it stands now")))]
pub(super) async fn install(
    State(shared): State<Shared>,
    Path(plugin): Path<PluginName>,
    Parameters(Install { source_distributions }): Parameters<Install>,
) -> Result<Json<Done>, Problem> {
    act(&shared, Command::InstallPlugin { plugin, source_distributions }).await
}

async fn act(shared: &Shared, command: Command) -> Result<Json<Done>, Problem> {
    shared.act(command).await.map(Json).map_err(Problem::of_plugin)
}

/// Saves the config that is there, with this one value changed.
async fn set_enabled(shared: &Shared, plugin: PluginName, enabled: bool) -> Result<Json<Done>, Problem> {
    let Answer::Config(view) = shared.ask(Query::Config { plugin: plugin.clone() }).await? else {
        return Err(Problem::unexpected_answer());
    };
    let unusable = |what: String| {
        Problem::new(axum::http::StatusCode::CONFLICT, format!("the config of {plugin} {what}"))
            .remedy("correct it first: PUT it whole to its /config")
    };
    let document = Document::parse(&view.document).map_err(|fault| unusable(fault.to_string()))?;
    let document = document.set(ENABLED, &Value::Bool(enabled)).map_err(|error| unusable(error.to_string()))?;
    let save =
        SaveConfig { plugin, document, base: view.revision, secrets: Vec::new(), overwrite: false, by: BY.to_owned() };
    act(shared, Command::SaveConfig(save)).await
}
