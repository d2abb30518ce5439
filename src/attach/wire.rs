//! Requests and answers.

use std::error::Error;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::target::Target;
use super::trouble::Trouble;

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(3);
/// After this long without a byte, the system asks whether the other side is there.
const KEEPALIVE: Duration = Duration::from_secs(10);
/// Shorter than the server keeps a connection on which nothing is asked, so that no request meets its end.
const IDLE: Duration = Duration::from_secs(5);
/// The longest answer, in bytes. Streams have their own bound.
const MOST: usize = 64 * 1024 * 1024;

/// Speaks HTTP to one server, with its token.
pub struct Wire {
    client: Client<HttpConnector, Full<Bytes>>,
    target: Target,
    authorization: HeaderValue,
}

impl Wire {
    /// Nothing if the token can't be in a header.
    pub fn new(target: Target, token: &str) -> Option<Self> {
        let mut authorization = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        authorization.set_sensitive(true);
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECTING));
        connector.set_keepalive(Some(KEEPALIVE));
        connector.set_keepalive_interval(Some(KEEPALIVE / 2));
        connector.set_keepalive_retries(Some(3));
        connector.set_nodelay(true);
        let mut builder = Client::builder(TokioExecutor::new());
        let client = builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE).build(connector);
        Some(Wire { client, target, authorization })
    }

    pub fn target(&self) -> &Target {
        &self.target
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Trouble> {
        read(self.send(Method::GET, path, "application/json", Bytes::new()).await?).await
    }

    pub async fn post<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, Trouble> {
        let body = serde_json::to_vec(body).map_err(|error| Trouble::Odd(error.to_string()))?;
        read(self.send(Method::POST, path, "application/json", body.into()).await?).await
    }

    /// An answer that goes on: its head, if it is a success.
    pub async fn open(&self, path: &str, accept: &'static str) -> Result<Response<Incoming>, Trouble> {
        self.send(Method::GET, path, accept, Bytes::new()).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        accept: &'static str,
        body: Bytes,
    ) -> Result<Response<Incoming>, Trouble> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.target))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, accept);
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(body)).map_err(|error| Trouble::Odd(error.to_string()))?;
        let response = self.client.request(request).await.map_err(|error| {
            let words = innermost(&error);
            if error.is_connect() { Trouble::Unreachable(words) } else { Trouble::Lost(words) }
        })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        Err(Trouble::refused(status, &whole(response).await?))
    }
}

async fn read<T: DeserializeOwned>(response: Response<Incoming>) -> Result<T, Trouble> {
    serde_json::from_slice(&whole(response).await?).map_err(|error| Trouble::Odd(error.to_string()))
}

async fn whole(response: Response<Incoming>) -> Result<Bytes, Trouble> {
    let collected = Limited::new(response.into_body(), MOST).collect().await;
    collected.map(|body| body.to_bytes()).map_err(|error| Trouble::Lost(innermost(&*error)))
}

/// What the system said; the reasons around it name libraries.
pub fn innermost(error: &(dyn Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| (**error).source()).last().unwrap_or(error).to_string()
}
