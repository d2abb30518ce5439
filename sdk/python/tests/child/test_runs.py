"""Runs that a plugin starts and reads, as messages."""

from __future__ import annotations

import pytest

PLUGIN = """
class Flow(BaseWorkflow):
    async def execute(self, requirements, config=None):
        asked = self.orchestrator
        async def tried(awaited):
            try:
                return await awaited
            except Exception as error:
                return f"{type(error).__name__}: {error}"
        if requirements == "run":
            yield {"told": await tried(asked.execute_workflow("it", "other", {"a": 1}))}
        elif requirements == "stream":
            async for event in asked.stream_workflow("it", "other"):
                yield {"told": event}
        elif requirements == "read":
            yield {"told": await tried(asked.runs(3))}
            yield {"told": await tried(asked.run(7))}
            yield {"told": [event["seq"] async for event in asked.events(7)]}

class P(BasePlugin):
    async def initialize(self):
        async def later():
            try:
                await self.orchestrator.run_agent("other")
            except Exception as error:
                self.logger.info("refused: %s", error)
        self.task = asyncio.create_task(later())
    def get_workflows(self):
        return {"flow": Flow}
"""


@pytest.fixture
def host(folder, start):
    host = start()
    assert host.initialize(folder(PLUGIN))["type"] == "initialized"
    return host


def asks(host, call, **fields):
    """The plugin's next call on the host; its number."""
    asked = host.expect("call", parent=call)
    assert asked["target"] == fields
    return asked["id"]


def flow(host, requirements):
    return host.open({"kind": "workflow", "name": "flow", "requirements": requirements})


def told(host, call):
    return host.expect("item", id=call)["value"]["told"]


RUN = {
    "kind": "run_workflow",
    "workflow_type": "other",
    "requirements": "it",
    "config": {"a": 1},
    "stream": False,
}


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (
            {"run": 9, "status": "completed", "result": {"status": "completed", "results": 5}},
            {"status": "completed", "results": 5, "run_id": 9},
        ),
        (
            {"run": 9, "status": "cancelled", "reason": "by Ada"},
            "RunFailed: run #9 was cancelled: by Ada",
        ),
        (
            {"run": 9, "status": "denied", "reason": "q lacks permission: write_workflow"},
            "PermissionError: q lacks permission: write_workflow",
        ),
    ],
)
def test_a_workflow_is_run_and_its_end_told(host, outcome, expected):
    call = flow(host, "run")
    host.send({"type": "end", "id": asks(host, call, **RUN), "value": outcome})
    assert told(host, call) == expected


def test_a_missing_permission_raises(host):
    call = flow(host, "run")
    error = {"kind": "permission_denied", "message": "p lacks permission: execute_agent"}
    host.send({"type": "error", "id": asks(host, call, **RUN), "error": error})
    assert told(host, call) == "PermissionError: p lacks permission: execute_agent"


def test_events_come_as_they_happen_and_a_failure_ends_them(host):
    call = flow(host, "stream")
    asked = asks(host, call, **{**RUN, "config": {}, "stream": True})
    host.send({"type": "item", "id": asked, "value": {"type": "run_started", "seq": 1}})
    assert told(host, call) == {"type": "run_started", "seq": 1}
    outcome = {"run": 9, "status": "failed", "reason": "no tea"}
    host.send({"type": "end", "id": asked, "value": outcome})
    assert "run #9 failed: no tea" in host.expect("error", id=call)["error"]["message"]


def test_a_cancelled_workflow_cancels_what_it_runs(host):
    call = flow(host, "stream")
    asked = asks(host, call, **{**RUN, "config": {}, "stream": True})
    host.send({"type": "cancel", "id": call, "reason": "enough"})
    host.expect("cancel", id=asked)


def test_the_history_is_read_page_by_page(host):
    call = flow(host, "read")
    asked = asks(host, call, kind="read_runs", read="list", limit=3)
    host.send({"type": "item", "id": asked, "value": {"id": 8}})
    host.send({"type": "end", "id": asked})
    assert told(host, call) == [{"id": 8}]
    asked = asks(host, call, kind="read_runs", read="run", run=7)
    host.send({"type": "end", "id": asked, "value": {"id": 7}})
    assert told(host, call) == {"id": 7}
    for first, following in ((1, 3), (3, None)):
        wanted = {"kind": "read_runs", "read": "events", "run": 7, "from_seq": first, "limit": 500}
        asked = asks(host, call, **wanted)
        for seq in (first, first + 1):
            host.send({"type": "item", "id": asked, "value": {"seq": seq}})
        host.send({"type": "end", "id": asked, "value": {"next_seq": following}})
    assert told(host, call) == [1, 2, 3, 4]


def test_outside_of_a_call_the_host_is_asked_and_refuses(host):
    asked = host.expect("call")
    assert asked.get("parent") is None
    error = {"kind": "invalid_request", "message": "not within a call"}
    host.send({"type": "error", "id": asked["id"], "error": error})
    assert host.expect("log")["message"] == "refused: not within a call"
