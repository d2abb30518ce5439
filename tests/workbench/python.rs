//! A Python plugin beside the native ones: the same panes, the same trace, and a process that can be killed.

use orchestrator::event::{Event, EventKind, PluginState};
use rustix::process::{Pid, Signal, kill_process};

use crate::bench::wide;
use crate::support::{ENTER, Project, Screen, skip};

/// Its agent says a word and waits for the file `go` in the project; its hook marks the context.
const MANIFEST: &str = "\
name: tally
version: 1.0.0
description: Counts words, slowly
provides:
  agents:
    - {name: counter, class: main.Counter}
  workflows:
    - {name: count_words, class: main.CountWords}
  hooks:
    - {name: pre_workflow_execution, handler: main.mark}
permissions:
  - read_workflow
  - write_workflow
  - {name: execute_agent, scope: [counter]}
";

const MAIN: &str = r#"import asyncio

from agents.base_agent import BaseAgent
from plugins.base import BasePlugin
from workflows.base_workflow import BaseWorkflow


class Tally(BasePlugin):
    """Looks at the project for its agent."""

    running = None

    async def initialize(self):
        Tally.running = self


def count(words):
    return len(words) / len([word for word in words if word != "nothing"])


class Counter(BaseAgent):
    def __init__(self):
        super().__init__(name="counter", role="Counts words")

    async def _execute_task(self, request):
        yield "counting\n"
        while not (Tally.running.project_dir / "go").exists():
            await asyncio.sleep(0.01)
        yield f"counted {count(request['task'].split())}\n"


class CountWords(BaseWorkflow):
    def __init__(self):
        super().__init__(
            {"name": "count_words", "description": "Counts words", "agents": ["counter"]}
        )

    async def execute(self, requirements, config=None):
        yield {"type": "phase_start", "phase": "counting"}
        text = await self._run_agent("counter", {"task": requirements, "context": {}})
        yield {"type": "final_result", "status": "completed", "results": {"said": text}}


async def mark(context):
    context["marked_by"] = "tally"
    return context
"#;

/// A wide workbench with the plugin selected and its process shown. Nothing, where there is no Python.
pub fn tallying() -> Option<(Project, Screen)> {
    let project = Project::new();
    project.write("plugins/tally/plugin.yaml", MANIFEST);
    project.write("plugins/tally/main.py", MAIN);
    let approved = project.run(["plugin", "approve", "tally"]).assert_exit(0);
    if approved.out.contains("there is no Python") {
        skip("there is no Python 3.10 or later");
        return None;
    }
    approved.assert_out("it is active");
    let mut screen = wide(&project);
    screen.send("G");
    screen.wait_for("Counts words, slowly");
    child(&screen, None);
    Some((project, screen))
}

/// The number of the selected plugin's process, as the plugin column shows it with the memory that it uses; `other`
/// was an earlier one's.
fn child(screen: &Screen, other: Option<u32>) -> u32 {
    let shown = |text: &str| {
        let line = text.lines().find_map(|line| line.split_once("child ").map(|(_, rest)| rest))?;
        let process = line.split_whitespace().next()?.parse().ok()?;
        (text.contains("/512 MB") && Some(process) != other).then_some(process)
    };
    shown(&screen.wait_until("the child with its memory", |text| shown(text).is_some())).unwrap()
}

#[test]
fn it_streams_into_its_pane_and_the_trace_shows_what_its_hook_changed() {
    let Some((project, mut screen)) = tallying() else { return };
    screen.launch("count_words", "one two three", &[]);
    let text = screen.wait_until("the first word", |text| text.contains("┃counting "));
    assert!(text.contains("1 run live"), "the run was over before its agent was:\n{text}");
    project.write("go", "");
    let text = screen.wait_for("count_words #1  ✓ completed");
    assert!(text.contains("counter ✓ completed") && text.contains("counted 1.0"), "{text}");
    let handler = |text: &str| text.lines().any(|line| line.contains(" tally ") && line.contains("✓ changed"));
    assert!(handler(&text), "no handler of the plugin's in the trace:\n{text}");
    screen.send("t/");
    screen.wait_for("find ");
    screen.send("pre_workflow");
    screen.send(ENTER);
    screen.wait_until("what the hook added", |text| {
        text.lines().any(|line| line.contains("+ ") && line.contains(r#""marked_by": "tally""#))
    });
    screen.quit();
}

#[test]
fn its_process_can_be_killed_in_a_run_and_the_next_run_has_a_new_one() {
    let Some((project, mut screen)) = tallying() else { return };
    let first = child(&screen, None);
    screen.launch("count_words", "one two three", &[]);
    screen.wait_until("the first word", |text| text.contains("┃counting "));
    kill_process(Pid::from_raw(first.try_into().unwrap()).unwrap(), Signal::KILL).unwrap();
    let text = screen.wait_for("count_words #1  ✗ failed");
    assert!(text.contains("SIGKILL"), "no reason:\n{text}");
    assert!(text.contains("┃counting "), "what was said is gone:\n{text}");
    screen.wait_until("the plugin's return", |text| text.contains("● tally"));
    child(&screen, Some(first));
    project.write("go", "");
    // The dialog remembers what was typed.
    screen.launch("count_words", " four", &[]);
    let text = screen.wait_for("count_words #2  ✓ completed");
    assert!(text.contains("counted 1.0"), "{text}");
    screen.quit();
    // On the screen it may be over too soon to be seen.
    let is_tally = |event: &Event| event.plugin.as_ref().is_some_and(|plugin| plugin.as_str() == "tally");
    let states = project.host_events().into_iter().filter(is_tally).filter_map(|event| match event.kind {
        EventKind::PluginState { state, .. } => Some(state),
        _ => None,
    });
    let after_the_crash: Vec<_> = states.skip_while(|state| *state != PluginState::Crashed).collect();
    assert!(after_the_crash.contains(&PluginState::Active), "{after_the_crash:?}");
}

#[test]
fn an_exception_shows_the_plugins_own_lines_in_the_pane_and_in_the_trace() {
    let Some((project, mut screen)) = tallying() else { return };
    project.write("go", "");
    screen.launch("count_words", "nothing", &[]);
    let text = screen.wait_for("count_words #1  ✗ failed");
    assert!(text.contains("counter ✗ failed"), "{text}");
    let line = MAIN.lines().position(|line| line.contains("return len(words)")).unwrap() + 1;
    let place = format!(r#"┃  File "main.py", line {line}, in count"#);
    assert!(text.contains(&place), "no `{place}` in the pane:\n{text}");
    assert!(text.contains("┃ZeroDivisionError: division by zero"), "{text}");
    assert!(!text.contains("orchestrator_sdk/"), "not only the plugin's own lines:\n{text}");
    screen.send("t/");
    screen.wait_for("find ");
    screen.send("the agent counter failed");
    screen.send(ENTER);
    screen.wait_until("the traceback in the trace", |text| text.contains(&place.replace('┃', "│")));
    screen.quit();
    assert!(project.log().contains(place.trim_start_matches('┃').trim()), "{}", project.log());
}
