"""One request and its answer, as an ASGI application sees them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from orchestrator_sdk.child import bodies
from orchestrator_sdk.child.errors import INVALID_REQUEST, CallError

if TYPE_CHECKING:
    from typing import TypeAlias

#: Takes the parts of an answer that is streamed, and waits until there is room for them.
SendPart: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]

#: The longest body that is sent whole, in bytes. What is longer, or not there at once, is streamed.
WHOLE = 1024 * 1024
#: The longest piece of a body that is streamed, in bytes.
PIECE = 256 * 1024
#: How long the head of an answer waits for its body, in seconds, before it is sent ahead.
AHEAD = 0.05
#: The longest body of a 404 that is kept while other routers are asked, in bytes.
_KEPT = 16 * 1024 * 1024


class Exchange:
    """Made from the protocol's `ApiRequest`. Raises `CallError` for one of a wrong shape."""

    def __init__(self, target: dict[str, Any], send: SendPart, is_last: bool) -> None:
        """`is_last` says that no other router is asked, if this one has no such route."""
        try:
            self._method = str(target["method"]).upper()
            self._path = str(target["path"])
            self._query = str(target.get("query", ""))
            self._headers = [(str(k), str(v)) for k, v in target.get("headers", ())]
            self._client = _address(target.get("client"))
            self._server = _address(target.get("server"))
            self._body = bodies.read(target)
        except (KeyError, TypeError, ValueError) as error:
            text = f"the request could not be understood: {error!r}"
            raise CallError(INVALID_REQUEST, text) from None
        #: Set when the answer is whole, or the application has ended without one.
        self.answered = asyncio.Event()
        #: Whether the answer goes out in parts, and whether it broke off.
        self.is_streamed = False
        self.is_broken = False
        self._send_part = send
        self._is_last = is_last
        self._asked = False
        self._gone = asyncio.Event()
        self._is_whole = False
        self._status: int | None = None
        self._sent_headers: list[tuple[str, str]] = []
        self._sent: list[bytes] = []
        self._size = 0
        # What is sent ahead must not overtake, or be overtaken.
        self._in_order = asyncio.Lock()
        self._ahead: asyncio.Task[None] | None = None

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
            # With 2.4, applications would learn of a client that is gone from `send` alone.
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self._method,
            "scheme": "http",
            "path": unquote(self._path),
            "raw_path": self._path.encode("utf-8", "replace"),
            "query_string": self._query.encode("utf-8", "replace"),
            "root_path": "",
            "headers": headers,
            "client": self._client,
            "server": self._server or ("localhost", None),
            "state": dict(state),
            "extensions": {},
        }

    async def receive(self) -> dict[str, Any]:
        """The body, whole; then the end of the connection: once the answer is whole, or nobody
        waits for it any more."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """Takes the answer's start and its body. Waits while nobody takes what is streamed."""
        kind = message["type"]
        if kind not in ("http.response.start", "http.response.body"):
            raise ValueError(f"`{kind}` can't be sent here; only http.response.start and .body can")
        if self._gone.is_set():
            # Nobody hears it, as behind any other server.
            return
        if kind == "http.response.start":
            self._begin(message)
        elif self._status is None:
            raise ValueError("`http.response.start` must be sent before a body")
        else:
            async with self._in_order:
                await self._take(bytes(message.get("body", b"")), message.get("more_body", False))

    def disconnect(self) -> None:
        """Nobody waits for the answer any more."""
        self._gone.set()
        self._no_head_ahead()

    def ended(self) -> None:
        """The application has returned, or raised; an answer that is whole counts all the same."""
        self._no_head_ahead()
        if not self._is_whole:
            self.is_broken = True
        self._gone.set()
        self.answered.set()

    def response(self) -> dict[str, Any]:
        """The answer; one of the host's making if the application gave none."""
        if self._status is None or self.is_broken:
            headers = [("content-type", "text/plain; charset=utf-8")]
            return {"status": 500, "headers": headers, "body": "Internal Server Error"}
        body = bodies.written(b"".join(self._sent))
        return {"status": self._status, "headers": self._sent_headers, **body}

    def _begin(self, message: dict[str, Any]) -> None:
        if self._status is not None:
            raise ValueError("`http.response.start` was sent twice")
        self._status = int(message["status"])
        self._sent_headers = [(_latin(k), _latin(v)) for k, v in message.get("headers", ())]
        if self._method == "HEAD":
            # The head is all of it, also of an answer that would never end.
            self._complete()
        elif self._may_stream():
            self._ahead = asyncio.get_running_loop().create_task(self._send_head_ahead())

    def _may_stream(self) -> bool:
        return self._is_last or self._status != 404

    async def _send_head_ahead(self) -> None:
        await asyncio.sleep(AHEAD)
        async with self._in_order:
            await self._start_stream()

    def _no_head_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.cancel()

    async def _take(self, body: bytes, more: bool) -> None:
        if self._is_whole:
            return
        if self.is_streamed:
            await self._send_pieces(body)
        else:
            self._sent.append(body)
            self._size += len(body)
            if self._may_stream():
                if more or self._size > WHOLE:
                    await self._start_stream()
            elif self._size > _KEPT:
                raise ValueError(f"the body of a 404 is longer than {_KEPT} bytes")
        if not more:
            self._complete()

    async def _start_stream(self) -> None:
        if self.is_streamed or self._is_whole:
            return
        self.is_streamed = True
        start = {"part": "start", "status": self._status, "headers": self._sent_headers}
        await self._send_part(start)
        body, self._sent = b"".join(self._sent), []
        await self._send_pieces(body)

    async def _send_pieces(self, body: bytes) -> None:
        for start in range(0, len(body), PIECE):
            if self._gone.is_set():
                return
            piece = bodies.written(body[start : start + PIECE])
            await self._send_part({"part": "piece", **piece})

    def _complete(self) -> None:
        self._is_whole = True
        self._no_head_ahead()
        self._gone.set()
        self.answered.set()


def _address(text: Any) -> tuple[str, int] | None:
    """`127.0.0.1:80` or `[::1]:80`. Raises `ValueError`."""
    if text is None:
        return None
    host, _, port = str(text).rpartition(":")
    return host.strip("[]"), int(port)


def _latin(value: bytes | str) -> str:
    return value if isinstance(value, str) else bytes(value).decode("latin-1")
