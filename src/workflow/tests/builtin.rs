//! `plan_execute_review`.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde_json::{Map, Value, json};

use super::bench::{Bench, all, end_of};
use crate::agent::builtin::BuiltinAgent;
use crate::agent::tests::fakes::Manners;
use crate::event::{EventKind, RunStatus};
use crate::workflow::StartWorkflow;

/// Says its name and what it was asked.
struct Says(&'static str);

impl BuiltinAgent for Says {
    fn name(&self) -> &'static str {
        self.0
    }

    fn role(&self) -> &'static str {
        "says"
    }

    fn provider(&self) -> &str {
        "a test"
    }

    fn run(&self, request: Value) -> BoxStream<'static, Result<String, String>> {
        stream::iter([Ok(format!("{}({} {})", self.0, request["task"].as_str().unwrap(), request["context"]))]).boxed()
    }
}

fn bench() -> Bench {
    let agents: Vec<Arc<dyn BuiltinAgent>> = vec![Arc::new(Says("planner_agent")), Arc::new(Says("reviewer_agent"))];
    Bench::with_builtins(Manners::Obeys, agents, |_, _| all(vec![json!("done")]))
}

async fn run(bench: &Bench, config: Value) -> Vec<Arc<crate::event::Event>> {
    let Value::Object(config) = config else { panic!("a config is an object") };
    let (workflow, requirements) = ("plan_execute_review".to_owned(), "R".to_owned());
    let start = StartWorkflow { workflow, requirements, config, ..Default::default() };
    let run = bench.engine.start(start, None).await.unwrap();
    bench.to_the_end(run).await
}

#[tokio::test]
async fn it_plans_has_any_agent_do_the_work_and_reviews_what_it_did() {
    let events = run(&bench(), json!({"agent": "one"})).await;
    assert_eq!(end_of(&events), (RunStatus::Completed, None));
    let results = events.iter().find_map(|event| match &event.kind {
        EventKind::FinalResult { results, .. } => Some(results.clone()),
        _ => None,
    });
    let results = results.unwrap();
    assert_eq!(results["plan"], "planner_agent(R {})");
    assert_eq!(results["result"], "done");
    let context = json!({"plan": results["plan"], "result": "done"});
    assert_eq!(results["review"], format!("reviewer_agent(R {context})"));
    let phases: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::PhaseComplete { phase, .. } => Some(phase.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(phases, ["planning", "execution", "review"]);
}

#[tokio::test]
async fn without_an_agent_or_with_one_that_is_not_there_it_says_so() {
    let bench = bench();
    let events = run(&bench, Value::Object(Map::new())).await;
    assert!(end_of(&events).1.unwrap().contains("set `agent`"));
    let events = run(&bench, json!({"agent": "onne"})).await;
    let reason = "there is no agent `onne`; did you mean `one`?";
    assert_eq!(end_of(&events), (RunStatus::Failed, Some(reason)));
}
