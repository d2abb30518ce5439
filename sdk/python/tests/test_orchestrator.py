"""`self.orchestrator`, without a host and with one that a test makes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from orchestrator_sdk import AgentError, BaseAgent, BaseWorkflow, HostError, RunFailed
from orchestrator_sdk.testing import FakeHost, run_agent, run_workflow


class Asks(BaseAgent):
    """Does with the orchestrator what the test says."""

    def __init__(self, does):
        super().__init__("asks")
        self.does = does

    async def _execute_task(self, request):
        yield repr(await self.does(self.orchestrator))


async def asked(does, host):
    """What `does` gives within a call."""
    found = []

    async def kept(orchestrator):
        found.append(await does(orchestrator))

    await run_agent(Asks(kept), "", host=host)
    return found[0]


@pytest.mark.asyncio
async def test_agents_are_run_as_in_the_guide():
    host = FakeHost(agents={"shout": lambda request: iter([request["task"].upper(), "!"])})

    async def does(orchestrator):
        text = await orchestrator.run_agent("shout", {"task": "x", "options": {"format": "json"}})
        pieces = [piece async for piece in orchestrator.stream_agent("shout", "y")]
        with pytest.raises(AgentError, match="no host here that could run the agent other"):
            await orchestrator.run_agent("other")
        return text, pieces

    assert await asked(does, host) == ("X!", ["Y", "!"])
    assert host.requests[0] == ("shout", {"task": "x", "options": {"format": "json"}})


async def tidy(requirements, config):
    yield {"type": "phase_start", "phase": "one"}
    yield {"note": requirements}
    yield {"type": "final_result", "status": "completed", "results": config, "more": 1}


@pytest.mark.asyncio
async def test_a_workflow_gives_its_result_and_its_events():
    host = FakeHost(workflows={"tidy": tidy, "count": lambda requirements, config: 7})

    async def does(orchestrator):
        result = await orchestrator.execute_workflow(
            requirements="all", workflow_type="tidy", config={"a": 1}
        )
        events = [event async for event in orchestrator.stream_workflow("all", "tidy")]
        plain = await orchestrator.execute_workflow("", "count")
        return result, events, plain

    result, events, plain = await asked(does, host)
    assert result.pop("duration") >= 0
    assert result == {"status": "completed", "results": {"a": 1}, "more": 1, "run_id": 1}
    kinds = ["run_started", "phase_start", "workflow_event", "final_result", "run_finished"]
    assert [event["type"] for event in events] == kinds
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]
    assert (events[1]["phase"], events[2]["data"], events[4]["status"]) == (
        "one",
        {"note": "all"},
        "completed",
    )
    assert (plain["results"], plain["run_id"]) == (7, 3)
    assert host.launched[0] == ("tidy", "all", {"a": 1})


@pytest.mark.asyncio
async def test_a_run_that_does_not_complete_is_an_exception():
    async def gives_up(requirements, config):
        yield {"type": "final_result", "status": "failed", "results": "half"}

    async def breaks(requirements, config):
        yield {}
        raise ValueError("no good")

    async def refused(requirements, config):
        yield {}
        raise PermissionError("p lacks permission: spawn")

    host = FakeHost(workflows={"gives_up": gives_up, "breaks": breaks, "refused": refused})

    async def does(orchestrator):
        with pytest.raises(RunFailed, match="run #1 failed: the workflow says") as failed:
            await orchestrator.execute_workflow("", "gives_up")
        assert (failed.value.run_id, failed.value.status) == (1, "failed")
        assert failed.value.result["results"] == "half"
        seen = []
        with pytest.raises(RunFailed, match="ValueError: no good"):
            async for event in orchestrator.stream_workflow("", "breaks"):
                seen.append(event["type"])
        assert seen == ["run_started", "workflow_event", "run_finished"]
        with pytest.raises(PermissionError, match="lacks permission: spawn"):
            await orchestrator.execute_workflow("", "refused")
        with pytest.raises(HostError, match="no host here that could run the workflow x") as gone:
            await orchestrator.execute_workflow("", "x")
        assert gone.value.kind == "not_found"

    await asked(does, host)


@pytest.mark.asyncio
async def test_what_is_denied_raises():
    does_all = {
        "execute_agent": lambda o: o.execute_workflow("", "w"),
        "read_workflow": lambda o: o.runs(),
    }
    for permission, do in does_all.items():
        host = FakeHost(workflows={"w": lambda *_: 1}, denied=[permission])

        async def does(orchestrator, do=do, permission=permission):
            with pytest.raises(PermissionError, match=f"lacks permission: {permission}"):
                await do(orchestrator)

        await asked(does, host)

    async def streams(orchestrator):
        assert (await orchestrator.execute_workflow("", "w"))["results"] == 1
        with pytest.raises(PermissionError, match="read_workflow"):
            async for _ in orchestrator.stream_workflow("", "w"):
                pass

    await asked(streams, FakeHost(workflows={"w": lambda *_: 1}, denied=["read_workflow"]))


@pytest.mark.asyncio
async def test_what_happened_can_be_read():
    host = FakeHost(workflows={"tidy": tidy})

    async def does(orchestrator):
        await orchestrator.execute_workflow("a", "tidy")
        await orchestrator.execute_workflow("b", "tidy")
        assert [run["requirements"] for run in await orchestrator.runs()] == ["b", "a"]
        assert len(await orchestrator.runs(limit=1)) == 1
        run = await orchestrator.run(1)
        assert (run["status"], run["last_seq"]) == ("completed", 5)
        events = [event async for event in orchestrator.events(1, from_seq=4)]
        assert [event["seq"] for event in events] == [4, 5]
        with pytest.raises(HostError, match="there is no run #9"):
            await orchestrator.run(9)

    await asked(does, host)


@pytest.mark.asyncio
async def test_a_run_is_followed_to_its_end_and_ends_when_nobody_wants_it():
    going, cleaned = asyncio.Event(), asyncio.Event()

    async def waits(requirements, config):
        try:
            yield {"at": 1}
            await going.wait()
            yield {"at": 2}
        finally:
            cleaned.set()

    host = FakeHost(workflows={"waits": waits})

    async def does(orchestrator):
        working = asyncio.ensure_future(orchestrator.execute_workflow("", "waits"))
        while not await orchestrator.runs():
            await asyncio.sleep(0)
        seen = []
        async with aclosing(orchestrator.events(1, follow=True)) as events:
            async for event in events:
                seen.append(event["type"])
                going.set()
        assert seen[-1] == "run_finished"
        await working
        assert cleaned.is_set()

        going.clear(), cleaned.clear()
        async with aclosing(orchestrator.stream_workflow("", "waits")) as events:
            async for event in events:
                if event["type"] == "workflow_event":
                    break
        assert cleaned.is_set()
        assert (await orchestrator.run(2))["status"] == "cancelled"

    await asked(does, host)


class Outer(BaseWorkflow):
    async def execute(self, requirements, config=None):
        inner = await self.orchestrator.execute_workflow(requirements, "inner")
        yield {"type": "final_result", "status": "completed", "results": inner["results"]}


@pytest.mark.asyncio
async def test_a_workflow_runs_another_one():
    host = FakeHost(workflows={"inner": lambda requirements, config: requirements[::-1]})
    events = await run_workflow(Outer(), "abc", host=host)
    assert events[-1]["results"] == "cba"


@pytest.mark.asyncio
async def test_a_plugin_without_a_host_runs_what_is_its_own(load_plugin):
    loaded = load_plugin(
        """
        from agents.base_agent import BaseAgent
        from plugins.base import BasePlugin
        from workflows.base_workflow import BaseWorkflow

        class Says(BaseAgent):
            async def _execute_task(self, request):
                yield "said " + request["task"]

        class Flow(BaseWorkflow):
            async def execute(self, requirements, config=None):
                text = await self.orchestrator.run_agent("says", requirements)
                yield {"type": "final_result", "status": "completed", "results": text}

        class P(BasePlugin):
            def get_agents(self):
                return {"says": Says}
            def get_workflows(self):
                return {"flow": Flow}
        """
    )
    result = await loaded.plugin.orchestrator.execute_workflow("it", "flow")
    assert result["results"] == "said it"


def test_a_component_may_have_one_of_its_own():
    agent = Asks(None)
    agent.orchestrator = mine = object()
    assert agent.orchestrator is mine
