//! What handlers take of a request. What can't be read is answered with a problem that names the field.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// A body of JSON.
pub struct Json<T>(pub T);

/// The path's parameters.
pub struct Path<T>(pub T);

/// The query's parameters. `T` should deny unknown fields: a misspelt parameter is an error, not one without effect.
pub struct Query<T>(pub T);

/// Of a resource that takes no parameters.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Json(value)),
            Err(rejection) => Err(bad_body(&rejection)),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Path(value)),
            Err(rejection) => Err(bad_path(parts.uri.path(), &rejection)),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Query(value)),
            Err(rejection) => Err(bad_query(&rejection)),
        }
    }
}

fn bad_body(rejection: &JsonRejection) -> Problem {
    let problem = Problem::new(rejection.status(), format!("the body can't be read: {}", cause(rejection)));
    match rejection {
        JsonRejection::MissingJsonContentType(_) => problem.remedy("send it as `Content-Type: application/json`"),
        _ => problem.remedy("/openapi.json has the body's schema"),
    }
}

fn bad_path(path: &str, rejection: &PathRejection) -> Problem {
    Problem::new(rejection.status(), format!("the path {path} can't be read: {}", cause(rejection)))
}

fn bad_query(rejection: &QueryRejection) -> Problem {
    Problem::new(rejection.status(), format!("the query can't be read: {}", cause(rejection)))
        .remedy("/openapi.json has the parameters there are")
}

/// The innermost reason; those around it name Rust's types.
fn cause(rejection: &(dyn std::error::Error + 'static)) -> String {
    let innermost = std::iter::successors(Some(rejection), |error| error.source()).last().unwrap_or(rejection);
    let words = innermost.to_string();
    words.strip_prefix("Invalid URL: ").unwrap_or(&words).to_owned()
}
