"""A server that does what a real one can't be made to do: break off, stall, answer nonsense."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


Handler = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers each request with the next of `handlers`, and remembers all requests."""

    def __init__(self, *handlers: Handler) -> None:
        self._handlers = list(handlers)
        self.asked: list[Asked] = []
        #: Set when a connection was closed by the client before it was answered whole.
        self.left = asyncio.Event()

    async def __aenter__(self) -> Server:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        asked = Asked(method, path, headers, json.loads(body) if body else None)
        self.asked.append(asked)
        try:
            await self._handlers.pop(0)(asked, writer)
        finally:
            writer.close()


def answers(value: Any, status: int = 200) -> Handler:
    """A whole answer."""

    async def handler(_: Asked, writer: asyncio.StreamWriter) -> None:
        body = json.dumps(value).encode()
        kind = "application/problem+json" if status >= 400 else "application/json"
        head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return handler


def streams(*pieces: bytes, whole: bool = True) -> Handler:
    """Server-sent events in chunks as they are given; not `whole`: then the connection breaks."""

    async def handler(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces:
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
        if whole:
            writer.write(b"0\r\n\r\n")
        else:
            await writer.drain()
            writer.transport.abort()

    return handler


def raw(data: bytes) -> Handler:
    """These bytes, and no more."""

    async def handler(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return handler


def event(seq: int, kind: str = "workflow_event", **fields: Any) -> bytes:
    """An event of run 7 as the server writes it."""
    told = {"v": 1, "stream": "7", "seq": seq, "type": kind, **fields}
    return f"id: {seq}\nevent: {kind}\ndata: {json.dumps(told)}\n\n".encode()


def finished(seq: int, status: str = "completed", **fields: Any) -> bytes:
    """The last event."""
    return event(seq, "run_finished", status=status, duration_us=1500, **fields)
