"""From greeting to exit: initialization and its failures, shutdown, and code that misbehaves."""

from __future__ import annotations

import os
import signal

import pytest

AGENT = """
class Worker(BaseAgent):
    async def _execute_task(self, request):
        yield "worked"
"""


def plugin(body: str, above: str = "") -> str:
    """A `main.py` with an agent, some code above the plugin's class, and some in it."""
    import textwrap

    methods = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    agents = "    def get_agents(self):\n        return {'worker': Worker}\n"
    return f"{AGENT}\n{textwrap.dedent(above)}\nclass P(BasePlugin):\n{agents}{methods}\n"


def works(host) -> bool:
    return list(host.items(host.agent())) == ["worked"]


def test_the_child_greets_before_it_is_asked(start):
    hello = start().expect("hello")
    assert hello["protocol"] == {"major": 1, "minor": 2}
    assert "Python 3." in hello["software"]


def test_a_host_of_another_protocol_is_told_so(start):
    host = start()
    host.send({"type": "hello", "protocol": {"major": 9, "minor": 1}, "software": "later 9"})
    error = host.expect("initialize_failed")["error"]
    assert "later 9 speaks 9.1" in error["message"]


def test_a_plugin_describes_what_it_contributes(folder, start):
    main = """
    class Worker(BaseAgent):
        timeout = 2.5
        def __init__(self):
            super().__init__(name="worker", role="works")
        async def _execute_task(self, request):
            yield ""

    class Flow(BaseWorkflow):
        def __init__(self):
            super().__init__({"name": "flow", "description": "flows", "agents": ["worker"],
                              "config_schema": {"type": "object"}})
        async def execute(self, requirements, config=None):
            yield {"type": "final_result"}

    async def before(context):
        return context

    class P(BasePlugin):
        async def initialize(self):
            self.degraded_mode = "the service does not answer"
        def get_agents(self):
            return {"worker": Worker}
        def get_workflows(self):
            return {"flow": Flow}
        def register_hooks(self, hook_manager):
            hook_manager.register("pre_workflow_execution", before, priority=3, timeout=1.5)
    """
    described = start().initialize(folder(main))
    assert described == {
        "type": "initialized",
        "agents": [{"name": "worker", "role": "works", "provider": "Python", "timeout_ms": 2500}],
        "workflows": [
            {
                "name": "flow",
                "description": "flows",
                "agents": ["worker"],
                "config_schema": {"type": "object"},
            }
        ],
        "routes": [],
        "hooks": [
            {
                "hook": "pre_workflow_execution",
                "handler": "before",
                "priority": 3,
                "timeout_ms": 1500,
                "on_failure": "continue",
            }
        ],
        "degraded": "the service does not answer",
    }


@pytest.mark.parametrize(
    ("main", "said", "traced"),
    [
        ("import no_such_module", "no_such_module", "import no_such_module"),
        ("def broken(:\n    pass", "main.py", "^"),
        ("1 / 0", "ZeroDivisionError", "1 / 0"),
        (plugin("def __init__(self, config):\n    {}['key']"), "KeyError", "{}['key']"),
        (
            plugin("async def initialize(self):\n    raise PluginInitializationError('no server')"),
            "no server",
            "raise PluginInitializationError",
        ),
        (
            plugin("async def initialize(self):\n    raise OSError('no disk')"),
            "initialize failed: OSError: no disk (main.py, line ",
            "raise OSError",
        ),
        (plugin("async def initialize(self):\n    sys.exit(4)"), "SystemExit: 4", "sys.exit(4)"),
    ],
)
def test_failures_to_start_say_what_and_where(folder, start, main, said, traced):
    host = start()
    failed = host.initialize(folder(main))
    assert failed["type"] == "initialize_failed"
    assert failed["error"]["kind"] == "failed"
    assert said in failed["error"]["message"]
    assert traced in failed["error"]["traceback"]
    assert "orchestrator_sdk/" not in failed["error"]["traceback"]
    assert host.alive()
    assert host.shutdown() == {"type": "bye"}


def test_a_folder_without_a_plugin_is_said(folder, start):
    failed = start().initialize(folder("pass"))
    assert "defines no plugin" in failed["error"]["message"]


def test_calls_before_the_plugin_is_ready_are_refused_and_a_second_start_rejected(folder, start):
    host = start()
    host.greet()
    assert host.error(host.agent())["kind"] == "unavailable"
    host.initialize(folder(plugin("")))
    host.send({"type": "initialize"})
    assert "already" in host.expect("rejected")["reason"]
    assert works(host)


@pytest.mark.parametrize(
    "above",
    [
        "print('x' * 100_000); print('y', file=sys.stderr); os.write(1, b'raw')",
        "assert sys.stdin.read() == ''",
        "import io; sys.stdout = sys.stderr = io.StringIO(); print('lost')",
        "sys.stdout.close(); sys.stderr.close(); sys.stdin.close()",
        "sys.stdout = None; sys.stderr = None",
        "threading.Thread(target=time.sleep, args=(3600,)).start()",
        "os.close(3)",
        "os.dup2(1, 3); os.write(3, b'{}')",
        "logging.basicConfig(level=logging.DEBUG, force=False); logging.getLogger().info('x')",
        "asyncio.set_event_loop(asyncio.new_event_loop())",
        "asyncio.run(asyncio.sleep(0)) if False else None; import warnings; warnings.warn('w')",
        "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL)",
        "import subprocess; subprocess.run(['true'], check=True)",
        "import atexit; atexit.register(time.sleep, 3600)",
        "pid = os.fork()\nif pid == 0:\n    logger.info('from a fork')\n    os._exit(0)\n"
        "os.waitpid(pid, 0)",
    ],
)
def test_imports_that_misbehave_break_nothing(folder, start, above):
    host = start()
    assert host.initialize(folder(plugin("", above)))["type"] == "initialized"
    assert works(host)
    assert host.shutdown() == {"type": "bye"}
    assert host.exit() == 0


def test_an_import_that_ends_the_process_ends_it(folder, start):
    host = start()
    with pytest.raises(EOFError):
        host.initialize(folder(plugin("", "os._exit(9)")))
    assert host.exit() == 9


def test_what_is_printed_goes_to_standard_output(folder, start):
    host = start()
    host.initialize(folder(plugin("", "print('hello from main.py')")))
    host.shutdown()
    assert host.printed() == ("hello from main.py\n", "")


def test_shutdown_cancels_calls_then_closes_the_plugin_then_its_tasks(folder, start):
    body = """
    async def initialize(self):
        self.task = asyncio.create_task(self._tick())
    async def _tick(self):
        try:
            while True:
                await asyncio.sleep(0.01)
        finally:
            self.logger.info("the background task ended")
    async def shutdown(self):
        self.logger.info("shut down, and the task is done: %s", self.task.done())
    """
    above = """
    class Waits(BaseAgent):
        async def _execute_task(self, request):
            yield "waiting"
            try:
                await asyncio.sleep(3600)
            finally:
                logger.info("the call ended")
    Worker = Waits
    """
    host = start()
    host.initialize(folder(plugin(body, above)))
    call = host.agent()
    host.expect("item", id=call)
    assert host.shutdown() == {"type": "bye"}
    said = [m["message"] for m in host.aside if m["type"] == "log"]
    assert said == [
        "the call ended",
        "shut down, and the task is done: False",
        "the background task ended",
    ]
    assert host.error(call)["kind"] == "cancelled"
    assert host.exit() == 0


def test_a_shutdown_that_raises_is_told_in_the_farewell(folder, start):
    host = start()
    host.initialize(folder(plugin("async def shutdown(self):\n    raise OSError('stuck')")))
    bye = host.shutdown()
    assert "OSError: stuck" in bye["error"] and 'File "main.py"' in bye["error"]


def test_a_shutdown_that_takes_too_long_is_told_in_the_farewell(folder, start):
    body = "async def shutdown(self):\n    await asyncio.sleep(3600)"
    host = start()
    host.initialize(folder(plugin(body)))
    assert "took longer than 400 ms" in host.shutdown(400)["error"]
    assert host.exit() == 0


def test_code_that_ignores_its_cancellation_does_not_keep_the_process(folder, start):
    body = """
    async def initialize(self):
        asyncio.create_task(self._stubborn())
    async def _stubborn(self):
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                pass
    """
    host = start()
    host.initialize(folder(plugin(body)))
    assert "1 background tasks took no notice" in host.shutdown(1000)["error"]
    assert host.exit() == 0


def test_shutdown_during_initialization_ends_it(folder, start):
    body = """
    async def initialize(self):
        self.logger.info("starting")
        try:
            await asyncio.sleep(3600)
        finally:
            self.logger.info("interrupted")
    """
    host = start()
    host.greet()
    path = folder(plugin(body))
    message = {"type": "initialize", "name": "p", "config": {}, "plugin_dir": str(path)}
    host.send({**message, "data_dir": str(path.parent), "project_dir": str(path.parent)})
    host.log("starting")
    assert host.shutdown() == {"type": "bye"}
    assert "interrupted" in [m.get("message") for m in host.aside]
    assert host.exit() == 0


def test_the_hosts_end_is_the_plugins(folder, start, tmp_path):
    body = """
    async def shutdown(self):
        (self.data_dir / "closed").write_text("yes")
    """
    host = start()
    host.initialize(folder(plugin(body)))
    host.socket.close()
    assert host.exit() == 0
    assert (tmp_path / "data" / "closed").read_text() == "yes"


def test_sigterm_closes_the_plugin_and_sigint_does_not(folder, start):
    host = start()
    host.initialize(folder(plugin("async def shutdown(self):\n    self.logger.info('closing')")))
    os.kill(host.process.pid, signal.SIGINT)
    assert works(host)
    os.kill(host.process.pid, signal.SIGTERM)
    assert host.expect("bye") == {"type": "bye"}
    assert "closing" in [m.get("message") for m in host.aside]
    assert host.exit() == 0


def test_exit_in_a_background_task_closes_the_plugin_in_order(folder, start):
    body = """
    async def initialize(self):
        asyncio.get_running_loop().call_later(0.05, asyncio.ensure_future, self._leave())
    async def _leave(self):
        sys.exit(1)
    async def shutdown(self):
        self.logger.info("closing")
    """
    host = start()
    host.initialize(folder(plugin(body)))
    host.expect("bye")
    said = [m["message"] for m in host.aside if m["type"] == "log"]
    assert said == ["the plugin's code ended its own process", "closing"]
    assert host.exit() == 0


def test_a_plain_initialize_and_shutdown_will_do(folder, start):
    body = """
    def initialize(self):
        self.logger.info("started")
    def shutdown(self):
        self.logger.info("closing")
    """
    host = start()
    host.initialize(folder(plugin(body)))
    host.shutdown()
    assert [m["message"] for m in host.aside if m["type"] == "log"] == ["started", "closing"]
