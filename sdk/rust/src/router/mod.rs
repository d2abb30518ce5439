//! API routes.

mod answer;
mod path;
mod request;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub use answer::{ApiAnswer, ApiStream};
pub(crate) use path::{Fit, Template, decoded};
pub use request::ApiRequest;

use crate::PluginError;

pub(crate) type RouteHandler =
    Arc<dyn Fn(ApiRequest) -> Pin<Box<dyn Future<Output = Result<ApiAnswer, PluginError>> + Send>> + Send + Sync>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// Whoever answers GET answers HEAD with the same, without its body.
    pub(crate) fn takes(self, method: &str) -> bool {
        self.as_str().eq_ignore_ascii_case(method) || self == Method::Get && method.eq_ignore_ascii_case("HEAD")
    }
}

/// A group of routes under one prefix.
pub struct Router {
    pub(crate) prefix: String,
    pub(crate) routes: Vec<Route>,
}

pub(crate) struct Route {
    pub(crate) method: Method,
    /// The whole path, the prefix included.
    pub(crate) path: String,
    pub(crate) template: Template,
    pub(crate) description: String,
    pub(crate) handler: RouteHandler,
}

impl Router {
    /// `prefix` starts with `/` and does not end with one.
    pub fn new(prefix: impl Into<String>) -> Self {
        Router { prefix: prefix.into(), routes: Vec::new() }
    }

    /// Adds a route at `prefix` + `path`. In both, `{name}` stands for one part of the path and `{name:path}`, at the end,
    /// for all that follows; the handler gets them from [`ApiRequest::param`].
    ///
    /// The handler answers with an `ApiResponse`, or with an [`ApiAnswer`] where the answer may be streamed. Its error, or
    /// its panic, is an answer of 500, whose reason is in the plugin's log alone.
    pub fn route<F, R, A>(
        mut self,
        method: Method,
        path: impl Into<String>,
        description: impl Into<String>,
        handler: F,
    ) -> Self
    where
        F: Fn(ApiRequest) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A, PluginError>> + Send + 'static,
        A: Into<ApiAnswer>,
    {
        let path = format!("{}{}", self.prefix, path.into());
        self.routes.push(Route {
            method,
            template: Template::new(&path),
            path,
            description: description.into(),
            handler: Arc::new(move |request| {
                let answer = handler(request);
                Box::pin(async move { answer.await.map(Into::into) })
            }),
        });
        self
    }
}
