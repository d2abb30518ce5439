use std::sync::Mutex;

use super::*;
use crate::inspect::testing::{run, tree};

/// Runs inspections directly, but for those that are told to fail.
#[derive(Default, Clone)]
struct Runner {
    failing: Vec<(&'static str, PluginError)>,
    asked: Arc<Mutex<Vec<(String, AgentRequest)>>>,
}

impl RunAgent for Runner {
    async fn run(&self, name: &str, request: AgentRequest) -> Result<AgentOutcome, PluginError> {
        self.asked.lock().unwrap().push((name.to_owned(), request.clone()));
        if let Some((_, error)) = self.failing.iter().find(|(failing, _)| *failing == name) {
            return Err(error.clone());
        }
        let output = match INSPECTIONS.iter().find(|(inspection, ..)| *inspection == name) {
            Some((_, _, inspection)) => {
                let settings = Settings::from_layers(&Map::new(), request.context.as_object().unwrap()).unwrap();
                let root = request.context["path"].as_str().unwrap();
                run(*inspection, Path::new(root), &settings)
            }
            None => "1. covered\nverdict: 1 of 1\n\n".to_owned(),
        };
        Ok(AgentOutcome { output, dropped_bytes: 0 })
    }
}

fn request(config: Value) -> WorkflowRequest {
    let config = config.as_object().cloned().unwrap();
    WorkflowRequest { requirements: "Audit it".into(), config, context: Map::new() }
}

async fn events(request: WorkflowRequest, project: &Path, runner: Runner) -> Vec<Result<Value, PluginError>> {
    let stream = audit(&Map::new(), request, project, runner);
    stream.map(|event| event.map(WorkflowEvent::into_value)).collect().await
}

#[tokio::test]
async fn an_audit_inspects_reviews_and_counts() {
    let dir = tree(&[
        ("sub/src/a.rs", b"/// Does it.\nfn a() {} // FIXME soon\n"),
        ("sub/README.md", b"[gone](no.md)\n"),
        ("sub/requirements.txt", b"flask\n"),
    ]);
    let runner = Runner::default();
    let asked = Arc::clone(&runner.asked);
    let events = events(request(json!({"path": "sub", "oversized_lines": 1})), dir.path(), runner).await;
    let events: Vec<_> = events.into_iter().map(Result::unwrap).collect();

    let outline: Vec<_> = events.iter().map(|event| (event["type"].as_str().unwrap(), &event["phase"])).collect();
    assert_eq!(
        outline,
        [
            ("phase_start", &json!("inspect")),
            ("phase_complete", &json!("inspect")),
            ("phase_start", &json!("review")),
            ("phase_complete", &json!("review")),
            ("final_result", &Value::Null),
        ]
    );
    assert!(events[1]["result"]["debt_agent"].as_str().unwrap().starts_with("1 debt marker in comments of 1 file;"));

    let last = &events[4];
    assert_eq!(last["status"], "completed");
    let results = &last["results"];
    assert_eq!(results["tree"]["path"], dir.path().canonicalize().unwrap().join("sub").to_str().unwrap());
    assert_eq!(results["size"]["language"]["Rust"]["comment"], 1);
    assert_eq!(results["size"]["problems"], json!(["warning src/a.rs oversized: 2 lines, more than 1"]));
    assert_eq!(results["debt"]["marker"]["FIXME"]["places"], 1);
    assert_eq!(results["dependencies"]["total"]["dependencies"]["unpinned"], 1);
    assert_eq!(results["docs"]["findings"]["error"], 1);
    // Oversized, debt, unpinned, a thin README, no licence; no change log, no contributing guide.
    assert_eq!(results["findings"], json!({"error": 1, "warning": 5, "info": 2, "unlisted": 0}));
    assert_eq!(results["review"]["verdict"], "verdict: 1 of 1");

    let asked = asked.lock().unwrap();
    let (name, review) = asked.last().unwrap();
    assert_eq!((name.as_str(), review.task.as_str()), ("reviewer_agent", "Audit it"));
    assert_eq!(review.context["plan"].as_array().unwrap().len(), 6);
    let text = review.context["result"].as_str().unwrap();
    assert!(text.contains("# debt_agent\nwarning src/a.rs:2 debt: FIXME soon\n"), "{text}");
}

#[tokio::test]
async fn one_failure_fails_the_audit_and_keeps_the_rest() {
    let dir = tree(&[("a.rs", b"// TODO\n")]);
    let failing = vec![("docs_agent", PluginError::new("out of paper"))];
    let events = events(request(json!({})), dir.path(), Runner { failing, ..Runner::default() }).await;
    let last = events.last().unwrap().clone().unwrap();
    assert_eq!(last["status"], "failed");
    assert_eq!(last["results"]["reason"], "docs_agent failed: out of paper");
    assert_eq!(last["results"]["docs"], json!({"status": "failed", "reason": "out of paper"}));
    assert_eq!(last["results"]["debt"]["marker"]["TODO"]["places"], 1);
    assert_eq!(last["results"]["review"]["status"], "completed");
}

#[tokio::test]
async fn a_failed_review_keeps_the_inspections() {
    let dir = tree(&[("a.rs", b"// TODO\n")]);
    let failing = vec![("reviewer_agent", PluginError::NotFound("no such agent".into()))];
    let events = events(request(json!({})), dir.path(), Runner { failing, ..Runner::default() }).await;
    let last = events.last().unwrap().clone().unwrap();
    assert_eq!(last["status"], "failed");
    assert_eq!(last["results"]["reason"], "reviewer_agent failed: no such agent");
    assert_eq!(last["results"]["findings"]["info"].as_u64().map(|n| n > 0), Some(true));
}

#[tokio::test]
async fn what_refuses_every_agent_is_the_runs_own_error() {
    let dir = tree(&[]);
    let refused = PluginError::Permission("execute_agent is not granted".into());
    let failing = INSPECTIONS.iter().map(|(name, ..)| (*name, refused.clone())).collect();
    let events = events(request(json!({})), dir.path(), Runner { failing, ..Runner::default() }).await;
    assert_eq!(events.last(), Some(&Err(refused)));
}

#[tokio::test]
async fn a_wrong_config_is_refused_before_any_agent_runs() {
    let dir = tree(&[("file", b"")]);
    for (config, words) in [
        (json!({"path": "absent"}), "absent"),
        (json!({"path": "file"}), "not a folder"),
        (json!({"max_files": "all"}), "`max_files`"),
    ] {
        let runner = Runner::default();
        let asked = Arc::clone(&runner.asked);
        let events = events(request(config), dir.path(), runner).await;
        let [Err(error)] = events.as_slice() else { panic!("{events:?}") };
        assert!(error.to_string().contains(words), "{error}");
        assert!(asked.lock().unwrap().is_empty());
    }
}
