use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde_json::{Value, json};

use super::builtin_agents;
use crate::agent::provider::{Ask, Job, Provider, ProviderError};

/// Remembers what it was asked and answers with one piece and one error.
#[derive(Default)]
struct Recorder {
    asked: Mutex<Vec<Ask>>,
}

impl Provider for Recorder {
    fn name(&self) -> &str {
        "recorder"
    }

    fn respond(&self, ask: Ask) -> BoxStream<'static, Result<String, ProviderError>> {
        self.asked.lock().unwrap().push(ask);
        let error = ProviderError { provider: "recorder".into(), message: "out of tape".into() };
        stream::iter([Ok("piece".to_owned()), Err(error)]).boxed()
    }
}

async fn run(recorder: &Arc<Recorder>, name: &str, request: Value) -> Vec<Result<String, String>> {
    let agents = builtin_agents(recorder.clone());
    let agent = agents.iter().find(|agent| agent.name() == name).unwrap();
    assert_eq!(agent.provider(), "recorder");
    agent.run(request).collect().await
}

#[tokio::test]
async fn a_request_reaches_the_provider_and_its_error_the_caller() {
    let recorder = Arc::new(Recorder::default());
    let request = json!({"task": "Plan: x", "context": {"plan": "1. x"}});
    for (name, job) in [("planner_agent", Job::Plan), ("reviewer_agent", Job::Review)] {
        let pieces = run(&recorder, name, request.clone()).await;
        assert_eq!(pieces, [Ok("piece".to_owned()), Err("recorder: out of tape".to_owned())]);
        let asked = recorder.asked.lock().unwrap().pop().unwrap();
        assert_eq!((asked.job, asked.task.as_str()), (job, "Plan: x"));
        assert_eq!(asked.context["plan"], "1. x");
    }
}

#[tokio::test]
async fn a_request_of_the_wrong_shape_is_refused_with_the_right_one() {
    let recorder = Arc::new(Recorder::default());
    let wrong = [
        (json!("text"), "not an object"),
        (json!({"task": 3}), "`task` is a number"),
        (json!({"task": "x", "context": ["y"]}), "`context` is a list"),
    ];
    for (request, complaint) in wrong {
        let pieces = run(&recorder, "planner_agent", request).await;
        assert_eq!(pieces.len(), 1);
        assert!(pieces[0].as_ref().unwrap_err().contains(complaint), "{pieces:?}");
    }
    assert!(recorder.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_request_without_context_is_enough() {
    let recorder = Arc::new(Recorder::default());
    run(&recorder, "planner_agent", json!({"task": "x"})).await;
    assert!(recorder.asked.lock().unwrap()[0].context.is_empty());
}
