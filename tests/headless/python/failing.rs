//! Plugins that fail, and what is said of it.

use serde_json::{Value, json};

use super::{add, add_with, project};
use crate::support::of_type;

const FAILS: &str = "
class Breaks(BaseAgent):
    async def _execute_task(self, request):
        yield 'so far\\n'
        self._saw(request)
    def _saw(self, request):
        raise ValueError('the branch is off')

class Falls(BaseWorkflow):
    async def execute(self, requirements, config=None):
        yield {'type': 'phase_start', 'phase': 'falling'}
        {}['ground']

async def trips(context):
    raise RuntimeError('over its own feet')

class Fails(BasePlugin):
    def get_agents(self):
        return {'breaks': Breaks}
    def get_workflows(self):
        return {'falls': Falls}
    def register_hooks(self, hooks):
        hooks.register('pre_workflow_execution', trips)
";

/// A traceback of the plugin's own lines alone.
#[track_caller]
fn assert_traceback(reason: &Value, message: &str, places: &[&str]) {
    let reason = reason.as_str().unwrap();
    assert!(reason.contains(message), "{reason}");
    for place in places {
        assert!(reason.contains(place), "`{place}` is not in:\n{reason}");
    }
    assert_eq!(reason.matches("  File ").count(), places.len(), "{reason}");
}

#[test]
fn an_exception_shows_where_in_the_plugins_own_lines() {
    let Some(project) = project() else { return };
    add(&project, "fails", FAILS);
    let events = project.run(["agent", "run", "breaks", "x", "--json"]).assert_exit(1).run();
    let finished = of_type(&events, "agent_finished")[0];
    assert_eq!(finished["status"], "failed");
    let places = ["File \"main.py\", line 10, in _execute_task", "File \"main.py\", line 12, in _saw"];
    assert_traceback(&finished["reason"], "ValueError: the branch is off", &places);

    let events = project.run(["run", "falls", "x", "--json"]).assert_exit(1).run();
    let hook = of_type(&events, "hook_finished").into_iter().find(|event| event["plugin"] == "fails").unwrap();
    assert_eq!(hook["outcome"], "failed");
    assert_traceback(&hook["reason"], "RuntimeError: over its own feet", &["File \"main.py\", line 20, in trips"]);
    let last = &events.last().unwrap()["reason"];
    assert_traceback(last, "KeyError: 'ground'", &["File \"main.py\", line 17, in execute"]);
    assert!(last.as_str().unwrap().contains("over its own feet"), "a failed hook is told at the end too: {last}");
}

#[test]
fn a_mistake_that_only_the_sdk_notices_is_said_in_words_alone() {
    let Some(project) = project() else { return };
    let main = "
class Dicts(BaseAgent):
    async def _execute_task(self, request):
        yield {'text': 'hello'}

class Returns(BaseWorkflow):
    def __init__(self):
        self.own = 1
    async def execute(self, requirements, config=None):
        self.logger.info('%s returns', self.name)
        return [1]

class Odd(BasePlugin):
    def get_agents(self):
        return {'dicts': Dicts}
    def get_workflows(self):
        return {'returns': Returns}
";
    add(&project, "odd", main);
    let events = project.run(["agent", "run", "dicts", "x", "--json"]).assert_exit(1).run();
    assert_traceback(&events.last().unwrap()["reason"], "Dicts._execute_task yielded a dict", &[]);
    let events = project.run(["run", "returns", "x", "--json"]).assert_exit(1).run();
    assert_traceback(&events.last().unwrap()["reason"], "the workflow returns returned a list", &[]);
    assert_eq!(of_type(&events, "plugin_log")[0]["message"], "Returns returns");
}

#[test]
fn what_can_not_start_is_broken_and_what_can_do_a_part_is_degraded() {
    let Some(project) = project() else { return };
    let main = "
class Unable(BasePlugin):
    async def initialize(self):
        raise PluginInitializationError('the moon is not up')
";
    add(&project, "unable", main);
    let main = "
class Raises(BasePlugin):
    async def initialize(self):
        self._connect()
    def _connect(self):
        raise OSError('nobody answers')
";
    add(&project, "raises", main);
    let main = "
class Half(BasePlugin):
    async def initialize(self):
        self.degraded_mode = 'one lamp of two is lit'
";
    add(&project, "half", main);
    let main = "
class Typo(BasePlugin):
    pass
";
    let manifest = "version: 1.0.0\ndescription: x\nprovides:\n  agents:\n    - {name: reader, class: agents.Raeder}\n";
    project.write("plugins/typo/agents/readers.py", "class Reader:\n    pass\n");
    add_with(&project, "typo", manifest, main);
    for (plugin, state, words) in [
        ("unable", "broken", "the moon is not up"),
        ("raises", "broken", "initialize failed: OSError: nobody answers (main.py, line 11)"),
        ("half", "degraded", "one lamp of two is lit"),
        ("typo", "broken", "did you mean `Reader`?"),
    ] {
        let listed = project.plugin(plugin);
        assert_eq!(listed["state"], json!(state), "{listed}");
        assert!(listed["reason"].as_str().unwrap().contains(words), "{listed}");
    }
}
