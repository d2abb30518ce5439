//! One request, from the permission over the hooks to the plugin, and back.

use std::time::{Duration, Instant};

use orchestrator_protocol::hook::HookName;
use orchestrator_protocol::peer::CallEvent;
use orchestrator_protocol::target::{ApiRequest, ApiResponse, PluginTarget};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::super::LocalHost;
use super::{RouteError, payload};
use crate::event::{PluginName, SpanId, StreamId};
use crate::hook::{ChainStop, Place};
use crate::orchestrator::api::{ApiCall, ApiReply, GrantForRun};
use crate::permission::{AccessApi, Ask, Denial, Permit};
use crate::runtime::CallScope;

/// The longest that a route may take, its hooks apart.
const ROUTE_LIMIT: Duration = Duration::from_secs(60);

impl LocalHost {
    /// Answers a request with a plugin's route. Dropping this cancels it.
    pub(super) async fn dispatch(&self, call: ApiCall) -> Result<ApiReply, RouteError> {
        let ApiCall { method, path, query, headers, body } = call;
        let plugin = self.route_for(&method, &path)?;
        let span = self.bus().new_span(StreamId::Host);
        let ask = Ask { plugin: plugin.clone(), scope: Some(path.clone()), stream: StreamId::Host, span: Some(span) };
        let permit = self.permissions().authorize::<AccessApi>(ask).await.map_err(|denial| denied(&denial))?;
        let request = payload::without_credentials(ApiRequest { method, path, query, headers, body });
        // Ends the hooks when nobody waits for the answer any more.
        let cancel = CancellationToken::new();
        let _cancel_when_dropped = cancel.clone().drop_guard();
        let place = Place {
            parent: Some(span),
            about: Some(plugin.clone()),
            route: Some(request.path.clone()),
            cancelled: "the request was to end",
            ..Place::new(StreamId::Host, cancel)
        };

        let args = vec![payload::of_request(&request, &plugin)];
        let left = self.api_hooks(HookName::PreApiRequest, args, place.clone()).await?;
        let request = payload::request_of(left, &request).map_err(RouteError::Failed)?;
        let shown = payload::of_request(&request, &plugin);
        let response = self.call_plugin(&plugin, request, span, &permit).await?;

        let (response, past) = payload::of_response(response);
        let left = self.api_hooks(HookName::PostApiRequest, vec![shown, response], place).await?;
        let ApiResponse { status, headers, body } = payload::response_of(left, past).map_err(RouteError::Failed)?;
        Ok(ApiReply { plugin, status, headers, body })
    }

    /// The payload's last part as the handlers left it.
    async fn api_hooks(&self, hook: HookName, args: Vec<Value>, place: Place) -> Result<Value, RouteError> {
        let outcome = self.engine().parts.hooks.deliver(hook, args, place).await;
        match outcome.stop {
            None => {}
            Some(ChainStop::Denied(denial)) => {
                return Err(RouteError::Denied(format!("denied by the hook {hook}, {denial}")));
            }
            Some(ChainStop::Aborted(failure)) => {
                let words = format!("the hook {hook} failed and its policy is to abort, {failure}");
                return Err(RouteError::Failed(words));
            }
            Some(ChainStop::Cancelled) => return Err(RouteError::Failed("the request was to end".to_owned())),
        }
        let mut args = outcome.args;
        Ok(args.pop().unwrap_or_default())
    }

    async fn call_plugin(
        &self,
        plugin: &PluginName,
        request: ApiRequest,
        span: SpanId,
        permit: &Permit<AccessApi>,
    ) -> Result<ApiResponse, RouteError> {
        let live = self.manager().get(plugin).and_then(|record| record.live);
        let gone = || RouteError::Failed(format!("the plugin {plugin} is not running any more"));
        let live = live.ok_or_else(gone)?;
        let deadline = Instant::now().checked_add(ROUTE_LIMIT);
        let scope = CallScope { stream: StreamId::Host, span: Some(span), deadline, depth: 0 };
        let mut call = live.call(PluginTarget::Api(request), scope)?;
        let answer = async {
            loop {
                match call.next().await {
                    // A route's whole answer comes at its end.
                    CallEvent::Item(_) => {}
                    CallEvent::End(value) => return Ok(value),
                    CallEvent::Error(error) => return Err(RouteError::from(error)),
                }
            }
        };
        let value = tokio::select! {
            biased;
            denial = self.permissions().revoked(permit) => Err(denied(&denial)),
            answer = answer => answer,
            () = tokio::time::sleep(ROUTE_LIMIT) => Err(RouteError::TooLong(ROUTE_LIMIT)),
        }?;
        serde_json::from_value(value)
            .map_err(|error| RouteError::Failed(format!("the plugin {plugin} answered with no response: {error}")))
    }
}

fn denied(denial: &Denial) -> RouteError {
    let needs = vec![GrantForRun { plugin: denial.plugin.clone(), permission: denial.permission, scope: None }];
    RouteError::NotPermitted { words: denial.to_string(), needs }
}
