//! What a client gets instead of an answer: a problem document (RFC 9457).
//!
//! The guards refuse with it too.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::orchestrator::api::{ConfigProblem, FacadeError, FailureKind, GrantForRun};

/// A missing permission, as a problem's type; the page /docs explains it there.
const PERMISSION: &str = "/docs#problem-permission";
/// The same of a config that can't be saved.
const CONFIG: &str = "/docs#problem-config";

/// Why a request was not answered, and what to do.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank` where the status says it all; else what the further members mean.
    #[schema(value_type = String, format = "uri-reference")]
    r#type: &'static str,
    title: &'static str,
    #[serde(serialize_with = "number")]
    #[schema(value_type = u16, minimum = 400, maximum = 599)]
    status: StatusCode,
    /// What failed, and where, for a person.
    detail: String,
    /// What to do, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    remedy: Option<String>,
    /// What would have to be granted for it to work.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false, value_type = Vec<GrantForRun>)]
    needs: Box<[GrantForRun]>,
    /// What is wrong in a config.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false, value_type = Vec<ConfigProblem>)]
    problems: Box<[ConfigProblem]>,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Problem {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status,
            detail: detail.into(),
            remedy: None,
            needs: Box::default(),
            problems: Box::default(),
        }
    }

    /// The request can't be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, detail)
    }

    /// The facade answered something that was not asked.
    pub fn unexpected_answer() -> Self {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the host answered something that was not asked")
            .remedy("is it of another version?")
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The same with another status, which tells more than the facade's kind of failure.
    pub fn with_status(self, status: StatusCode) -> Self {
        let Problem { detail, remedy, needs, problems, .. } = self;
        Problem { remedy, needs, problems, ..Problem::new(status, detail) }
    }

    /// A plugin's failure is not the server's own.
    pub fn of_plugin(self) -> Self {
        if self.status == StatusCode::INTERNAL_SERVER_ERROR { self.with_status(StatusCode::BAD_GATEWAY) } else { self }
    }

    /// A config that can't be saved, with all that is wrong in it.
    pub fn of_config(self, problems: Vec<ConfigProblem>) -> Self {
        Problem {
            r#type: CONFIG,
            title: "The config has problems",
            problems: problems.into(),
            ..self.with_status(StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

impl From<FacadeError> for Problem {
    fn from(error: FacadeError) -> Self {
        let status = match error.kind {
            FailureKind::Usage => StatusCode::BAD_REQUEST,
            FailureKind::Missing => StatusCode::NOT_FOUND,
            FailureKind::Denied => StatusCode::FORBIDDEN,
            FailureKind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            FailureKind::Conflict | FailureKind::Nothing => StatusCode::CONFLICT,
        };
        let problem = Problem::new(status, error.message);
        if error.needs.is_empty() {
            return Problem { remedy: error.remedy, ..problem };
        }
        let title = "A permission is missing";
        Problem { r#type: PERMISSION, title, remedy: error.remedy, needs: error.needs.into(), ..problem }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

#[cfg(test)]
mod tests {
    use orchestrator_protocol::permission::Permission;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_failure_of_the_facade_says_what_it_said_there() {
        let needs = vec![GrantForRun {
            plugin: "echo".parse().unwrap(),
            permission: Permission::ExecuteAgent,
            scope: Some("x".to_owned()),
        }];
        let error = FacadeError { needs, ..FacadeError::denied("echo lacks execute_agent").remedy("grant it") };
        let document: Value = serde_json::to_value(Problem::from(error)).unwrap();
        let expected = json!({
            "type": "/docs#problem-permission", "title": "A permission is missing", "status": 403,
            "detail": "echo lacks execute_agent", "remedy": "grant it",
            "needs": [{"plugin": "echo", "permission": "execute_agent", "scope": "x"}],
        });
        assert_eq!(document, expected);
        let statuses = [FacadeError::usage("x"), FacadeError::missing("x"), FacadeError::failed("x")]
            .map(|error| Problem::from(error).of_plugin().status().as_u16());
        assert_eq!(statuses, [400, 404, 502]);
    }
}
