"""Following a run's events over connections that may break."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any

from orchestrator_sdk.client import problems, sse
from orchestrator_sdk.client.http import Answer

#: Without a byte for so long a connection counts as broken; the server says something every 15
#: seconds.
QUIET = 60.0
#: How often in a row it is connected again in vain before it is given up.
TRIES = 8
#: Answers of a server that may answer otherwise a moment later.
BUSY = (429, 502, 503, 504)

Connect = Callable[[Mapping[str, str]], AbstractAsyncContextManager[Answer]]


async def follow(
    connect: Connect, from_seq: int, what: str
) -> AsyncGenerator[dict[str, Any], None]:
    """A run's events from the one numbered `from_seq` to the last, each once and in order.

    `connect` opens the stream, with these headers. A connection that breaks is made again, and goes
    on after the last event that was given. Raises `ConnectionError` when that does not help.
    """
    last, failed = from_seq - 1, 0
    while True:
        why: Exception
        try:
            headers = {"Accept": "text/event-stream"}
            if last > 0:
                headers["Last-Event-ID"] = str(last)
            async with connect(headers) as answer:
                if answer.status == 204:
                    return
                if answer.status in BUSY:
                    raise ConnectionError(f"the server answered {answer.status}")
                if answer.status != 200:
                    raise problems.raised(answer.status, await answer.body(QUIET), what)
                pieces = answer.pieces(QUIET)
                async with aclosing(pieces), aclosing(sse.data(pieces)) as told:
                    async for text in told:
                        event = json.loads(text)
                        if event["seq"] <= last:
                            continue
                        last, failed = event["seq"], 0
                        yield event
                        if event["type"] == "run_finished":
                            return
            why = ConnectionError("the server ended the stream before the run was over")
        except PermissionError:
            raise
        except (ConnectionError, TimeoutError) as error:
            why = error
        failed += 1
        if failed >= TRIES:
            text = f"{what} can't be followed: {why} ({failed} times in a row)"
            raise ConnectionError(text) from why
        await asyncio.sleep(min(0.05 * 2**failed, 2.0))
