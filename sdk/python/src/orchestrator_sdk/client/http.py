"""As much of HTTP/1.1 as the control API needs, on asyncio's streams: a connection per request."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

#: The longest line of a header, and the most lines.
LINE_LIMIT = 64 * 1024
HEADER_LIMIT = 200
#: The longest answer that is kept whole, in bytes.
BODY_LIMIT = 256 * 1024 * 1024
PIECE = 64 * 1024

T = TypeVar("T")


class Server(NamedTuple):
    """Where requests go."""

    host: str
    port: int
    tls: bool
    #: What every path begins with.
    prefix: str
    #: The header `Host`.
    authority: str

    @staticmethod
    def of(url: str) -> Server:
        """Raises `ValueError` for what is no URL of a server."""
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is no URL of a server; write it as http://127.0.0.1:PORT")
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        authority = parts.netloc.rpartition("@")[2]
        return Server(parts.hostname, port, tls, parts.path.rstrip("/"), authority)


class Answer:
    """The beginning of an answer, and its body piece by piece."""

    def __init__(self, status: int, headers: Mapping[str, str], reader: asyncio.StreamReader):
        self.status = status
        #: By their names in lower case.
        self.headers = headers
        self._reader = reader

    async def pieces(self, quiet: float) -> AsyncGenerator[bytes, None]:
        """The body as it comes. Raises `ConnectionError` if it breaks off, and when nothing comes
        for `quiet` seconds."""
        with _as_connection_error():
            if self.headers.get("transfer-encoding", "").lower() == "chunked":
                while size := int((await self._line(quiet)).split(b";")[0], 16):
                    while size:
                        piece = await self._some(min(size, PIECE), quiet)
                        size -= len(piece)
                        yield piece
                    await self._line(quiet)
            elif (length := self.headers.get("content-length")) is not None:
                left = int(length)
                while left:
                    piece = await self._some(min(left, PIECE), quiet)
                    left -= len(piece)
                    yield piece
            elif self.status != 204:
                while piece := await within(quiet, self._reader.read(PIECE)):
                    yield piece

    async def body(self, timeout: float) -> bytes:
        """The whole body."""
        whole = bytearray()
        async for piece in self.pieces(timeout):
            whole += piece
            if len(whole) > BODY_LIMIT:
                raise ConnectionError(f"the answer is longer than {BODY_LIMIT} bytes")
        return bytes(whole)

    async def _line(self, quiet: float) -> bytes:
        line = await within(quiet, self._reader.readline())
        if not line.endswith(b"\n"):
            raise ConnectionError("the server closed the connection half way through its answer")
        return line.strip()

    async def _some(self, most: int, quiet: float) -> bytes:
        piece = await within(quiet, self._reader.read(most))
        if not piece:
            raise ConnectionError("the server closed the connection half way through its answer")
        return piece


@asynccontextmanager
async def sent(
    server: Server,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes | None,
    timeout: float,
) -> AsyncIterator[Answer]:
    """Sends a request; the connection is closed with the block.

    `timeout` is in seconds, for connecting and for the beginning of the answer. Raises
    `ConnectionError` and `TimeoutError`.
    """
    with _as_connection_error():
        tls = ssl.create_default_context() if server.tls else None
        opening = asyncio.open_connection(server.host, server.port, ssl=tls, limit=LINE_LIMIT)
        reader, writer = await within(timeout, opening)
    try:
        head = {"Host": server.authority, "Connection": "close", **headers}
        if body is not None:
            head |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [
            f"{method} {server.prefix}{path} HTTP/1.1",
            *(f"{k}: {v}" for k, v in head.items()),
        ]
        with _as_connection_error():
            writer.write("\r\n".join([*lines, "", ""]).encode() + (body or b""))
            await within(timeout, writer.drain())
            answer = await within(timeout, _begin(reader))
        yield answer
    finally:
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            # Until the descriptor is closed; a server that is gone does not hold it up.
            await asyncio.wait_for(writer.wait_closed(), 1)


async def _begin(reader: asyncio.StreamReader) -> Answer:
    status = (await reader.readline()).split(None, 2)
    if len(status) < 2 or not status[0].startswith(b"HTTP/1.") or not status[1].isdigit():
        raise ConnectionError("what answers there does not speak HTTP")
    headers: dict[str, str] = {}
    for _ in range(HEADER_LIMIT):
        line = await reader.readline()
        if line in (b"\r\n", b"\n"):
            return Answer(int(status[1]), headers, reader)
        if not line.endswith(b"\n"):
            raise ConnectionError("the server closed the connection before its answer")
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    raise ConnectionError("the answer has too many headers")


async def within(seconds: float, awaitable: Awaitable[T]) -> T:
    """Waits for it, so long; then raises the builtin `TimeoutError`, in all versions of Python."""
    try:
        return await asyncio.wait_for(awaitable, seconds)
    except asyncio.TimeoutError:
        raise TimeoutError(f"the server did not answer within {seconds:g} seconds") from None


@contextmanager
def _as_connection_error() -> Iterator[None]:
    """What goes wrong on the way becomes a `ConnectionError`, if it is none."""
    try:
        yield
    except (ConnectionError, TimeoutError):
        raise
    except (OSError, ValueError) as error:
        raise ConnectionError(f"the server can't be spoken with: {error}") from error
