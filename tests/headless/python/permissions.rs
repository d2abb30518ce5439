//! What a plugin sees of its permissions, and of a refusal.

use std::path::PathBuf;

use orchestrator::event::{Event, EventKind, RunStatus};
use orchestrator::orchestrator::api::{Command, Facade};
use serde_json::{Value, json};

use super::{add_with, project};
use crate::in_process::{Host, block_on, in_own_process, inside};
use crate::support::of_type;

const CAREFUL: &str = "
from plugins.permissions import PluginPermission, PluginPermissionManager

manager = PluginPermissionManager()

class Asks(BaseWorkflow):
    async def execute(self, requirements, config=None):
        refused = []
        for ask in (self._advice, self._history):
            try:
                await ask(requirements)
            except PermissionError as error:
                refused.append(str(error))
        yield {'type': 'final_result', 'status': 'completed', 'results': {'refused': refused}}

    async def _advice(self, task):
        await self._run_agent('planner_agent', {'task': task})

    async def _history(self, task):
        await self._exec('git', ['log', task])

class Requires(BaseWorkflow):
    @manager.require_permission(PluginPermission.SPAWN)
    async def _history(self):
        return 'never'

    async def execute(self, requirements, config=None):
        yield {'type': 'final_result', 'status': 'completed', 'results': await self._history()}

class Watches(BaseWorkflow):
    async def execute(self, requirements, config=None):
        asked = ('careful', PluginPermission.EXECUTE_AGENT)
        yield {'type': 'phase_start', 'phase': f'may: {manager.check_permission(*asked)}'}
        while manager.check_permission(*asked):
            await asyncio.sleep(0.01)
        yield {'type': 'phase_start', 'phase': 'may not'}
        try:
            await self._run_agent('planner_agent', requirements)
        except PermissionError as error:
            yield {'type': 'final_result', 'status': 'completed', 'results': {'refused': str(error)}}

class Careful(BasePlugin):
    def get_workflows(self):
        return {'asks': Asks, 'requires': Requires, 'watches': Watches}
";

fn manifest(permissions: &str) -> String {
    format!("version: 1.0.0\ndescription: Asks for little\npermissions: [{permissions}]\n")
}

#[test]
fn a_refused_call_can_be_caught_and_the_workflow_goes_on() {
    let Some(project) = project() else { return };
    add_with(&project, "careful", &manifest("write_workflow"), CAREFUL);
    let events = project.run(["run", "asks", "x", "--json"]).assert_exit(0).run();
    let refused = of_type(&events, "final_result")[0]["results"]["refused"].as_array().unwrap();
    let expected = ["careful lacks permission: execute_agent", "careful lacks permission: spawn"];
    assert_eq!(refused.len(), expected.len(), "{refused:?}");
    for (refused, expected) in refused.iter().zip(expected) {
        assert!(refused.as_str().unwrap().starts_with(expected), "{refused}");
    }
    assert_eq!(events.last().unwrap()["status"], "completed");
}

#[test]
fn a_method_that_requires_what_is_lacking_ends_the_run_as_denied() {
    let Some(project) = project() else { return };
    add_with(&project, "careful", &manifest("write_workflow"), CAREFUL);
    let events = project.run(["run", "requires", "x", "--json"]).assert_exit(3).run();
    let end = events.last().unwrap();
    assert_eq!(end["status"], "denied");
    let reason = end["reason"].as_str().unwrap();
    assert!(reason.contains("PermissionError: careful lacks permission: spawn"), "{reason}");
}

#[test]
fn a_revocation_is_seen_by_the_running_plugin() {
    if let Some(project) = inside() {
        return block_on(revoked_in_a_run(project));
    }
    let Some(project) = project() else { return };
    add_with(&project, "careful", &manifest("write_workflow, execute_agent"), CAREFUL);
    in_own_process(&project, "python::permissions::a_revocation_is_seen_by_the_running_plugin");
}

async fn revoked_in_a_run(project: PathBuf) {
    let host = Host::open(project).await;
    let mut run = host.run("watches", json!({})).await;
    let phase = |event: &Event| match &event.kind {
        EventKind::PhaseStart { phase, .. } => Some(phase.clone()),
        _ => None,
    };
    assert_eq!(run.until("its first look", phase).await, "may: True");
    let (plugin, permission) = ("careful".parse().unwrap(), "execute_agent".parse().unwrap());
    host.host.command(Command::RevokePermission { plugin, permission }).await.unwrap();
    assert_eq!(run.until("its second look", phase).await, "may not");
    let result = |event: &Event| match &event.kind {
        EventKind::FinalResult { results, .. } => Some(results.clone()),
        _ => None,
    };
    let refused: Value = run.until("its result", result).await;
    let words = refused["refused"].as_str().unwrap();
    assert!(words.starts_with("careful lacks permission: execute_agent"), "{words}");
    assert_eq!(run.ends().await.0, RunStatus::Completed);
    host.host.close().await;
}
