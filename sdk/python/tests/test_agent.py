"""Agents, in each of the forms that an author may write."""

import pytest

from orchestrator_sdk import BaseAgent
from orchestrator_sdk.testing import run_agent


class Streams(BaseAgent):
    async def _execute_task(self, request):
        yield "on "
        yield request["task"]


class Returns(BaseAgent):
    async def _execute_task(self, request):
        return "on " + request["task"]


class ReturnsStream(BaseAgent):
    async def _execute_task(self, request):
        async def stream():
            yield "on "
            yield request["task"]

        return stream()


class Plain(BaseAgent):
    def _execute_task(self, request):
        yield "on "
        yield request["task"]


@pytest.mark.asyncio
@pytest.mark.parametrize("agent_class", [Streams, Returns, ReturnsStream, Plain])
async def test_every_form_streams_its_text(agent_class):
    assert "".join(await run_agent(agent_class(), {"task": "it"})) == "on it"


@pytest.mark.asyncio
async def test_pieces_arrive_as_they_were_yielded():
    assert [piece async for piece in Streams().process_request({"task": "it"})] == ["on ", "it"]


@pytest.mark.asyncio
async def test_a_text_alone_is_the_task():
    assert await run_agent(Streams(), "it") == ["on ", "it"]


class Nothing(BaseAgent):
    async def _execute_task(self, request):
        self.request = request


class Number(BaseAgent):
    def _execute_task(self, request):
        return 7


class Dicts(BaseAgent):
    async def _execute_task(self, request):
        yield {"text": "no"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("agent_class", "message"),
    [
        (Nothing, "Nothing._execute_task returned nothing; write it as an async generator"),
        (Number, "Number._execute_task returned an int; write it as an async generator"),
        (
            Dicts,
            "Dicts._execute_task yielded a dict; write it as an async generator that yields str",
        ),
    ],
)
async def test_what_is_no_text_is_said_in_words(agent_class, message):
    with pytest.raises(TypeError) as raised:
        await run_agent(agent_class(), {})
    assert message in str(raised.value)


@pytest.mark.asyncio
async def test_an_agent_without_its_method_says_so():
    with pytest.raises(NotImplementedError, match="BaseAgent has no _execute_task"):
        await run_agent(BaseAgent(), {})


@pytest.mark.asyncio
@pytest.mark.parametrize("agent_class", [Streams, Plain])
async def test_closing_the_stream_runs_the_authors_finally(agent_class):
    closed = []

    class Closing(agent_class):
        def _execute_task(self, request):
            if agent_class is Plain:
                return plain()
            return streaming()

    async def streaming():
        try:
            yield "one"
            yield "two"
        finally:
            closed.append(True)

    def plain():
        try:
            yield "one"
            yield "two"
        finally:
            closed.append(True)

    output = Closing().process_request({})
    assert await output.__anext__() == "one"
    await output.aclose()
    assert closed == [True]


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "teller", "role": "Tells"},
        {"name": {"name": "teller", "role": "Tells"}},
        {"config": {"name": "teller", "role": "Tells"}},
    ],
)
def test_name_and_role_may_be_given_in_several_ways(arguments):
    agent = BaseAgent(**arguments)
    assert (agent.name, agent.role) == ("teller", "Tells")
    positional = BaseAgent("teller", "Tells")
    assert (positional.name, positional.role) == ("teller", "Tells")


def test_an_agent_without_a_name_has_its_classes():
    class TideTeller(BaseAgent):
        def __init__(self):
            self.own = True

    assert TideTeller().name == "tide_teller"
    assert TideTeller().logger.name == __name__
