//! Answers calls of the host's, each on a task of its own.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use orchestrator_protocol::hook::HookRequest;
use orchestrator_protocol::peer::{Incoming, Responder};
use orchestrator_protocol::session::LogLevel;
use orchestrator_protocol::target::{ApiPart, ApiRequest, ApiResponse, PluginTarget};
use orchestrator_protocol::{Body, CallError, ErrorKind};
use serde::Serialize;
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::{Ready, Shared};
use crate::panic::{catch, catch_async};
use crate::{AgentRequest, ApiAnswer, CallContext, Config, PluginError, WorkflowEvent, WorkflowRequest};

type Pieces<T> = Pin<Box<dyn Stream<Item = Result<T, PluginError>> + Send>>;

pub(super) async fn serve(shared: &Arc<Shared>, call: Incoming<PluginTarget>) {
    let Incoming { target, responder, .. } = call;
    let Some(ready) = shared.ready.get() else { return };
    let answer = match target {
        PluginTarget::Agent { name, request } => agent(ready, &responder, &name, request).await,
        PluginTarget::Workflow { name, requirements, config, context } => {
            workflow(ready, &responder, &name, requirements, config, context).await
        }
        PluginTarget::Hook(request) => hook(shared, request).await,
        PluginTarget::ConfigChanged { config } => (ready.reconfigure)(Config::new(config)).await.map(Value::Bool),
        PluginTarget::Api(request) => api(ready, &responder, request).await,
        // There is nothing to say that the host was not told of the routes.
        PluginTarget::ApiDocument => Ok(Value::Null),
    };
    match answer {
        Ok(value) => responder.end(value),
        Err(error) => responder.error(error),
    }
}

/// On a thread of its own: handlers may block, which must not keep the other calls waiting. It can't be cancelled there,
/// so it is answered when it returns: the host ends a process whose handler does not.
async fn hook(shared: &Arc<Shared>, request: HookRequest) -> Result<Value, CallError> {
    let handlers = shared.clone();
    let reply = spawn_blocking(move || handlers.run_hook(request)).await;
    encode(&reply.map_err(|_| CallError::failed("the handler's thread ended"))?)
}

async fn agent(ready: &Ready, responder: &Responder, name: &str, request: Value) -> Result<Value, CallError> {
    let agent = ready.parts.agent(name)?;
    let request: AgentRequest = serde_json::from_value(request).map_err(|error| {
        let text = format!("the request to the agent `{name}` has the wrong shape: {error}");
        CallError::new(ErrorKind::InvalidRequest, text)
    })?;
    let context = CallContext::new(ready.context.clone(), responder);
    send_all(responder, || agent.execute_task(request, context), |piece: String| piece).await
}

async fn workflow(
    ready: &Ready,
    responder: &Responder,
    name: &str,
    requirements: String,
    config: Value,
    context: serde_json::Map<String, Value>,
) -> Result<Value, CallError> {
    let workflow = ready.parts.workflow(name)?;
    let config = match config {
        Value::Object(config) => config,
        Value::Null => serde_json::Map::new(),
        other => {
            let text = format!("the workflow's config must be an object, not `{other}`");
            return Err(CallError::new(ErrorKind::InvalidRequest, text));
        }
    };
    let call = CallContext::new(ready.context.clone(), responder);
    let request = WorkflowRequest { requirements, config, context };
    send_all(responder, || workflow.execute(request, call), WorkflowEvent::into_value).await
}

async fn api(ready: &Ready, responder: &Responder, request: ApiRequest) -> Result<Value, CallError> {
    let (handler, params) = ready.parts.route(&request.method, &request.path)?;
    let (what, is_head) = (format!("{} {}", request.method, request.path), request.method.eq_ignore_ascii_case("HEAD"));
    let context = CallContext::new(ready.context.clone(), responder);
    let request = crate::ApiRequest::new(request, params, context);
    let work = async { catch_async(catch(|| handler(request))?).await };
    let answer = tokio::select! {
        biased;
        () = responder.cancelled().cancelled() => return Err(cancelled(responder)),
        answer = work => answer,
    };
    let failed = match answer {
        Ok(Ok(ApiAnswer::Whole(response))) => return encode(&response),
        Ok(Ok(ApiAnswer::Streamed { status, headers, body: _ })) if is_head => {
            return encode(&ApiResponse { status, headers, body: Body::default() });
        }
        Ok(Ok(ApiAnswer::Streamed { status, headers, body })) => {
            responder.item(&ApiPart::Start { status, headers }).await?;
            return send_all(responder, || body, |piece: Vec<u8>| ApiPart::Piece(piece.into())).await;
        }
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panic.to_string(),
    };
    // What went wrong is for the plugin's author, not for whoever asked.
    let context = CallContext::new(ready.context.clone(), responder);
    context.log(LogLevel::Error, format!("{what} failed: {failed}"));
    let headers = vec![("content-type".to_owned(), "text/plain; charset=utf-8".to_owned())];
    encode(&ApiResponse { status: 500, headers, body: "Internal Server Error".into() })
}

/// Sends each piece of a stream as one item, until it ends, fails, panics, or nobody wants more.
async fn send_all<T, I: Serialize>(
    responder: &Responder,
    begin: impl FnOnce() -> Pieces<T>,
    write: impl Fn(T) -> I,
) -> Result<Value, CallError> {
    let mut pieces = catch(begin)?;
    let outcome = forward(responder, &mut pieces, write).await;
    // The author's destructors run here, and may panic as well.
    let dropped = catch(|| drop(pieces));
    outcome?;
    dropped?;
    Ok(Value::Null)
}

async fn forward<T, I: Serialize>(
    responder: &Responder,
    pieces: &mut Pieces<T>,
    write: impl Fn(T) -> I,
) -> Result<(), CallError> {
    let mut end = pin!(responder.cancelled().cancelled());
    loop {
        let piece = tokio::select! {
            biased;
            () = &mut end => return Err(cancelled(responder)),
            piece = poll_fn(|cx| poll_piece(pieces, cx)) => piece?,
        };
        match piece {
            Some(piece) => responder.item(&write(piece)).await?,
            None => return Ok(()),
        }
        // A stream that is always ready leaves the other tasks their turn.
        tokio::task::coop::consume_budget().await;
    }
}

fn poll_piece<T>(pieces: &mut Pieces<T>, cx: &mut Context<'_>) -> Poll<Result<Option<T>, CallError>> {
    match catch(|| pieces.as_mut().poll_next(cx)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(None)) => Poll::Ready(Ok(None)),
        Ok(Poll::Ready(Some(Ok(piece)))) => Poll::Ready(Ok(Some(piece))),
        Ok(Poll::Ready(Some(Err(error)))) => Poll::Ready(Err(error.into())),
        Err(panic) => Poll::Ready(Err(panic.into())),
    }
}

fn cancelled(responder: &Responder) -> CallError {
    CallError::new(ErrorKind::Cancelled, responder.cancel_reason())
}

fn encode<T: Serialize>(value: &T) -> Result<Value, CallError> {
    serde_json::to_value(value).map_err(|error| CallError::failed(format!("the answer is not JSON: {error}")))
}
