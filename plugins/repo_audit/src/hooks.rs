//! The hook handlers. They touch no run but this plugin's own, and read a few small files at most.

use std::path::Path;

use orchestrator_sdk::prelude::*;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::git::{Head, read_head};
use crate::settings::resolve_tree;
use crate::workflow::NAME;

/// Adds the handlers.
pub fn register(hooks: &mut HookManager) {
    hooks.register(HookName::PreWorkflowExecution, "add_tree", |args| Ok(add_tree(args, now())));
    hooks.register(HookName::PostWorkflowExecution, "add_timing", |args| Ok(add_timing(args, now())));
}

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

fn is_ours(context: &Value) -> bool {
    context.get("workflow_type").and_then(Value::as_str) == Some(NAME)
}

/// Adds to an audit's context when it started, and which tree it is about: its path, and what its repository says.
/// A path that is wrong is left for the workflow to refuse.
fn add_tree(args: HookArgs, now: OffsetDateTime) -> HookChange {
    if !is_ours(args.context()) {
        return HookChange::Unchanged;
    }
    let Value::Object(mut context) = args.into_last() else { return HookChange::Unchanged };
    if let Ok(started) = now.format(&Rfc3339) {
        context.insert("started".to_owned(), Value::from(started));
    }
    let project = context.get("project").and_then(Value::as_str).map(Path::new);
    let path = context.get("config").and_then(|config| config.get("path"));
    if let Some(Ok(root)) = project.map(|project| resolve_tree(path, project)) {
        let mut tree = Map::new();
        tree.insert("path".to_owned(), Value::from(root.to_string_lossy()));
        if let Some(Head { branch, commit, tracked_files }) = read_head(&root) {
            tree.extend(branch.map(|branch| ("branch".to_owned(), Value::from(branch))));
            tree.extend(commit.map(|commit| ("commit".to_owned(), Value::from(commit))));
            tree.extend(tracked_files.map(|files| ("tracked_files".to_owned(), Value::from(files))));
        }
        context.insert("tree".to_owned(), Value::Object(tree));
    }
    HookChange::Replace(Value::Object(context))
}

/// Adds to an audit's result when it started and ended, and how many seconds lie between.
fn add_timing(args: HookArgs, now: OffsetDateTime) -> HookChange {
    if !is_ours(args.context()) {
        return HookChange::Unchanged;
    }
    let started = args.context().get("started").and_then(Value::as_str).map(str::to_owned);
    let (Some(started), Ok(finished)) = (started, now.format(&Rfc3339)) else { return HookChange::Unchanged };
    let Ok(start) = OffsetDateTime::parse(&started, &Rfc3339) else { return HookChange::Unchanged };
    let Value::Object(mut result) = args.into_last() else { return HookChange::Unchanged };
    // The clock may have been set back meanwhile.
    let seconds = (now - start).as_seconds_f64().max(0.0);
    let timing = json!({"started": started, "finished": finished, "seconds": (seconds * 1000.0).round() / 1000.0});
    result.insert("timing".to_owned(), timing);
    HookChange::Replace(Value::Object(result))
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::inspect::testing::tree;

    fn start() -> OffsetDateTime {
        OffsetDateTime::parse("2026-01-02T03:04:05Z", &Rfc3339).unwrap()
    }

    #[test]
    fn an_audits_context_is_told_its_tree_and_start() {
        let dir = tree(&[("sub/.git/HEAD", b"ref: refs/heads/main\n")]);
        let context = json!({
            "run_id": "r", "workflow_type": "repo_audit", "project": dir.path().to_str(), "config": {"path": "sub"},
        });
        let HookChange::Replace(changed) = add_tree(HookArgs(vec![context]), start()) else {
            panic!("not changed");
        };
        let path = dir.path().canonicalize().unwrap().join("sub");
        assert_eq!(changed["tree"], json!({"path": path.to_str(), "branch": "main"}));
        assert_eq!((&changed["started"], &changed["run_id"]), (&json!("2026-01-02T03:04:05Z"), &json!("r")));
    }

    #[test]
    fn a_wrong_path_is_left_to_the_workflow() {
        let context = json!({"workflow_type": "repo_audit", "project": "/", "config": {"path": "no such folder"}});
        let HookChange::Replace(changed) = add_tree(HookArgs(vec![context]), start()) else {
            panic!("not changed");
        };
        assert_eq!(changed.get("tree"), None);
    }

    #[test]
    fn an_audits_result_is_told_its_timing() {
        let context = json!({"workflow_type": "repo_audit", "started": "2026-01-02T03:04:05Z"});
        let args = |context| HookArgs(vec![context, json!({"status": "completed"})]);
        let later = start() + Duration::milliseconds(2500);
        let HookChange::Replace(changed) = add_timing(args(context.clone()), later) else {
            panic!("not changed");
        };
        let timing = json!({"started": "2026-01-02T03:04:05Z", "finished": "2026-01-02T03:04:07.5Z", "seconds": 2.5});
        assert_eq!(changed, json!({"status": "completed", "timing": timing}));
        assert_eq!(add_timing(args(json!({"workflow_type": "repo_audit"})), later), HookChange::Unchanged);
    }

    #[test]
    fn other_workflows_are_left_alone() {
        let context = json!({"workflow_type": "other", "started": "2026-01-02T03:04:05Z"});
        assert_eq!(add_tree(HookArgs(vec![context.clone()]), start()), HookChange::Unchanged);
        assert_eq!(add_timing(HookArgs(vec![context, json!({})]), start()), HookChange::Unchanged);
    }
}
