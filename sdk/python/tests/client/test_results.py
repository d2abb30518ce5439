"""What runs come to, what is refused, and who is let in."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from orchestrator_sdk import AgentError, RunFailed
from orchestrator_sdk.client import Orchestrator, RequestError, token

from .server import Server, answers, event, finished, raw, streams


@pytest.fixture(autouse=True)
def no_token(monkeypatch):
    monkeypatch.delenv("ORCHESTRATOR_TOKEN", raising=False)


def agent_events(*after: bytes, status="completed", **fields):
    return streams(
        event(1, "run_started"),
        event(2, "agent_started", span=1, agent="a"),
        event(3, "agent_started", span=2, parent=1, agent="helper"),
        event(4, "agent_output", span=2, agent="helper", items=["not its own"]),
        event(5, "agent_output", span=1, agent="a", items=["one ", "two"]),
        *after,
        finished(9, status, **fields),
    )


@pytest.mark.asyncio
async def test_an_agent_gives_its_own_text():
    async with Server(
        answers({"run": 7}, 201), agent_events(), answers({"run": 7}, 201), agent_events()
    ) as server:
        client = Orchestrator(server.url, run_timeout=2.5)
        request = {"task": "Process", "context": {"a": 1}, "options": {"format": "json"}}
        assert await client.run_agent("a b", request) == "one two"
        assert [piece async for piece in client.stream_agent("a b", "x")] == ["one ", "two"]
    first = server.asked[0]
    assert (first.method, first.path) == ("POST", "/api/v1/agents/a%20b/runs")
    more = {"options": {"format": "json"}}
    sent = {"task": "Process", "context": {"a": 1}, "more": more, "timeout_ms": 2500}
    assert first.body == sent


@pytest.mark.asyncio
async def test_what_hooks_made_of_the_text_counts():
    changed = event(
        6,
        "hook_finished",
        span=3,
        parent=1,
        hook="post_agent_execution",
        outcome="changed",
        after={"hash": "sha256:ab", "bytes": 5},
    )
    async with Server(answers({"run": 7}, 201), agent_events(changed), answers("THREE")) as server:
        assert await Orchestrator(server.url).run_agent("a") == "THREE"
        assert server.asked[-1].path == "/api/v1/bodies/sha256%3Aab"


@pytest.mark.asyncio
async def test_runs_that_do_not_complete_raise():
    cases = [
        ("failed", AgentError, RunFailed),
        ("cancelled", AgentError, RunFailed),
        ("denied", PermissionError, PermissionError),
    ]
    for status, of_agent, of_workflow in cases:
        started, ended = answers({"run": 7}, 201), agent_events(status=status, reason="no tea")
        async with Server(started, ended, started, ended) as server:
            client = Orchestrator(server.url)
            with pytest.raises(of_agent, match="no tea"):
                await client.run_agent("a")
            with pytest.raises(of_workflow, match="no tea"):
                await client.execute_workflow("x", "flow")


@pytest.mark.asyncio
async def test_a_workflow_gives_its_final_result():
    final = event(2, "final_result", status="completed", results=[1], extra={"note": "x"})
    async with Server(answers({"run": 7}, 201), streams(final, finished(3))) as server:
        result = await Orchestrator(server.url).execute_workflow(
            requirements="build", workflow_type="flow", config={"a": 1}
        )
    assert result == {
        "status": "completed",
        "results": [1],
        "note": "x",
        "duration": 0.0015,
        "run_id": 7,
    }
    sent = {"workflow_type": "flow", "requirements": "build", "config": {"a": 1}}
    assert server.asked[0].body == sent


@pytest.mark.asyncio
async def test_stored_events_end_with_the_last_one_there_is():
    run = {"id": 7, "status": None, "last_seq": 2}
    async with Server(answers(run), streams(event(2), event(3)), answers(run)) as server:
        client = Orchestrator(server.url)
        assert [event["seq"] async for event in client.events(7, from_seq=2)] == [2]
        assert server.asked[1].headers["last-event-id"] == "1"
        assert [event["seq"] async for event in client.events(7, from_seq=3)] == []


@pytest.mark.asyncio
async def test_refusals_are_exceptions():
    missing = {
        "type": "/docs#problem-permission",
        "status": 403,
        "detail": "echo lacks permission: access_api",
        "remedy": "grant it",
    }
    async with Server(answers(missing, 403), answers({"detail": "wrong token"}, 401)) as server:
        client = Orchestrator(server.url)
        with pytest.raises(PermissionError, match="echo lacks permission: access_api\ngrant it"):
            await client.runs()
        with pytest.raises(RequestError, match="ORCHESTRATOR_TOKEN") as unknown:
            await client.runs()
        assert unknown.value.kind == "unauthorized"


@pytest.mark.asyncio
async def test_what_can_not_be_spoken_with_is_a_connection_error():
    nonsense = [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}"]
    nonsense.append(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
    nonsense.append(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nno!")
    async with Server(*map(raw, nonsense)) as server:
        for _ in nonsense:
            with pytest.raises(ConnectionError):
                await Orchestrator(server.url).runs()
    with pytest.raises(ConnectionError):
        await Orchestrator(server.url).runs()
    with pytest.raises(ValueError, match="no URL"):
        Orchestrator("ftp://x")


@pytest.mark.asyncio
async def test_a_server_that_does_not_answer_takes_too_long():
    ended = asyncio.Event()

    async def silent(_asked, _writer):
        await ended.wait()

    async with Server(silent) as server:
        with pytest.raises(TimeoutError, match="within 0.05 seconds"):
            await Orchestrator(server.url, timeout=0.05).runs()
        ended.set()


def test_the_token_is_given_set_or_the_projects(tmp_path, monkeypatch):
    monkeypatch.setenv("ORCHESTRATOR_STATE_DIR", str(tmp_path / "state"))
    project = tmp_path / "my project"
    (project / "plugins").mkdir(parents=True)
    assert token.find(project) is None
    digest = hashlib.sha256(bytes(project.resolve())).hexdigest()[:16]
    file = tmp_path / "state" / "projects" / f"my_project-{digest}" / "server" / "token"
    assert token.file_of(project) == file
    file.parent.mkdir(parents=True)
    file.write_text("of the file\n")
    assert token.find(project) == "of the file"
    monkeypatch.setenv("ORCHESTRATOR_TOKEN", "set")
    assert token.find(project) == "set"
