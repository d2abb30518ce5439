//! One request, from the permission over the hooks to the plugin, and back.

use std::time::{Duration, Instant};

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::{ApiPart, ApiRequest, ApiResponse, PluginTarget};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::body::{Streamed, Whole};
use super::payload::{self, Answer};
use super::table::Candidate;
use super::{RouteError, pattern};
use crate::event::{SpanId, StreamId};
use crate::hook::{ChainStop, Place};
use crate::orchestrator::api::{ApiCall, Body, GrantForRun, RouteAnswer, RouteBody};
use crate::orchestrator::host::{LocalHost, failures};
use crate::permission::{AccessApi, Ask, Denial, Permit};
use crate::runtime::{CallScope, LiveCall};

/// The longest that a plugin may take until its answer begins.
const ROUTE_LIMIT: Duration = Duration::from_secs(60);

/// A plugin's answer that has begun.
struct Begun {
    status: u16,
    headers: Vec<(String, String)>,
    rest: Rest,
}

enum Rest {
    Whole(Body),
    /// It comes with this call.
    Streamed(LiveCall),
}

impl LocalHost {
    /// Answers a request with a plugin's route. Dropping this cancels it.
    pub(super) async fn dispatch(&self, call: ApiCall) -> Result<RouteAnswer, RouteError> {
        let path = pattern::decoded(&call.path);
        if payload::asks_for_websocket(&call) {
            return Err(RouteError::WebSocket { path });
        }
        let found = self.route_for(&call.method, &path)?;
        let plugin = found.plugin.clone();
        let span = self.bus().new_span(StreamId::Host);
        let ask = Ask { plugin: plugin.clone(), scope: Some(path.clone()), stream: StreamId::Host, span: Some(span) };
        let permit = self.permissions().authorize::<AccessApi>(ask).await.map_err(|denial| denied(&denial))?;
        let request = payload::for_plugin(call);
        let is_head = request.method.eq_ignore_ascii_case("HEAD");
        // Ends the hooks when nobody waits for the answer any more.
        let cancel = CancellationToken::new();
        let _cancel_when_dropped = cancel.clone().drop_guard();
        let place = Place {
            parent: Some(span),
            about: Some(plugin.clone()),
            route: Some(path),
            cancelled: "the request was to end",
            ..Place::new(StreamId::Host, cancel)
        };

        let args = vec![payload::of_request(&request, &plugin)];
        let left = self.api_hooks(HookName::PreApiRequest, args, place.clone()).await?;
        let request = payload::request_of(left, &request).map_err(RouteError::Failed)?;
        let shown = payload::of_request(&request, &plugin);
        let Begun { status, headers, rest } = self.call_plugin(&found, request, span, &permit).await?;

        let (whole, streamed) = match rest {
            Rest::Whole(body) => (Some(body), None),
            Rest::Streamed(call) => (None, Some(call)),
        };
        let (response, past) = payload::of_answer(Answer { status, headers, body: whole });
        let left = self.api_hooks(HookName::PostApiRequest, vec![shown, response.clone()], place).await?;
        let answer = payload::answer_of(left, &response, past).map_err(RouteError::Failed)?;
        let body: Box<dyn RouteBody> = match streamed {
            // Whoever asks for the head gets no body, whatever the plugin sends.
            _ if is_head => Box::new(Whole(None)),
            None => Box::new(Whole(answer.body.map(Body::into_bytes))),
            Some(call) => Box::new(Streamed {
                call,
                plugin: plugin.clone(),
                route: found.route,
                permissions: self.permissions().clone(),
                permit,
                counts: self.route_counts.clone(),
                over: false,
            }),
        };
        Ok(RouteAnswer { plugin, status: answer.status, headers: answer.headers, body })
    }

    /// The payload's last part as the handlers left it.
    async fn api_hooks(&self, hook: HookName, args: Vec<Value>, place: Place) -> Result<Value, RouteError> {
        let engine = self.engine().clone();
        // On a task of its own: when nobody waits any more it is cancelled, and tells how that ended, all the same.
        let chain = self.api_hooks.spawn(async move { engine.parts.hooks.deliver(hook, args, place).await });
        let panicked = |_| RouteError::Failed("the orchestrator itself failed; its log says where".to_owned());
        let mut outcome = chain.await.map_err(panicked)?;
        failures::log(hook, &outcome.failures);
        match outcome.stop {
            None => Ok(outcome.args.pop().unwrap_or_default()),
            Some(stop @ ChainStop::Denied(_)) => Err(RouteError::Denied(stop.words(hook))),
            Some(stop @ (ChainStop::Aborted(_) | ChainStop::Cancelled)) => Err(RouteError::Failed(stop.words(hook))),
        }
    }

    async fn call_plugin(
        &self,
        found: &Candidate,
        request: ApiRequest,
        span: SpanId,
        permit: &Permit<AccessApi>,
    ) -> Result<Begun, RouteError> {
        let Candidate { plugin, route, .. } = found;
        let started = Instant::now();
        self.route_counts.hit(plugin, route);
        let begun = tokio::select! {
            biased;
            denial = self.permissions().revoked(permit) => Err(denied(&denial)),
            begun = self.ask_plugin(found, request, span) => begun,
            () = tokio::time::sleep(ROUTE_LIMIT) => Err(RouteError::TooLong(ROUTE_LIMIT)),
        };
        match &begun {
            Ok(begun) => {
                self.route_counts.begun(plugin, route, started.elapsed());
                if begun.status >= 500 {
                    self.route_counts.failed(plugin, route);
                }
            }
            Err(_) => self.route_counts.failed(plugin, route),
        }
        begun
    }

    async fn ask_plugin(&self, found: &Candidate, request: ApiRequest, span: SpanId) -> Result<Begun, RouteError> {
        let plugin = &found.plugin;
        let live = self.running(plugin).await?;
        // Its answer may go on for as long as somebody takes it, and what it calls meanwhile as well.
        let scope = CallScope { stream: StreamId::Host, span: Some(span), deadline: None, depth: 0 };
        let path = request.path.clone();
        let call = live.call(PluginTarget::Api(request), scope);
        let mut call = call.map_err(|error| RouteError::of_call(&path, error))?;
        // A plugin that is replaced goes on until nobody holds it any more, and this call has ended.
        drop(live);
        let no_answer =
            |error: serde_json::Error| RouteError::Failed(format!("the plugin {plugin} gave no answer: {error}"));
        match call.next().await {
            CallEvent::Item(part) => match serde_json::from_value(part).map_err(no_answer)? {
                ApiPart::Start { status, headers } => Ok(Begun { status, headers, rest: Rest::Streamed(call) }),
                ApiPart::Piece(_) => {
                    Err(RouteError::Failed(format!("the plugin {plugin} sent a body before its answer began")))
                }
            },
            CallEvent::End(value) => {
                let ApiResponse { status, headers, body } = serde_json::from_value(value).map_err(no_answer)?;
                Ok(Begun { status, headers, rest: Rest::Whole(body) })
            }
            CallEvent::Error(error) => Err(RouteError::of_call(&path, error)),
        }
    }
}

fn denied(denial: &Denial) -> RouteError {
    let needs = vec![GrantForRun { plugin: denial.plugin.clone(), permission: denial.permission, scope: None }];
    RouteError::NotPermitted { words: denial.to_string(), needs }
}
