//! Routes of Python plugins, called through the runtime as a server would.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use orchestrator::plugin::installing::{self, Dependencies, InstallOrder};
use orchestrator::runtime::child::{self, ChildSpec};
use orchestrator::runtime::python::{self, Interpreter};
use orchestrator::runtime::{LivePlugin, LoadError};
use orchestrator_protocol::target::{ApiRequest, ApiResponse, PluginTarget};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::host::{Host, collect, scope};
use crate::start::{PATIENCE, spec};
use crate::support::skip;

/// A router with a model for what it takes, and one for what it answers.
const FASTAPI: &str = r#"
from fastapi import APIRouter, HTTPException
from plugins.base import BasePlugin
from pydantic import BaseModel

router = APIRouter(prefix="/tides", tags=["tides"])


class Question(BaseModel):
    harbour: str
    days: int = 1


class Answer(BaseModel):
    highs: list[str]


@router.post("/highs", response_model=Answer)
async def highs(question: Question):
    if question.harbour == "inland":
        raise HTTPException(status_code=404, detail="there are no tides inland")
    return Answer(highs=[question.harbour] * question.days)


class Tides(BasePlugin):
    def get_api_routers(self):
        return [router]
"#;

/// The machine's Python. Without one, the test is skipped.
async fn find(host: &Host) -> Option<Interpreter> {
    match python::find(None, None, &host.dir.path().join("interpreters")).await {
        Ok(python) => Some(python),
        Err(none) => {
            skip(&none.to_string());
            None
        }
    }
}

/// Starts the plugin in `folder`; `environment` is the interpreter of its virtual environment.
async fn start(
    host: &Host,
    base: &Interpreter,
    environment: Option<&Path>,
    folder: &Path,
) -> Result<Arc<LivePlugin>, LoadError> {
    let sdk = python::unpack_sdk(&host.dir.path().join("sdk"), base).await.unwrap();
    let program = python::program(environment.unwrap_or(&base.path), &sdk, environment.is_some());
    let mut spec: ChildSpec = spec(host, program, json!({}));
    spec.initialize.plugin_dir = folder.to_owned();
    child::start(spec, host.services.clone(), PATIENCE).await
}

async fn ask(plugin: &LivePlugin, path: &str, body: &str) -> (u16, Value) {
    let request = ApiRequest {
        method: "POST".into(),
        path: path.into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.into(),
        ..ApiRequest::default()
    };
    let end = collect(plugin.call(PluginTarget::Api(request), scope(1)).unwrap()).await.1.unwrap();
    let answer: ApiResponse = serde_json::from_value(end).unwrap();
    (answer.status, serde_json::from_slice(answer.body.as_bytes()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_application_answers_without_a_socket() {
    let host = Host::new();
    let Some(python) = find(&host).await else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/python/night_kitchen");
    let plugin = start(&host, &python, None, &folder).await.unwrap();
    let (status, answer) = ask(&plugin, "/kitchen/menu", "soup").await;
    assert_eq!((status, answer), (200, json!({"method": "POST", "path": "/kitchen/menu", "order": "soup"})));
    plugin.shutdown(PATIENCE).await.unwrap();
}

/// An environment with FastAPI, kept below `target/` as an installed plugin's would be.
async fn environment(base: &Interpreter) -> Option<PathBuf> {
    let folder = tempfile::tempdir().unwrap();
    let order = InstallOrder {
        plugin: "tides".parse().unwrap(),
        interpreter: base.clone(),
        dependencies: Dependencies::read(folder.path(), &["fastapi>=0.110".to_owned()]).unwrap(),
        source_distributions: false,
        dir: Path::new(env!("CARGO_TARGET_TMPDIR")).join("python/routes"),
    };
    match installing::prepare(&order, &CancellationToken::new(), |_| {}).await {
        Ok(interpreter) => Some(interpreter),
        Err(error) => {
            skip(&format!("FastAPI can't be had from outside: {error}"));
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fastapi_router_reads_checks_and_answers() {
    let host = Host::new();
    let Some(python) = find(&host).await else { return };
    let Some(environment) = environment(&python).await else { return };
    let folder = host.dir.path().join("tides");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("main.py"), FASTAPI).unwrap();
    let plugin = start(&host, &python, Some(&environment), &folder).await.unwrap();
    let routes: Vec<_> = plugin.contributions().routes.iter().map(|route| (&*route.method, &*route.path)).collect();
    assert_eq!(routes, [("POST", "/tides/highs")]);

    let two = ask(&plugin, "/tides/highs", r#"{"harbour": "Ostend", "days": 2}"#).await;
    assert_eq!(two, (200, json!({"highs": ["Ostend", "Ostend"]})));
    let inland = ask(&plugin, "/tides/highs", r#"{"harbour": "inland"}"#).await;
    assert_eq!(inland, (404, json!({"detail": "there are no tides inland"})));
    let (status, refused) = ask(&plugin, "/tides/highs", r#"{"days": "many"}"#).await;
    assert_eq!((status, refused["detail"].as_array().unwrap().len()), (422, 2), "{refused}");
    plugin.shutdown(PATIENCE).await.unwrap();
}
