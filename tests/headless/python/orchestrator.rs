//! `self.orchestrator` of a plugin, through the real program.

use serde_json::json;

use super::{MANIFEST, add, add_with, project};
use crate::support::{of_type, output_of};

const CONDUCTOR: &str = "
import json
from orchestrator_sdk import AgentError, HostError, RunFailed

class Says(BaseAgent):
    async def _execute_task(self, request):
        yield 'said '
        yield request['task']

class Inner(BaseWorkflow):
    async def execute(self, requirements, config=None):
        yield {'type': 'phase_start', 'phase': 'saying'}
        text = await self._run_agent('says', {'task': requirements})
        status = (config or {}).get('status', 'completed')
        yield {'type': 'final_result', 'status': status, 'results': text, 'note': 7}

class Outer(BaseWorkflow):
    async def execute(self, requirements, config=None):
        agent = await self.orchestrator.run_agent('says', {'task': 'this', 'options': {}})
        result = await self.orchestrator.execute_workflow(requirements='it', workflow_type='inner')
        events = [e['type'] async for e in self.orchestrator.stream_workflow('it', 'inner')]
        try:
            await self.orchestrator.execute_workflow('it', 'inner', {'status': 'failed'})
        except RunFailed as error:
            failed = [error.run_id, error.status, error.result['note']]
        run = await self.orchestrator.run(result['run_id'])
        stored = [e['type'] async for e in self.orchestrator.events(result['run_id'])]
        newest = [r['id'] for r in await self.orchestrator.runs(2)]
        results = {'agent': agent, 'result': result, 'events': events, 'failed': failed,
                   'run': run, 'stored': stored, 'newest': newest}
        yield {'type': 'final_result', 'status': 'completed', 'results': results}

class Itself(BaseWorkflow):
    async def execute(self, requirements, config=None):
        yield await self.orchestrator.execute_workflow(requirements, 'itself')

class Tries(BaseWorkflow):
    async def execute(self, requirements, config=None):
        refused = []
        async def stream():
            async for _ in self.orchestrator.stream_workflow('it', 'inner'):
                pass
        for tried in (self.orchestrator.execute_workflow('it', 'inner'), stream(),
                      self.orchestrator.runs()):
            try:
                await tried
                refused.append(None)
            except PermissionError as error:
                refused.append(str(error))
        yield {'type': 'final_result', 'status': 'completed', 'results': refused}

class Conductor(BasePlugin):
    def get_agents(self):
        return {'says': Says}
    def get_workflows(self):
        return {'inner': Inner, 'outer': Outer, 'itself': Itself, 'tries': Tries}
    def get_api_routers(self):
        async def router(scope, receive, send):
            if scope['type'] != 'http':
                return
            text = await self.orchestrator.run_agent('says', {'task': 'from a route'})
            result = await self.orchestrator.execute_workflow('there', 'inner')
            body = json.dumps([text, result['results'], result['run_id']]).encode()
            await send({'type': 'http.response.start', 'status': 200, 'headers': []})
            await send({'type': 'http.response.body', 'body': body})
        router.prefix = '/conduct'
        return [router]
";

#[test]
fn a_workflow_runs_others_and_reads_what_they_did() {
    let Some(project) = project() else { return };
    add(&project, "conductor", CONDUCTOR);
    let events = project.run(["run", "outer", "x", "--json"]).assert_exit(0).run();
    let told = &of_type(&events, "final_result")[0]["results"];
    assert_eq!(told["agent"], "said this");
    assert_eq!(output_of(&events, "says"), "said this", "an agent runs in the run that asks for it");
    let result = &told["result"];
    assert!(result["duration"].as_f64().is_some());
    let run = result["run_id"].as_u64().unwrap();
    assert_eq!(
        (&result["status"], &result["results"], &result["note"]),
        (&json!("completed"), &json!("said it"), &json!(7))
    );
    assert_eq!(told["run"]["status"], "completed");
    assert_eq!(told["failed"], json!([run + 2, "failed", 7]));
    assert_eq!(told["newest"], json!([run + 2, run + 1]));
    for events in [&told["events"], &told["stored"]] {
        let events = events.as_array().unwrap();
        assert_eq!((&events[0], events.last().unwrap()), (&json!("run_started"), &json!("run_finished")));
        assert!(events.contains(&json!("agent_output")), "{events:?}");
    }
    let below = project.run(["runs", "show", &run.to_string(), "--json"]).assert_exit(0).events();
    let parent = events[0]["stream"].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(of_type(&below, "run_started")[0]["parent_run"], parent);
}

#[test]
fn a_workflow_that_runs_itself_fails_in_words() {
    let Some(project) = project() else { return };
    add(&project, "conductor", CONDUCTOR);
    let events = project.run(["run", "itself", "x", "--json"]).assert_exit(1).run();
    let reason = events.last().unwrap()["reason"].as_str().unwrap();
    assert!(reason.contains("8 deep") && reason.contains("starts itself"), "{reason}");
}

#[test]
fn what_is_not_granted_raises_a_permission_error() {
    let Some(project) = project() else { return };
    let manifest = |permissions: &str| MANIFEST.replace("read_workflow, write_workflow, execute_agent", permissions);
    let tried = |permissions: &str| {
        add_with(&project, "conductor", &manifest(permissions), CONDUCTOR);
        let events = project.run(["run", "tries", "x", "--json"]).assert_exit(0).run();
        of_type(&events, "final_result")[0]["results"].clone()
    };
    let refused = tried("write_workflow");
    let words = |at: usize| refused[at].as_str().unwrap();
    assert!(words(0).starts_with("conductor lacks permission: execute_agent (workflow:inner)"), "{refused}");
    assert!(words(1).starts_with("conductor lacks permission: execute_agent (workflow:inner)"), "{refused}");
    assert!(words(2).starts_with("conductor lacks permission: read_workflow"), "{refused}");

    // A scope that names the workflow is enough for its result, not for its events; its agents need a scope too.
    let refused = tried("write_workflow, {name: execute_agent, scope: [says, \"workflow:inner\"]}");
    assert_eq!(refused[0], json!(null));
    assert!(refused[1].as_str().unwrap().starts_with("conductor lacks permission: read_workflow"), "{refused}");
}

#[test]
fn a_route_runs_agents_and_workflows_as_runs_of_their_own() {
    let Some(project) = project() else { return };
    let manifest = MANIFEST.replace("read_workflow,", "access_api, read_workflow,");
    add_with(&project, "conductor", &manifest, CONDUCTOR);
    let answer = project.run(["api", "call", "GET", "/conduct/it", "--json"]).assert_exit(0).json();
    let body: serde_json::Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!((&body[0], &body[1]), (&json!("said from a route"), &json!("said there")));
    let run = body[2].as_u64().unwrap();
    let agent = project.run(["runs", "show", &(run - 1).to_string(), "--json"]).assert_exit(0).events();
    assert_eq!(of_type(&agent, "run_started")[0]["workflow_type"], "agent:says");
    let checked = of_type(&agent, "permission_checked");
    assert_eq!((&checked[0]["permission"], &checked[0]["plugin"]), (&json!("execute_agent"), &json!("conductor")));
}
