//! The Python client, against the real server.

use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::{MANIFEST, add_with, project};
use crate::support::{Finished, Live, PATIENCE, Project};

const PAGE: &str = include_str!("../../../docs/python-client.md");

/// A server, with the project that it serves.
struct Served {
    server: Live,
    url: String,
}

impl Served {
    fn start(project: &Project) -> Self {
        let mut server = Live::start(project, ["serve", "--port", "0", "--json"]);
        let view = server.next().unwrap();
        Served { server, url: format!("http://{}", view["address"].as_str().unwrap()) }
    }

    /// Runs a Python program in the project's folder, as its user would.
    fn python(&self, project: &Project, program: &str) -> Finished {
        let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk/python/src");
        let mut python = Command::new("python3");
        python.args(["-B", "-c", program]).current_dir(project.dir()).stdin(Stdio::null());
        python.envs(project.environment()).env("PYTHONPATH", sdk).env("ORCHESTRATOR_URL", &self.url);
        python.env_remove("ORCHESTRATOR_TOKEN");
        Finished::of(python, PATIENCE)
    }

    fn stop(self) {
        self.server.signal(Signal::TERM);
        self.server.finish().assert_exit(0);
    }
}

#[test]
fn the_documented_examples_run() {
    let Some(project) = project() else { return };
    let served = Served::start(&project);
    let blocks: Vec<&str> = PAGE.split("```python\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 4);
    let said: Vec<String> = blocks.iter().map(|block| served.python(&project, block).assert_exit(0).out).collect();
    assert!(said[0].contains("completed {"), "{}", said[0]);
    assert!(said[1].contains("phase "), "{}", said[1]);
    assert!(said[2].contains("plan_execute_review completed") && said[2].contains("run_finished"), "{}", said[2]);
    assert!(said[3].contains("'workflow_type'"), "{}", said[3]);
    served.stop();
}

/// Agents and workflows that are slow enough to be cancelled, and fail as they are told.
const PLUGIN: &str = "
class Slow(BaseAgent):
    async def _execute_task(self, request):
        yield request.get('options', {}).get('greeting', 'hello')
        if request['task'] == 'hang':
            await asyncio.sleep(3600)
        if request['task'] == 'fail':
            raise ValueError('no tea')

class Many(BaseWorkflow):
    async def execute(self, requirements, config=None):
        for number in range(int(requirements)):
            yield {'number': number}
        if (config or {}).get('hang'):
            await asyncio.sleep(3600)
        yield {'type': 'final_result', 'status': 'completed', 'results': int(requirements)}

class Tea(BasePlugin):
    def get_agents(self):
        return {'slow': Slow}
    def get_workflows(self):
        return {'many': Many}
    def register_hooks(self, hooks):
        async def louder(context, output):
            return output.upper()
        hooks.register('post_agent_execution', louder)
";

const CLIENT: &str = "
import asyncio, json
from contextlib import aclosing
from orchestrator_sdk import AgentError, RunFailed
from orchestrator_sdk.client import Orchestrator, RequestError

async def main():
    said = {}
    async with Orchestrator() as o:
        said['text'] = await o.run_agent('slow', {'task': 'x', 'options': {'greeting': 'good day'}})
        try:
            await o.run_agent('slow', 'fail')
        except AgentError as error:
            said['failed'] = str(error)
        try:
            await o.run_agent('slwo')
        except RequestError as error:
            said['unknown'] = [error.status, error.problem['remedy']]
        events = [event async for event in o.stream_workflow('3000', 'many')]
        said['seqs'] = [event['seq'] for event in events] == list(range(1, len(events) + 1))
        said['count'] = sum(event['type'] == 'workflow_event' for event in events)
        async with aclosing(o.stream_workflow('1', 'many', {'hang': True})) as events:
            async for event in events:
                if event['type'] == 'workflow_event':
                    break
        said['left'] = await ended(o)
        waiting = asyncio.ensure_future(o.run_agent('slow', 'hang'))
        number = said['left'][0]
        while (await o.runs(1))[0]['id'] == number:
            await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait([waiting])
        said['cancelled'] = (await ended(o))[1:]
        limited = Orchestrator(run_timeout=0.2)
        try:
            await limited.execute_workflow('1', 'many', {'hang': True})
        except RunFailed as error:
            said['limited'] = [error.status, str(error)]
        try:
            await Orchestrator(token='wrong').runs()
        except RequestError as error:
            said['wrong'] = error.kind
    print(json.dumps(said))

async def ended(o):
    number = (await o.runs(1))[0]['id']
    last = [event async for event in o.events(number, follow=True)][-1]
    return [number, last['status'], last['reason']]

asyncio.run(main())
";

#[test]
fn a_program_runs_agents_and_workflows_over_http() {
    let Some(project) = project() else { return };
    add_with(&project, "tea", MANIFEST, PLUGIN);
    let served = Served::start(&project);
    let said: Value = served.python(&project, CLIENT).assert_exit(0).json();
    assert_eq!(said["text"], "GOOD DAY", "as the hook left it");
    assert!(said["failed"].as_str().unwrap().contains("no tea"), "{said}");
    assert_eq!(said["unknown"][0], 404);
    assert!(said["unknown"][1].as_str().unwrap().contains("`slow`"), "{said}");
    assert_eq!((&said["seqs"], &said["count"]), (&json!(true), &json!(3000)));
    assert_eq!(said["left"][1], "cancelled");
    assert_eq!(said["cancelled"][0], "cancelled");
    assert_eq!(said["limited"][0], "failed");
    assert!(said["limited"][1].as_str().unwrap().contains("longer than"), "{said}");
    assert_eq!(said["wrong"], "unauthorized");
    served.stop();
}
