//! `pre_api_request` and `post_api_request`: the request, and the response.

use orchestrator_protocol::target::{ApiRequest, ApiResponse};
use serde_json::{Value, json};

use crate::event::PluginName;

/// Headers that prove who somebody is. No plugin gets those of a request, neither its hooks nor its routes.
const CREDENTIALS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];
/// Headers of a response that hooks don't see, and that go past them.
const PAST_HOOKS: &str = "set-cookie";

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name.trim()))
}

/// The request without anybody's credentials.
pub(super) fn without_credentials(mut request: ApiRequest) -> ApiRequest {
    request.headers.retain(|(name, _)| !is_one_of(name, &CREDENTIALS));
    request
}

/// The request, with the plugin whose route it is for.
pub(super) fn of_request(request: &ApiRequest, plugin: &PluginName) -> Value {
    let ApiRequest { method, path, query, headers, body } = request;
    json!({"plugin": plugin, "method": method, "path": path, "query": query, "headers": headers, "body": body})
}

/// The request as the hooks left it. Where it goes they can't change: the permission was for that.
pub(super) fn request_of(value: Value, sent: &ApiRequest) -> Result<ApiRequest, String> {
    let left: ApiRequest = serde_json::from_value(value)
        .map_err(|error| format!("a pre_api_request hook left something that is no request: {error}"))?;
    if left.method != sent.method || left.path != sent.path {
        return Err("a pre_api_request hook changed `method` or `path`, which must stay".to_owned());
    }
    Ok(without_credentials(left))
}

/// The response, and the headers that go past the hooks.
pub(super) fn of_response(response: ApiResponse) -> (Value, Vec<(String, String)>) {
    let ApiResponse { status, headers, body } = response;
    let (past, shown): (Vec<_>, Vec<_>) = headers.into_iter().partition(|(name, _)| is_one_of(name, &[PAST_HOOKS]));
    (json!({"status": status, "headers": shown, "body": body}), past)
}

/// The response as the hooks left it.
pub(super) fn response_of(value: Value, past: Vec<(String, String)>) -> Result<ApiResponse, String> {
    let mut response: ApiResponse = serde_json::from_value(value)
        .map_err(|error| format!("a post_api_request hook left something that is no response: {error}"))?;
    response.headers.retain(|(name, _)| !is_one_of(name, &[PAST_HOOKS]));
    response.headers.extend(past);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)]) -> ApiRequest {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ApiRequest { method: "GET".into(), path: "/a".into(), query: String::new(), headers, body: String::new() }
    }

    #[test]
    fn credentials_reach_nobody_however_they_are_written() {
        let all = [("AUTHORIZATION", "x"), ("Cookie", "x"), (" proxy-authorization", "x"), ("Accept", "text/plain")];
        let kept = without_credentials(request(&all));
        assert_eq!(kept.headers, [("Accept".to_owned(), "text/plain".to_owned())]);
        // Not even by way of a hook that makes them up.
        let left = of_request(&request(&all), &"p".parse().unwrap());
        assert_eq!(request_of(left, &kept).unwrap().headers.len(), 1);
    }

    #[test]
    fn a_hook_can_not_send_a_request_elsewhere() {
        let sent = request(&[]);
        let mut left = of_request(&sent, &"p".parse().unwrap());
        left["path"] = json!("/b");
        assert!(request_of(left, &sent).unwrap_err().contains("must stay"));
    }

    #[test]
    fn a_responses_cookies_go_past_the_hooks() {
        let headers = vec![("Set-Cookie".to_owned(), "a=1".to_owned()), ("x".to_owned(), "y".to_owned())];
        let response = ApiResponse { status: 200, headers: headers.clone(), body: "b".into() };
        let (shown, past) = of_response(response);
        assert_eq!(shown, json!({"status": 200, "headers": [["x", "y"]], "body": "b"}));
        let back = response_of(shown, past).unwrap();
        assert_eq!(back.headers.len(), 2);
        assert!(headers.iter().all(|header| back.headers.contains(header)));
    }
}
