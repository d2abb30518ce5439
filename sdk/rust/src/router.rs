//! API routes.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use orchestrator_protocol::target::{ApiRequest, ApiResponse};

use crate::PluginError;

pub(crate) type RouteHandler =
    Arc<dyn Fn(ApiRequest) -> Pin<Box<dyn Future<Output = Result<ApiResponse, PluginError>> + Send>> + Send + Sync>;

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
}

/// A group of routes under one prefix.
pub struct Router {
    pub(crate) prefix: String,
    pub(crate) routes: Vec<Route>,
}

pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) description: String,
    pub(crate) handler: RouteHandler,
}

impl Router {
    /// `prefix` starts with `/` and does not end with one.
    pub fn new(prefix: impl Into<String>) -> Self {
        Router { prefix: prefix.into(), routes: Vec::new() }
    }

    /// Adds a route at `prefix` + `path`.
    pub fn route<F, R>(
        mut self,
        method: Method,
        path: impl Into<String>,
        description: impl Into<String>,
        handler: F,
    ) -> Self
    where
        F: Fn(ApiRequest) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ApiResponse, PluginError>> + Send + 'static,
    {
        self.routes.push(Route {
            method,
            path: path.into(),
            description: description.into(),
            handler: Arc::new(move |request| Box::pin(handler(request))),
        });
        self
    }
}
