"""Runs that must not go on when nobody waits for them any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

#: What cancelling a run may take, in seconds.
LIMIT = 5.0

Cancel = Callable[[int], Awaitable[None]]


async def started(starting: Coroutine[Any, Any, Any], cancel: Cancel) -> int:
    """The number of the run that `starting` starts.

    If the caller is cancelled meanwhile, a run that begins all the same is cancelled.
    """
    task = asyncio.ensure_future(starting)
    try:
        answer = await asyncio.shield(task)
    except asyncio.CancelledError:
        with suppress(Exception):
            await asyncio.wait_for(cancel((await task)["run"]), LIMIT)
        raise
    return int(answer["run"])


class Going:
    """A run that was started."""

    over = False


@asynccontextmanager
async def cancelling(run_id: int, cancel: Cancel) -> AsyncIterator[Going]:
    """Cancels the run at the end of the block, unless it is over."""
    going = Going()
    try:
        yield going
    finally:
        if not going.over:
            # It may just have ended, or the server may be gone: nobody is there to be told.
            with suppress(Exception):
                await asyncio.wait_for(cancel(run_id), LIMIT)
