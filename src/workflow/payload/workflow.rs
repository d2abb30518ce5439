//! `pre_workflow_execution` and `post_workflow_execution`: the context, and the result.

use std::time::Duration;

use serde_json::Value;

use crate::workflow::builtin::WorkflowRequest;
use crate::workflow::yielded::FinalResult;

/// What the workflow gets, of the context as the hooks left it.
pub(in crate::workflow) fn request(context: &Value) -> Result<WorkflowRequest, String> {
    let fault = |what, right| format!("a pre_workflow_execution hook left the context with {what}; it must be {right}");
    let Value::Object(context) = context else { return Err(fault("no fields", "an object")) };
    let Some(Value::String(requirements)) = context.get("requirements") else {
        return Err(fault("`requirements` that are no text", "text"));
    };
    let Some(Value::Object(config)) = context.get("config") else {
        return Err(fault("a `config` that is no object", "an object"));
    };
    let (requirements, config) = (requirements.clone(), config.clone());
    Ok(WorkflowRequest { requirements, config, context: context.clone() })
}

/// The result as the `post_workflow_execution` hooks get it; `duration` is in seconds.
pub(in crate::workflow) fn result(result: FinalResult, duration: Duration) -> Value {
    let mut value = result.extra;
    value.insert("status".to_owned(), result.status.into());
    value.insert("results".to_owned(), result.results);
    value.insert("duration".to_owned(), duration.as_secs_f64().into());
    Value::Object(value)
}

/// The final result, of the result as the hooks left it.
pub(in crate::workflow) fn final_result(result: Value) -> Result<FinalResult, String> {
    let Value::Object(mut fields) = result else {
        return Err("a post_workflow_execution hook left no result; it must be an object".to_owned());
    };
    let Some(Value::String(status)) = fields.shift_remove("status") else {
        return Err("a post_workflow_execution hook left a result whose `status` is no text".to_owned());
    };
    let results = fields.shift_remove("results").unwrap_or_default();
    // The run's last event has the whole run's.
    fields.shift_remove("duration");
    Ok(FinalResult { status, results, extra: fields })
}
