"""The start and the end of an ASGI application."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from typing import Any

#: The longest that an application may take to end, in seconds.
_END = 2.0


class Lifespan:
    """An application, started when it is first asked for something.

    One without a lifespan is only called.
    """

    def __init__(self, app: Any, logger: logging.Logger) -> None:
        self.app = app
        #: What the application keeps for its requests.
        self.state: dict[str, Any] = {}
        self._logger = logger
        self._task: asyncio.Task[None] | None = None
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._started = asyncio.Event()
        self._ended = asyncio.Event()

    async def start(self) -> None:
        """Starts the application, once, and waits until it is."""
        if self._task is None:
            self._to_app.put_nowait({"type": "lifespan.startup"})
            self._task = asyncio.get_running_loop().create_task(self._live())
        await self._started.wait()

    async def end(self) -> None:
        """Ends the application, if it was started and knows of an end."""
        if self._task is None or self._task.done():
            return
        self._to_app.put_nowait({"type": "lifespan.shutdown"})
        ending = asyncio.get_running_loop().create_task(self._ended.wait())
        await asyncio.wait((ending, self._task), timeout=_END, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        self._task.cancel()

    async def _live(self) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            await self.app(scope, self._to_app.get, self._send)
        except Exception as error:
            # Most plain applications have no lifespan, and say so by an exception.
            self._logger.debug("the application has no lifespan: %r", error)
        finally:
            self._started.set()
            self._ended.set()

    async def _send(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind.endswith(".failed"):
            self._logger.error("%s: %s", kind, message.get("message", ""))
        if kind.startswith("lifespan.startup"):
            self._started.set()
        elif kind.startswith("lifespan.shutdown"):
            self._ended.set()
