"""Runs over connections that break, stall and come back."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from orchestrator_sdk.client import Orchestrator, RequestError, following

from .server import Server, answers, event, finished, raw, streams


@pytest.fixture(autouse=True)
def no_token(monkeypatch):
    monkeypatch.delenv("ORCHESTRATOR_TOKEN", raising=False)


async def seqs(client):
    return [event["seq"] async for event in client.events(7, follow=True)]


@pytest.mark.asyncio
async def test_a_stream_that_breaks_mid_event_goes_on_after_the_last_whole_one():
    half = event(3)[:20]
    async with Server(
        streams(b"retry: 1000\n\n", event(1), event(2) + half, whole=False),
        raw(b""),
        streams(event(2), event(3), event(4)),
        streams(finished(5)),
    ) as server:
        assert await seqs(Orchestrator(server.url, "t")) == [1, 2, 3, 4, 5]
    assert [asked.headers.get("last-event-id") for asked in server.asked] == [None, "2", "2", "4"]
    assert all(asked.headers["authorization"] == "Bearer t" for asked in server.asked)


@pytest.mark.asyncio
async def test_events_may_come_in_any_pieces():
    told = b": alive\n\n" + event(1, data={"text": "ümläut \\n"}) + finished(2)
    for size in (1, 7, len(told)):
        pieces = [told[at : at + size] for at in range(0, len(told), size)]
        async with Server(streams(*pieces)) as server:
            assert await seqs(Orchestrator(server.url)) == [1, 2]


@pytest.mark.asyncio
async def test_a_server_that_stays_away_is_given_up_in_words(monkeypatch):
    monkeypatch.setattr(following, "TRIES", 3)
    async with Server(*[raw(b"")] * 3) as server:
        with pytest.raises(ConnectionError, match=r"run #7 can't be followed: .* \(3 times"):
            await seqs(Orchestrator(server.url))


@pytest.mark.asyncio
async def test_a_silent_connection_counts_as_broken(monkeypatch):
    monkeypatch.setattr(following, "QUIET", 0.05)
    stalled = asyncio.Event()

    async def stalls(_asked, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + event(1))
        await writer.drain()
        await stalled.wait()

    async with Server(stalls, streams(finished(2))) as server:
        assert await seqs(Orchestrator(server.url)) == [1, 2]
        stalled.set()


@pytest.mark.asyncio
async def test_a_run_that_is_over_and_known_ends_at_once():
    async with Server(streams(event(1)), raw(b"HTTP/1.1 204 No Content\r\n\r\n")) as server:
        assert await seqs(Orchestrator(server.url)) == [1]


@pytest.mark.asyncio
async def test_a_refusal_is_not_tried_again():
    gone = {"title": "Not Found", "status": 404, "detail": "there is no run #7", "remedy": "look"}
    async with Server(answers(gone, 404)) as server:
        with pytest.raises(RequestError, match="there is no run #7\nlook") as refused:
            await seqs(Orchestrator(server.url))
    assert (refused.value.kind, refused.value.status) == ("not_found", 404)
    assert len(server.asked) == 1


@pytest.mark.asyncio
async def test_a_stream_that_is_left_cancels_its_run():
    waits = asyncio.Event()

    async def going(_asked, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + event(1))
        await writer.drain()
        await waits.wait()

    async with Server(answers({"run": 7}, 201), going, answers({})) as server:
        client = Orchestrator(server.url)
        async with aclosing(client.stream_workflow("x", "flow")) as events:
            async for _ in events:
                break
        assert [asked.path for asked in server.asked][-1] == "/api/v1/runs/7/cancel"
        waits.set()


@pytest.mark.asyncio
async def test_a_caller_that_is_cancelled_while_the_run_begins_cancels_it():
    asked, go = asyncio.Event(), asyncio.Event()

    async def slow(request, writer):
        asked.set()
        await go.wait()
        await answers({"run": 7}, 201)(request, writer)

    async with Server(slow, answers({})) as server:
        working = asyncio.ensure_future(Orchestrator(server.url).execute_workflow("x", "flow"))
        await asked.wait()
        working.cancel()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await working
        assert [request.path for request in server.asked][-1] == "/api/v1/runs/7/cancel"
