//! How a request fails.

use hyper::StatusCode;
use serde::Deserialize;

use crate::orchestrator::api::{FacadeError, FailureKind, GrantForRun};

/// Why there is no answer, or not the one that was hoped for.
#[derive(Debug)]
pub enum Trouble {
    /// There is no connection: nothing was sent.
    Unreachable(String),
    /// The connection ended before the answer was there.
    Lost(String),
    /// The server said no.
    Refused(StatusCode, FacadeError),
    /// What came is not what such a server answers.
    Odd(String),
}

/// A problem document, as far as it matters here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    detail: String,
    remedy: Option<String>,
    needs: Vec<GrantForRun>,
}

impl Trouble {
    /// Of an answer that is no success.
    pub fn refused(status: StatusCode, body: &[u8]) -> Self {
        let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
        let message = if problem.detail.is_empty() {
            format!("the server answered {status} and does not say why")
        } else {
            problem.detail
        };
        let error = FacadeError { kind: kind(status), message, remedy: problem.remedy, needs: problem.needs };
        Trouble::Refused(status, error)
    }

    /// What is wrong, in a few words.
    pub fn words(&self) -> String {
        match self {
            Trouble::Unreachable(words) | Trouble::Lost(words) | Trouble::Odd(words) => words.clone(),
            Trouble::Refused(_, error) => error.message.clone(),
        }
    }

    /// The same for whoever asked.
    pub fn of_request(self, address: &str) -> FacadeError {
        match self {
            Trouble::Unreachable(words) => {
                FacadeError::failed(format!("the host at {address} can't be reached: {words}; nothing was sent"))
                    .remedy("it is looked for; try again when the connection is back")
            }
            Trouble::Lost(words) => {
                FacadeError::failed(format!("the connection to {address} broke before the answer came: {words}"))
                    .remedy("whether it was done is not known; look when the connection is back")
            }
            Trouble::Refused(_, error) => error,
            Trouble::Odd(words) => FacadeError::failed(format!("{address} answered what was not expected: {words}"))
                .remedy("is it of another version?"),
        }
    }
}

fn kind(status: StatusCode) -> FailureKind {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => FailureKind::Denied,
        StatusCode::NOT_FOUND => FailureKind::Missing,
        StatusCode::CONFLICT => FailureKind::Conflict,
        status if status.is_client_error() => FailureKind::Usage,
        _ => FailureKind::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_here_what_it_said_there() {
        let body = br#"{"type":"/docs#problem-permission","title":"t","status":403,"detail":"echo lacks it",
            "remedy":"grant it","needs":[{"plugin":"echo","permission":"execute_agent"}]}"#;
        let error = Trouble::refused(StatusCode::FORBIDDEN, body).of_request("h:1");
        assert_eq!((error.kind, error.message.as_str()), (FailureKind::Denied, "echo lacks it"));
        assert_eq!((error.remedy.as_deref(), error.needs.len()), (Some("grant it"), 1));
        let error = Trouble::refused(StatusCode::BAD_GATEWAY, b"<html>").of_request("h:1");
        assert_eq!(error.kind, FailureKind::Failed);
        assert!(error.message.contains("502"), "{error}");
    }
}
