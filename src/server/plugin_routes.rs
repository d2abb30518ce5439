//! The plugins' own routes, at the paths that they declare: a request goes to the plugin, and its answer back as it
//! comes.

use std::pin::pin;

use async_stream::stream;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::reserved;
use super::shared::Shared;
use super::wire::Peer;
use crate::orchestrator::api::{ApiCall, Body as CallBody, RouteAnswer, RouteBody, RouteFailure};

/// What is about one connection alone, and is never passed on; what a header `Connection` names is neither.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// There is no CORS here, whatever a plugin's framework would allow.
const CORS: &str = "access-control-";

/// Answers with what a plugin's route answers. What no plugin has is not there.
pub async fn call(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if reserved::is_own(parts.uri.path()) {
        return nothing(parts.uri.path());
    }
    // It was read before, and is within its limit.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Problem::bad_request("the request's body broke off").into_response();
    };
    let peer = parts.extensions.get::<Peer>().cloned();
    match fetch(&shared, &parts, body, peer.as_ref()).await {
        Ok(answer) => passed_on(answer, peer),
        Err(failure) if failure.status == 405 && parts.method == Method::OPTIONS => {
            (StatusCode::NO_CONTENT, allow(&failure.allow)).into_response()
        }
        Err(failure) => refused(failure, parts.uri.path()),
    }
}

async fn fetch(shared: &Shared, parts: &Parts, body: Bytes, peer: Option<&Peer>) -> Result<RouteAnswer, RouteFailure> {
    let call = ApiCall {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: of_request(&parts.headers),
        body: CallBody(body.to_vec()),
        client: peer.map(|peer| peer.address),
        server: peer.and_then(|peer| peer.local),
    };
    shared.facade.fetch(call).await
}

fn of_request(headers: &HeaderMap) -> Vec<(String, String)> {
    let named = named_by_connection(headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok()));
    let passed = headers.iter().filter(|(name, _)| !is_hop_by_hop(name.as_str(), &named));
    passed.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect()
}

fn named_by_connection<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect()
}

fn is_hop_by_hop(name: &str, named: &[String]) -> bool {
    HOP_BY_HOP.contains(&name) || named.iter().any(|other| other == name)
}

fn passed_on(answer: RouteAnswer, peer: Option<Peer>) -> Response {
    let RouteAnswer { plugin, status, headers, body } = answer;
    let status = match StatusCode::from_u16(status) {
        Ok(status) if !status.is_informational() => status,
        Ok(_) | Err(_) => {
            let detail = format!("the plugin {plugin} answered with the status {status}, which is none of an answer");
            return Problem::new(StatusCode::BAD_GATEWAY, detail).into_response();
        }
    };
    let mut response = (status, streamed(body, peer)).into_response();
    response.headers_mut().clear();
    response.headers_mut().extend(of_answer(&headers));
    response
}

fn of_answer(headers: &[(String, String)]) -> Vec<(Option<HeaderName>, HeaderValue)> {
    let connection = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("connection"));
    let named = named_by_connection(connection.map(|(_, value)| value.as_str()));
    let passed = headers.iter().filter_map(|(name, value)| {
        let name: HeaderName = name.trim().parse().ok()?;
        let is_dropped = is_hop_by_hop(name.as_str(), &named) || name.as_str().starts_with(CORS);
        let value = HeaderValue::from_str(value).ok()?;
        (!is_dropped).then_some((name, value))
    });
    let mut kept: Vec<(HeaderName, HeaderValue)> = passed.collect();
    // Two lengths, or one that is no number, would break the connection.
    let lengths = kept.iter().filter(|(name, _)| name == header::CONTENT_LENGTH);
    let values: Vec<Option<u64>> = lengths.map(|(_, value)| value.to_str().ok()?.parse().ok()).collect();
    if values.len() > 1 || values.contains(&None) {
        kept.retain(|(name, _)| name != header::CONTENT_LENGTH);
    }
    kept.into_iter().map(|(name, value)| (Some(name), value)).collect()
}

/// Each piece is asked for when the one before was taken. Ends with the client, and the plugin's work with it.
fn streamed(mut body: Box<dyn RouteBody>, peer: Option<Peer>) -> Body {
    Body::from_stream(stream! {
        let mut gone = pin!(async {
            match peer {
                Some(peer) => peer.gone().await,
                None => std::future::pending().await,
            }
        });
        loop {
            let piece = tokio::select! {
                biased;
                piece = body.next() => piece,
                () = &mut gone => break,
            };
            match piece {
                None => break,
                Some(Ok(piece)) => yield Ok(Bytes::from(piece)),
                Some(Err(error)) => {
                    tracing::warn!(%error, "a route's answer broke off");
                    yield Err(error);
                    break;
                }
            }
        }
    })
}

fn refused(failure: RouteFailure, path: &str) -> Response {
    let RouteFailure { status, allow: methods, error } = failure;
    if status == 404 {
        return nothing(path);
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = Problem::from(error).with_status(status).into_response();
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().extend(allow(&methods));
    }
    response
}

/// The methods, with those that the server answers for every path.
fn allow(methods: &[String]) -> HeaderMap {
    let mut all: Vec<&str> = methods.iter().map(String::as_str).collect();
    if all.contains(&"GET") && !all.contains(&"HEAD") {
        all.push("HEAD");
    }
    if !all.contains(&"OPTIONS") {
        all.push("OPTIONS");
    }
    let value = HeaderValue::from_str(&all.join(", "));
    value.into_iter().map(|value| (header::ALLOW, value)).collect()
}

fn nothing(path: &str) -> Response {
    Problem::new(StatusCode::NOT_FOUND, format!("there is nothing at {path}"))
        .remedy("GET /openapi.json tells what there is")
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(headers: &[(&str, &str)]) -> Vec<String> {
        let owned: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        of_answer(&owned).into_iter().flat_map(|(name, _)| name).map(|name| name.to_string()).collect()
    }

    #[test]
    fn what_is_about_one_connection_stays_there() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("connection", "close, X-Mine"), ("x-mine", "1"), ("te", "trailers"), ("x-other", "2")] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        assert_eq!(of_request(&headers), [("x-other".to_owned(), "2".to_owned())]);
        assert_eq!(names(&[("Connection", "X-Mine"), ("x-mine", "1"), ("Upgrade", "h2c"), ("etag", "3")]), ["etag"]);
    }

    #[test]
    fn a_plugin_allows_no_other_origin_and_says_one_length() {
        assert_eq!(names(&[("Access-Control-Allow-Origin", "*"), ("vary", "Origin")]), ["vary"]);
        assert_eq!(names(&[("Content-Length", "3")]), ["content-length"]);
        assert!(names(&[("Content-Length", "3"), ("content-length", "4")]).is_empty());
        assert!(names(&[("Content-Length", "+3x"), ("bad name", "1"), ("x", "a\r\nb")]).is_empty());
    }

    #[test]
    fn the_methods_are_told_with_the_servers_own() {
        let allowed = |methods: &[&str]| {
            let methods: Vec<String> = methods.iter().map(|method| (*method).to_owned()).collect();
            allow(&methods)[header::ALLOW].to_str().unwrap().to_owned()
        };
        assert_eq!(allowed(&["GET", "POST"]), "GET, POST, HEAD, OPTIONS");
        assert_eq!(allowed(&["PUT", "OPTIONS"]), "PUT, OPTIONS");
    }
}
