//! Reading a request.

use serde_json::{Map, Value};

use crate::agent::json::kind_of;

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadRequest {
    #[error("the request is not an object: send {{\"task\": \"what to do\", \"context\": {{}}}}")]
    NotAnObject,
    #[error("the request's `task` is {0}, not text: send {{\"task\": \"what to do\", \"context\": {{}}}}")]
    Task(&'static str),
    #[error("the request's `context` is {0}, not an object: put what you hand along under names of its own")]
    Context(&'static str),
}

/// The task and the context of a request. An absent task is empty; an absent context too.
pub(super) fn read(request: Value) -> Result<(String, Map<String, Value>), BadRequest> {
    let Value::Object(mut request) = request else {
        return Err(BadRequest::NotAnObject);
    };
    let task = match request.remove("task") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(task)) => task,
        Some(other) => return Err(BadRequest::Task(kind_of(&other))),
    };
    let context = match request.remove("context") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(context)) => context,
        Some(other) => return Err(BadRequest::Context(kind_of(&other))),
    };
    Ok((task, context))
}
