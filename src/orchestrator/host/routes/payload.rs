//! `pre_api_request` and `post_api_request`: the request, and the answer.

use orchestrator_protocol::target::{ApiRequest, ApiResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::event::PluginName;
use crate::orchestrator::api::{ApiCall, Body};

/// Headers that prove who somebody is. No plugin gets those of a request, neither its hooks nor its routes.
const CREDENTIALS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];
/// Headers of one connection, which are not passed on in either direction: how a message travels is nobody's but its
/// server's.
const OF_CONNECTION: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// Headers of an answer that hooks don't see, and that go past them.
const PAST_HOOKS: [&str; 1] = ["set-cookie"];
const LENGTH: [&str; 1] = ["content-length"];

type Headers = Vec<(String, String)>;

/// An answer as hooks may change it.
#[derive(Debug, PartialEq)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Headers,
    /// None for one that is streamed.
    pub body: Option<Body>,
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name.trim()))
}

/// Whether whoever sent it wants a connection for messages in both directions.
pub(super) fn asks_for_websocket(call: &ApiCall) -> bool {
    let upgrades = call.headers.iter().filter(|(name, _)| is_one_of(name, &["upgrade"]));
    upgrades.into_iter().any(|(_, value)| value.to_ascii_lowercase().contains("websocket"))
}

/// The request without anybody's credentials.
pub(super) fn for_plugin(call: ApiCall) -> ApiRequest {
    let ApiCall { method, path, query, headers, body, client, server } = call;
    without_credentials(ApiRequest { method, path, query, headers, body, client, server })
}

fn without_credentials(mut request: ApiRequest) -> ApiRequest {
    request.headers.retain(|(name, _)| !is_one_of(name, &CREDENTIALS) && !is_one_of(name, &OF_CONNECTION));
    request
}

/// The request, with the plugin whose route it is for.
pub(super) fn of_request(request: &ApiRequest, plugin: &PluginName) -> Value {
    let ApiRequest { method, path, query, headers, body, client: _, server: _ } = request;
    let mut shown = json!({"plugin": plugin, "method": method, "path": path, "query": query, "headers": headers});
    add_body(&mut shown, body);
    shown
}

/// The request as the hooks left it. Where it goes they can't change: the permission was for that.
pub(super) fn request_of(value: Value, sent: &ApiRequest) -> Result<ApiRequest, String> {
    let left: ApiRequest = serde_json::from_value(value)
        .map_err(|error| format!("a pre_api_request hook left something that is no request: {error}"))?;
    if left.method != sent.method || left.path != sent.path {
        return Err("a pre_api_request hook changed `method` or `path`, which must stay".to_owned());
    }
    let mut left = without_credentials(ApiRequest { client: sent.client, server: sent.server, ..left });
    if left.body != sent.body {
        set_length(&mut left.headers, &left.body);
    }
    Ok(left)
}

/// The answer, and the headers that go past the hooks.
pub(super) fn of_answer(answer: Answer) -> (Value, Headers) {
    let Answer { status, mut headers, body } = answer;
    headers.retain(|(name, _)| !is_one_of(name, &OF_CONNECTION));
    let (past, shown): (Headers, Headers) = headers.into_iter().partition(|(name, _)| is_one_of(name, &PAST_HOOKS));
    let mut value = json!({"status": status, "headers": shown});
    match body {
        Some(body) => add_body(&mut value, &body),
        None => {
            value["body"] = Value::Null;
            value["streamed"] = Value::Bool(true);
        }
    }
    (value, past)
}

/// The answer as the hooks left it. The body of one that is streamed they can't change: nobody has it yet.
pub(super) fn answer_of(value: Value, sent: &Value, past: Headers) -> Result<Answer, String> {
    #[derive(Deserialize)]
    struct Head {
        status: u16,
        #[serde(default)]
        headers: Headers,
    }
    let no_answer = |error| format!("a post_api_request hook left something that is no answer: {error}");
    let (status, mut headers, body) = if is_streamed(sent) {
        let Head { status, headers } = serde_json::from_value(value).map_err(no_answer)?;
        (status, headers, None)
    } else {
        let is_other = value["body"] != sent["body"] || value["encoding"] != sent["encoding"];
        let ApiResponse { status, mut headers, body } = serde_json::from_value(value).map_err(no_answer)?;
        if is_other {
            set_length(&mut headers, &body);
        }
        (status, headers, Some(body))
    };
    headers.retain(|(name, _)| !is_one_of(name, &PAST_HOOKS) && !is_one_of(name, &OF_CONNECTION));
    headers.extend(past);
    Ok(Answer { status, headers, body })
}

fn is_streamed(answer: &Value) -> bool {
    answer["streamed"] == Value::Bool(true)
}

/// Adds `body`, and `encoding` where it is no text.
fn add_body(value: &mut Value, body: &Body) {
    if let (Some(value), Ok(Value::Object(body))) = (value.as_object_mut(), serde_json::to_value(body)) {
        value.extend(body);
    }
}

/// A length that was told is that of what is sent now.
fn set_length(headers: &mut Headers, body: &Body) {
    for (_, value) in headers.iter_mut().filter(|(name, _)| is_one_of(name, &LENGTH)) {
        *value = body.len().to_string();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(headers: &[(&str, &str)]) -> Headers {
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn request(sent: &[(&str, &str)], body: &str) -> ApiRequest {
        for_plugin(ApiCall {
            method: "GET".into(),
            path: "/a".into(),
            headers: headers(sent),
            body: body.into(),
            ..ApiCall::default()
        })
    }

    #[test]
    fn credentials_reach_nobody_however_they_are_written() {
        let all = [
            ("AUTHORIZATION", "x"),
            ("Cookie", "x"),
            (" proxy-authorization", "x"),
            ("Transfer-Encoding", "chunked"),
            ("Accept", "text/plain"),
            ("Accept", "text/html"),
        ];
        let kept = request(&all, "");
        assert_eq!(kept.headers, headers(&[("Accept", "text/plain"), ("Accept", "text/html")]));
        // Not even by way of a hook that makes them up.
        let mut left = of_request(&kept, &"p".parse().unwrap());
        left["headers"] = json!([["Cookie", "x"], ["x", "y"]]);
        assert_eq!(request_of(left, &kept).unwrap().headers, headers(&[("x", "y")]));
    }

    #[test]
    fn a_hook_can_not_send_a_request_elsewhere() {
        let sent = request(&[], "");
        let mut left = of_request(&sent, &"p".parse().unwrap());
        left["path"] = json!("/b");
        assert!(request_of(left, &sent).unwrap_err().contains("must stay"));
    }

    #[test]
    fn a_body_that_a_hook_changed_has_its_own_length() {
        let sent = request(&[("Content-Length", "4")], "four");
        let mut left = of_request(&sent, &"p".parse().unwrap());
        left["body"] = json!("longer");
        assert_eq!(request_of(left, &sent).unwrap().headers, headers(&[("Content-Length", "6")]));

        let whole = Answer { status: 200, headers: headers(&[("content-length", "4")]), body: Some("four".into()) };
        let (shown, past) = of_answer(whole);
        let mut left = shown.clone();
        left["body"] = json!("longer");
        let answer = answer_of(left, &shown, past).unwrap();
        assert_eq!((answer.headers, answer.body), (headers(&[("content-length", "6")]), Some("longer".into())));
    }

    #[test]
    fn an_answers_cookies_go_past_the_hooks() {
        let sent = headers(&[("Set-Cookie", "a=1"), ("x", "y"), ("connection", "close")]);
        let (shown, past) = of_answer(Answer { status: 200, headers: sent, body: Some("b".into()) });
        assert_eq!(shown, json!({"status": 200, "headers": [["x", "y"]], "body": "b"}));
        let back = answer_of(shown.clone(), &shown, past).unwrap();
        assert_eq!(back.headers, headers(&[("x", "y"), ("Set-Cookie", "a=1")]));
    }

    #[test]
    fn of_a_streamed_answer_hooks_have_the_head_alone() {
        let (shown, past) = of_answer(Answer { status: 200, headers: headers(&[("x", "y")]), body: None });
        assert_eq!(shown, json!({"status": 200, "headers": [["x", "y"]], "body": null, "streamed": true}));
        let mut left = shown.clone();
        (left["status"], left["headers"]) = (json!(206), json!([["z", "w"]]));
        let answer = answer_of(left, &shown, past).unwrap();
        assert_eq!(answer, Answer { status: 206, headers: headers(&[("z", "w")]), body: None });
    }
}
