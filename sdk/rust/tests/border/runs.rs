//! Runs that a plugin starts and reads.

use orchestrator_sdk::prelude::*;
use orchestrator_sdk::protocol::ErrorKind;
use orchestrator_sdk::protocol::run::{EventsPage, ReadRuns, RunOutcome, RunStatus};
use orchestrator_sdk::protocol::target::{HostTarget, PluginTarget};

use crate::host::{Host, collect, table};

/// Runs the workflow `brew`, tells its events, and then what is stored of it.
pub struct Asks;

impl Agent for Asks {
    fn name(&self) -> &str {
        "asks"
    }

    fn role(&self) -> &str {
        "runs workflows"
    }

    fn execute_task(&self, _: AgentRequest, context: CallContext) -> AgentStream {
        Box::pin(try_stream! {
            let wanted = || WorkflowRequest { requirements: "tea".into(), ..WorkflowRequest::default() };
            let done = context.run_workflow("brew", wanted()).await?;
            yield format!("#{} {}", done.run, done.result["results"]);
            let stored = context.events(done.run, 1, 10).await?;
            yield format!("{} {:?}", stored.events.len(), stored.next_seq);
            let mut events = context.run_workflow_stream("brew", wanted());
            while let Some(event) = events.next().await {
                yield event?["type"].to_string();
            }
        })
    }
}

#[tokio::test]
async fn a_plugin_runs_workflows_and_reads_what_is_stored() {
    let mut host = Host::start(table::<super::Everything>());
    let call = host.open(PluginTarget::Agent { name: "asks".into(), request: json!({"task": ""}) });
    let id = call.id();
    let Value::Object(result) = json!({"status": "completed", "results": "tea", "duration": 0.1}) else {
        unreachable!()
    };
    let completed = RunOutcome { run: 7, status: RunStatus::Completed, reason: None, result: Some(result) };
    let reason = Some("brew lacks permission: write_workflow".to_owned());
    let denied = RunOutcome { run: 8, status: RunStatus::Denied, reason, result: None };
    let answering = async {
        let nested = host.calls.recv().await.unwrap();
        assert_eq!(nested.parent, Some(id));
        let HostTarget::RunWorkflow(ask) = nested.target else { panic!("no workflow") };
        assert_eq!((ask.workflow_type.as_str(), ask.requirements.as_str(), ask.stream), ("brew", "tea", false));
        nested.responder.end(json!(completed));

        let nested = host.calls.recv().await.unwrap();
        let HostTarget::ReadRuns(asked) = nested.target else { panic!("nothing to read") };
        assert_eq!(asked, ReadRuns::Events { run: 7, from_seq: 1, limit: 10 });
        nested.responder.item(&json!({"type": "run_started"})).await.unwrap();
        nested.responder.end(json!(EventsPage { next_seq: Some(2) }));

        let nested = host.calls.recv().await.unwrap();
        let HostTarget::RunWorkflow(ask) = nested.target else { panic!("no workflow") };
        assert!(ask.stream);
        nested.responder.item(&json!({"type": "run_started"})).await.unwrap();
        nested.responder.end(json!(denied));
    };
    let ((pieces, end), ()) = tokio::join!(collect(call), answering);
    assert_eq!(pieces, [json!("#7 \"tea\""), json!("1 Some(2)"), json!("\"run_started\"")]);
    let error = end.unwrap_err();
    assert_eq!(error.kind, ErrorKind::PermissionDenied, "a denied run is a missing permission");
    assert_eq!(error.message, "brew lacks permission: write_workflow");
}
