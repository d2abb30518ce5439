//! What a route is asked.

use std::ops::Deref;

use orchestrator_protocol::target;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use crate::{CallContext, PluginError};

/// A request, with what the route's path left open. What it was sent with is in its fields: `method`, `path`, `query`,
/// `headers`, `body`, `client`, `server`.
pub struct ApiRequest {
    sent: target::ApiRequest,
    params: Vec<(String, String)>,
    context: CallContext,
}

impl Deref for ApiRequest {
    type Target = target::ApiRequest;

    fn deref(&self) -> &target::ApiRequest {
        &self.sent
    }
}

impl ApiRequest {
    pub(crate) fn new(sent: target::ApiRequest, params: Vec<(String, String)>, context: CallContext) -> Self {
        ApiRequest { sent, params, context }
    }

    /// What stands in the path for `{name}`, decoded.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The query's names and values, decoded, in their order; a name may come several times.
    pub fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        self.sent.query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (from_query(name), from_query(value))
        })
    }

    /// The first value of that name in the query.
    pub fn query_value(&self, name: &str) -> Option<String> {
        self.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The first header of that name, which is the same in upper and lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.sent.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body, read as JSON. An error that is returned as it is makes an answer of 500.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, PluginError> {
        Ok(serde_json::from_slice(self.sent.body.as_bytes())?)
    }

    /// For what the route asks of the host.
    pub fn context(&self) -> &CallContext {
        &self.context
    }
}

fn from_query(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
