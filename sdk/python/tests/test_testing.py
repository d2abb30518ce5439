"""The helpers for authors, with a plugin in the shape of the guide."""

from pathlib import Path

import pytest

from orchestrator_sdk import BasePlugin, HookDenied
from orchestrator_sdk.testing import FakeHost, api, run_hook, running

TIDES = Path(__file__).parent / "plugins" / "tide_tables"


@pytest.fixture
async def tides():
    pytest.importorskip("yaml", reason="only PyYAML can read what plugin.yaml declares")
    host = FakeHost(agents={"pilot_agent": lambda request: f"enter, {request['task']} deep"})
    async with running(TIDES, {"log_level": "DEBUG"}, host=host) as plugin:
        yield plugin


@pytest.mark.asyncio
async def test_a_plugin_runs_with_what_its_code_and_its_manifest_give(tides):
    assert tides.plugin.open
    assert list(tides.components.agents) == ["tide_teller", "depth_reader"]
    handlers = [(handler.hook, handler.name) for handler in tides.components.hooks]
    assert handlers == [
        ("pre_workflow_execution", "note_the_harbour"),
        ("post_workflow_execution", "sum_up"),
    ]
    assert tides.plugin.config["harbour"] == "Anywhere"
    assert tides.plugin.config["log_level"] == "DEBUG"


@pytest.mark.asyncio
async def test_agents_run_by_name(tides):
    assert await tides.run_agent("depth_reader", "abc") == "3 metres"


@pytest.mark.asyncio
async def test_a_workflow_runs_the_plugins_agents_and_those_of_the_test(tides):
    events = await tides.run_workflow("harbour_entry", "Bremen", about={"harbour": "B"})
    assert [event["type"] for event in events] == ["phase_start", "phase_complete", "final_result"]
    assert events[1]["result"].endswith("Bremen is at noon\nComplete.\n")
    assert events[2]["results"] == {"advice": "enter, 6 metres deep"}
    ran = dict(tides.host.requests)
    assert sorted(ran) == ["depth_reader", "pilot_agent", "tide_teller"]
    assert ran["tide_teller"]["context"]["harbour"] == "B"


@pytest.mark.asyncio
async def test_hooks_change_what_they_are_given(tides):
    context = await tides.run_hook("pre_workflow_execution", {"requirements": "cork"})
    assert context == {"requirements": "cork", "harbour": "Cork"}
    result = await tides.run_hook("post_workflow_execution", context, {"status": "completed"})
    assert result == {"status": "completed", "entered": "Cork"}


@pytest.mark.asyncio
async def test_routes_are_called_without_a_socket(tides):
    async with tides.api() as client:
        answer = await client.get("/tides/status?day=1", query={"hour": 2})
        assert (answer.status, answer.json()["query"]) == (200, "day=1&hour=2")
        assert answer.headers["content-type"] == "application/json"
    sent = await api(tides.plugin).post("/tides/status", json={"a": [1]})
    assert sent.json()["sent"] == {"a": [1]}
    assert (await api(tides.plugin).get("/elsewhere")).status == 404


def test_a_plugin_without_routers_is_said():
    with pytest.raises(ValueError, match="the plugin has no routers"):
        api(BasePlugin())


class Ordered(BasePlugin):
    def register_hooks(self, hook_manager):
        for name in ("pre_workflow_execution", "post_workflow_execution"):
            hook_manager.register(name, self.late)
            hook_manager.register(name, self.early, priority=9)

    def early(self, *payload):
        return {"order": [*payload[-1]["order"], "early"]}

    def late(self, *payload):
        return {"order": [*payload[-1]["order"], "late"]}


@pytest.mark.asyncio
async def test_hooks_run_in_the_hosts_order():
    payload = {"order": []}
    before = await run_hook(Ordered(), "pre_workflow_execution", payload)
    assert before["order"] == ["early", "late"]
    after = await run_hook(Ordered(), "post_workflow_execution", {}, payload)
    assert after["order"] == ["late", "early"]
    with pytest.raises(ValueError, match="no handler of run_end"):
        await run_hook(Ordered(), "run_end", {})


class Refusing(BasePlugin):
    def register_hooks(self, hook_manager):
        @hook_manager.register("pre_workflow_execution")
        async def refuse(context):
            raise HookDenied("closed")


@pytest.mark.asyncio
async def test_a_denial_is_raised():
    with pytest.raises(HookDenied, match="closed"):
        await run_hook(Refusing(), "pre_workflow_execution", {})
