"""Calling a plugin's routers without a socket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orchestrator_sdk.child import bodies
from orchestrator_sdk.child.errors import INVALID_REQUEST, NOT_FOUND, CallError
from orchestrator_sdk.child.lifespan import Lifespan

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable
    from typing import Any

#: The longest body of an answer, in bytes. As JSON it grows, and must stay below what a message may
#: have.
MAX_BODY = 16 * 1024 * 1024


class Api:
    """A plugin's routers as one."""

    def __init__(self, routers: Iterable[Any], logger: logging.Logger) -> None:
        self._apps = [Lifespan(app, logger) for app in _apps(list(routers))]
        self._logger = logger

    async def answer(self, target: dict[str, Any]) -> dict[str, Any]:
        """Answers a request (the protocol's `ApiRequest`) with an `ApiResponse`.

        Raises `CallError`.
        """
        if not self._apps:
            raise CallError(NOT_FOUND, "the plugin has no routes")
        first: dict[str, Any] | None = None
        for app in self._apps:
            await app.start()
            exchange = Exchange(target)
            scope = exchange.scope(app.state)
            try:
                await app.app(scope, exchange.receive, exchange.send)
            except Exception:
                what = f"{scope['method']} {scope['path']} failed"
                self._logger.exception(what)
                exchange.failed()
            response = exchange.response()
            if response["status"] != 404:
                return response
            # Another router may have the route; if none has, the first one's answer is as good as
            # any.
            first = first or response
        assert first is not None
        return first

    async def close(self) -> None:
        """Ends the lifespans that were started."""
        for app in self._apps:
            await app.end()


class Exchange:
    """One request and its answer, as an ASGI application sees them."""

    def __init__(self, target: dict[str, Any]) -> None:
        try:
            self._method = str(target["method"]).upper()
            self._path = str(target["path"])
            self._query = str(target.get("query", ""))
            self._headers = [(str(k), str(v)) for k, v in target.get("headers", ())]
            self._body = bodies.read(target)
        except (KeyError, TypeError, ValueError) as error:
            text = f"the request could not be understood: {error!r}"
            raise CallError(INVALID_REQUEST, text) from None
        self._asked = False
        self._over = asyncio.Event()
        self._status: int | None = None
        self._sent_headers: list[tuple[str, str]] = []
        self._sent: list[bytes] = []
        self._size = 0

    def scope(self, state: dict[str, Any]) -> dict[str, Any]:
        """The connection's scope."""
        from urllib.parse import unquote

        headers = [
            (k.lower().encode("latin-1", "replace"), v.encode("latin-1", "replace"))
            for k, v in self._headers
        ]
        if self._body and not any(key == b"content-length" for key, _ in headers):
            headers.append((b"content-length", str(len(self._body)).encode()))
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self._method,
            "scheme": "http",
            "path": unquote(self._path),
            "raw_path": self._path.encode("utf-8", "replace"),
            "query_string": self._query.encode("utf-8", "replace"),
            "root_path": "",
            "headers": headers,
            "client": None,
            "server": ("localhost", None),
            "state": dict(state),
            "extensions": {},
        }

    async def receive(self) -> dict[str, Any]:
        """The body, whole; then the end of the connection, once the answer is."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """Takes the answer's start and its body."""
        kind = message["type"]
        if kind == "http.response.start":
            self._status = int(message["status"])
            self._sent_headers = [(_latin(k), _latin(v)) for k, v in message.get("headers", ())]
        elif kind == "http.response.body":
            body = bytes(message.get("body", b""))
            self._size += len(body)
            if self._size > MAX_BODY:
                raise ValueError(f"the answer's body is longer than the limit of {MAX_BODY} bytes")
            self._sent.append(body)
            if not message.get("more_body", False):
                self._over.set()
        else:
            raise ValueError(f"`{kind}` can't be sent here; only http.response.start and .body can")

    def failed(self) -> None:
        """The application raised; an answer that is complete counts all the same."""
        if not self._over.is_set():
            self._status = None

    def response(self) -> dict[str, Any]:
        """The answer; one of the host's making if the application gave none."""
        if self._status is None:
            headers = [("content-type", "text/plain; charset=utf-8")]
            return {"status": 500, "headers": headers, "body": "Internal Server Error"}
        body = bodies.written(b"".join(self._sent))
        return {"status": self._status, "headers": self._sent_headers, **body}


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


def _latin(value: bytes | str) -> str:
    return value if isinstance(value, str) else bytes(value).decode("latin-1")
