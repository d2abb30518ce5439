"""Workflows, and what they ask of the host."""

import asyncio

import pytest

from orchestrator_sdk import AgentError, BaseWorkflow, ExecError, ExecResult
from orchestrator_sdk.context import ExecOutput
from orchestrator_sdk.testing import FakeHost, run_workflow


class Flow(BaseWorkflow):
    def __init__(self, steps):
        super().__init__({"name": "flow", "description": "Tries", "agents": ["a", "b"]})
        self.steps = steps

    async def execute(self, requirements, config=None):
        yield {"result": await self.steps(self, requirements)}


async def result_of(steps, host=None, **options):
    (event,) = await run_workflow(Flow(steps), "dig", host=host, **options)
    return event["result"]


def test_the_config_tells_the_description():
    flow = Flow(None)
    assert (flow.name, flow.description, flow.agents) == ("flow", "Tries", ["a", "b"])
    assert flow.config_schema is None
    assert BaseWorkflow().name == "BaseWorkflow"


def test_one_that_forgets_to_call_super_has_everything():
    class Forgets(BaseWorkflow):
        def __init__(self):
            self.own = 1

    flow = Forgets()
    assert (flow.name, flow.description, flow.agents, flow.config) == ("Forgets", "", [], {})
    assert flow.config_schema is None
    assert flow.logger.name == __name__


@pytest.mark.asyncio
async def test_an_agents_whole_text_comes_back():
    async def steps(flow, requirements):
        return await flow._run_agent("digger", {"task": requirements, "context": {}})

    async def digger(request):
        yield "dug "
        yield request["task"]

    host = FakeHost(agents={"digger": digger})
    assert await result_of(steps, host) == "dug dig"
    assert host.requests == [("digger", {"task": "dig", "context": {}})]


@pytest.mark.asyncio
async def test_agents_run_in_parallel_within_the_same_call():
    both = asyncio.Event()
    started = []

    async def meet(request):
        started.append(request["task"])
        if len(started) == 2:
            both.set()
        await both.wait()
        return request["task"]

    async def steps(flow, requirements):
        tasks = [flow._run_agent("meet", task) for task in ("a", "b")]
        return await asyncio.wait_for(asyncio.gather(*tasks), 30)

    assert await result_of(steps, FakeHost(agents={"meet": meet})) == ["a", "b"]


@pytest.mark.asyncio
async def test_an_agents_text_can_be_taken_as_it_comes():
    async def steps(flow, requirements):
        return [piece async for piece in flow._run_agent_stream("two")]

    async def two(request):
        yield "one"
        yield "two"

    assert await result_of(steps, FakeHost(agents={"two": two})) == ["one", "two"]


@pytest.mark.asyncio
async def test_a_denied_run_raises_the_builtin_error():
    async def steps(flow, requirements):
        await flow._run_agent("digger")

    with pytest.raises(PermissionError, match="^Plugin lacks permission: execute_agent$"):
        await result_of(steps, FakeHost(agents={"digger": str}, denied=["execute_agent"]))


@pytest.mark.asyncio
async def test_a_failed_agent_is_an_agent_error_with_its_message():
    async def broken(request):
        raise RuntimeError("the spade broke")

    async def steps(flow, requirements):
        await flow._run_agent("broken")

    with pytest.raises(AgentError, match="the spade broke"):
        await result_of(steps, FakeHost(agents={"broken": broken}))


@pytest.mark.asyncio
async def test_without_a_host_an_unknown_agent_is_refused_with_what_to_do():
    with pytest.raises(AgentError) as raised:
        await Flow(None)._run_agent("planner_agent")
    assert raised.value.kind == "not_found"
    assert "FakeHost(agents=" in str(raised.value)


@pytest.mark.asyncio
async def test_the_context_is_that_of_the_run():
    async def steps(flow, requirements):
        return flow.context

    about = {"run_id": "r7", "added_by_a_hook": True}
    context = await result_of(steps, about=about)
    assert (context["run_id"], context["requirements"]) == ("r7", "dig")
    assert context["added_by_a_hook"] is True
    assert Flow(None).context == {}


@pytest.mark.asyncio
async def test_a_program_runs_directly_with_its_input_and_environment():
    async def steps(flow, requirements):
        script = 'read line; echo "$line $WORD"; echo bad >&2; exit 3'
        return await flow._exec("sh", ["-c", script], stdin="in\n", env={"WORD": "out"})

    assert await result_of(steps) == ExecResult(3, "in out\n", "bad\n")


@pytest.mark.asyncio
async def test_a_program_that_is_not_there_is_an_error():
    async def steps(flow, requirements):
        await flow._exec("no-such-program")

    with pytest.raises(ExecError, match="no-such-program can't be started"):
        await result_of(steps)


@pytest.mark.asyncio
async def test_a_programs_output_can_be_taken_as_it_comes():
    async def steps(flow, requirements):
        return [piece async for piece in flow._exec_stream("git", ["log"], cwd="sub")]

    host = FakeHost(programs={"git": lambda request: f"{request.cwd}: {request.args}"})
    expected = [ExecOutput("stdout", "sub: ('log',)"), ExecResult(0)]
    assert await result_of(steps, host) == expected
    with pytest.raises(PermissionError, match="spawn"):
        await result_of(steps, FakeHost(denied=["spawn"]))
