"""The end of a plugin: its calls, its own `shutdown`, and whatever it left running."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orchestrator_sdk.child import tracebacks

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable
    from typing import Any

    from orchestrator_sdk.child.peer import Peer
    from orchestrator_sdk.child.serving import Ready

#: The longest that open calls may take to notice that they were cancelled, in seconds.
_CALLS_TO_END = 2.0
#: The same for tasks that the plugin left running.
_TASKS_TO_END = 0.5


async def stop(
    peer: Peer, starting: asyncio.Task[None] | None, ready: Ready | None, limit: float
) -> str | None:
    """Ends everything within about `limit` seconds. Says what went wrong, if anything."""
    loop = asyncio.get_running_loop()
    # What comes after the plugin's own part needs a little of the time.
    deadline = loop.time() + limit - min(_TASKS_TO_END, limit / 4)
    problems = []
    if starting is not None and not starting.done():
        starting.cancel()
        await asyncio.wait((starting,), timeout=limit / 4)
    peer.cancel_incoming("the plugin is shutting down")
    late = await _ended(peer.tasks(), min(_CALLS_TO_END, limit / 2))
    if late:
        problems.append(f"{late} calls took no notice of being cancelled")
    if ready is not None:
        problem = await _shutdown(ready, max(0.0, deadline - loop.time()), limit)
        if problem is not None:
            problems.append(problem)
    ours = asyncio.current_task()
    left = [task for task in asyncio.all_tasks() if task is not ours]
    for task in left:
        task.cancel()
    late = await _ended(left, min(_TASKS_TO_END, limit / 4))
    if late:
        problems.append(f"{late} background tasks took no notice of being cancelled")
    return "; ".join(problems) or None


async def at_most(work: Coroutine[Any, Any, None], seconds: float) -> None:
    """Waits for `work`, but not longer than that, and not for its cancellation either."""
    task = asyncio.get_running_loop().create_task(work)
    await asyncio.wait((task,), timeout=seconds)
    task.cancel()


async def _shutdown(ready: Ready, seconds: float, limit: float) -> str | None:
    task = asyncio.get_running_loop().create_task(ready.shutdown())
    await asyncio.wait((task,), timeout=seconds)
    if not task.done():
        task.cancel()
        return f"the plugin's shutdown took longer than {int(limit * 1000)} ms"
    if task.cancelled():
        return "the plugin's shutdown was cancelled by its own code"
    error = task.exception()
    return None if error is None else f"the plugin's shutdown failed\n{tracebacks.describe(error)}"


async def _ended(tasks: Iterable[asyncio.Task[Any]], seconds: float) -> int:
    """Waits for tasks; says how many did not end."""
    waiting = set(tasks)
    if not waiting:
        return 0
    _, late = await asyncio.wait(waiting, timeout=seconds)
    return len(late)
