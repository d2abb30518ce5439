"""Calling a plugin's routers without a socket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orchestrator_sdk.child import documents
from orchestrator_sdk.child.errors import FAILED, NOT_FOUND, CallError
from orchestrator_sdk.child.exchange import Exchange
from orchestrator_sdk.child.lifespan import Lifespan

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable
    from typing import Any

    from orchestrator_sdk.child.exchange import SendPart

#: What an application may take to notice that nobody waits for its answer any more, in seconds; then
#: it is cancelled.
_NOTICE = 1.0
#: What work that goes on after an answer may take when the plugin closes, in seconds.
_REST = 2.0


class Api:
    """A plugin's routers as one."""

    def __init__(self, routers: Iterable[Any], logger: logging.Logger) -> None:
        self._apps = [Lifespan(app, logger) for app in _apps(list(routers))]
        self._logger = logger
        #: Applications at work: also those whose answer is whole and that have something left to do.
        self._running: set[asyncio.Task[None]] = set()

    async def answer(self, target: dict[str, Any], send: SendPart) -> dict[str, Any] | None:
        """Answers a request (the protocol's `ApiRequest`).

        Returns an `ApiResponse`, or nothing after the answer went to `send` in `ApiPart`s. Raises
        `CallError`.
        """
        if not self._apps:
            raise CallError(NOT_FOUND, "the plugin has no routes")
        first: dict[str, Any] | None = None
        for app in self._apps:
            await app.start()
            exchange = Exchange(target, send, is_last=app is self._apps[-1])
            scope = exchange.scope(app.state)
            task = asyncio.get_running_loop().create_task(self._run(app.app, scope, exchange))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            try:
                await exchange.answered.wait()
            except asyncio.CancelledError:
                exchange.disconnect()
                asyncio.get_running_loop().call_later(_NOTICE, task.cancel)
                raise
            if exchange.is_streamed:
                if exchange.is_broken:
                    raise CallError(FAILED, "the application failed in the middle of its answer")
                return None
            response = exchange.response()
            # Starlette tells which route it was; its own 404 is an answer, not a missing route.
            if response["status"] != 404 or "endpoint" in scope:
                return response
            # Another router may have the route; if none has, the first one's answer is as good as
            # any.
            first = first or response
        assert first is not None
        return first

    async def document(self) -> dict[str, Any] | None:
        """The OpenAPI document of the routers; nothing if none of them can make one."""
        return await documents.make([app.app for app in self._apps])

    async def close(self) -> None:
        """Lets what goes on after its answer come to its end, and ends the lifespans."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_REST)
            for task in late:
                task.cancel()
        for app in self._apps:
            await app.end()

    async def _run(self, app: Any, scope: dict[str, Any], exchange: Exchange) -> None:
        try:
            await app(scope, exchange.receive, exchange.send)
        except asyncio.CancelledError:
            raise
        except BaseException:
            # Also `SystemExit`: no request may end the process of the others.
            self._logger.exception("%s %s failed", scope["method"], scope["path"])
        finally:
            exchange.ended()


def _apps(routers: list[Any]) -> list[Any]:
    """The applications to ask, in order.

    FastAPI's routers become one, since they need an application's surroundings.
    """
    try:
        import fastapi
    except ImportError:
        return routers
    parts = [router for router in routers if isinstance(router, fastapi.APIRouter)]
    if not parts:
        return routers
    whole = fastapi.FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for part in parts:
        whole.include_router(part)
    return [whole, *(router for router in routers if router not in parts)]
