"""Workflows: their dicts, their context, and what they ask of the host."""

from __future__ import annotations

import pytest

PLUGIN = """
class Flow(BaseWorkflow):
    async def execute(self, requirements, config=None):
        yield {"type": "phase_start", "phase": "one"}
        streamed = []
        async for piece in self._run_agent_stream("other", "a task"):
            streamed.append(piece)
        result = await self._exec("git", ["log"], cwd="sub", env={"A": "1"})
        yield {
            "type": "final_result",
            "requirements": requirements,
            "config": config,
            "run_id": self.context["run_id"],
            "streamed": streamed,
            "exec": [result.code, result.stdout, result.stderr],
        }

class Stops(BaseWorkflow):
    async def execute(self, requirements, config=None):
        async for piece in self._run_agent_stream("other", "a task"):
            break
        yield {"type": "final_result"}

class NoJson(BaseWorkflow):
    async def execute(self, requirements, config=None):
        yield {"type": "final_result", "results": {"when": {1, 2}}}

class Text(BaseWorkflow):
    async def execute(self, requirements, config=None):
        yield "text"

class P(BasePlugin):
    def get_workflows(self):
        return {"flow": Flow, "stops": Stops, "no_json": NoJson, "text": Text}
"""


@pytest.fixture
def host(folder, start):
    host = start()
    assert host.initialize(folder(PLUGIN))["type"] == "initialized"
    return host


def test_a_workflow_streams_runs_agents_and_programs(host):
    call = host.workflow(config={"deep": True}, context={"run_id": "r1"})
    assert host.expect("item", id=call)["value"] == {"type": "phase_start", "phase": "one"}
    run = host.expect("call", parent=call)
    assert run["target"]["stream"] is True
    for piece in ("a", "b"):
        host.send({"type": "item", "id": run["id"], "value": piece})
    host.send({"type": "end", "id": run["id"], "value": {"output": "ab"}})
    program = host.expect("call", parent=call)
    assert program["target"] == {
        "kind": "exec",
        "program": "git",
        "args": ["log"],
        "env": {"A": "1"},
        "dir": "sub",
    }
    for stream, text in (("stdout", "out"), ("stderr", "err")):
        host.send({"type": "item", "id": program["id"], "value": {"stream": stream, "text": text}})
    host.send({"type": "end", "id": program["id"], "value": {"signal": 9}})
    assert host.expect("item", id=call)["value"] == {
        "type": "final_result",
        "requirements": "do it",
        "config": {"deep": True},
        "run_id": "r1",
        "streamed": ["a", "b"],
        "exec": [-9, "out", "err"],
    }
    assert host.end(call) is None


def test_credit_for_a_nested_stream_is_given_back(host):
    call = host.workflow(context={"run_id": "r"})
    run = host.expect("call", parent=call)
    assert run["credit"] == {"items": 256, "bytes": 1024 * 1024}
    for _ in range(256):
        host.send({"type": "item", "id": run["id"], "value": "x"})
    given = 0
    while given < 256:
        given += host.expect("credit", id=run["id"])["more"]["items"]
    assert given == 256


def test_a_host_that_ignores_the_credit_loses_that_call(host):
    call = host.workflow(name="stops")
    run = host.expect("call", parent=call)
    large = "x" * 900_000
    # One write, so that nothing is consumed in between.
    import json

    item = json.dumps({"type": "item", "id": run["id"], "value": large}).encode()
    host.socket.sendall((len(item).to_bytes(4, "little") + item) * 2)
    assert host.expect("cancel", id=run["id"])
    assert host.alive()


def test_leaving_a_nested_stream_cancels_it(host):
    call = host.workflow(name="stops")
    run = host.expect("call", parent=call)
    host.send({"type": "item", "id": run["id"], "value": "x"})
    assert host.expect("cancel", id=run["id"])
    assert [item["type"] for item in host.items(call)] == ["final_result"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("no_json", "set is not JSON serializable"), ("text", "yielded a str")],
)
def test_what_is_no_dict_of_json_is_an_error_in_words(host, name, said):
    error = host.error(host.workflow(name=name))
    assert said in error["message"]
    assert name in error["message"]


def test_a_config_that_is_no_object_is_refused(host):
    assert host.error(host.workflow(config=[1]))["kind"] == "invalid_request"
