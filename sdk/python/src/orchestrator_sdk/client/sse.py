"""Server-sent events, read as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

#: The longest event, in bytes.
EVENT_LIMIT = 64 * 1024 * 1024


async def data(pieces: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    """The `data` of each event. One that is not complete when the pieces end is left out."""
    rest = bytearray()
    lines: list[str] = []
    async for piece in pieces:
        looked_at = max(len(rest) - 1, 0)
        rest += piece
        while (end := rest.find(b"\n", looked_at)) >= 0:
            line, looked_at = bytes(rest[:end]).rstrip(b"\r").decode(errors="replace"), 0
            del rest[: end + 1]
            if line:
                field, _, value = line.partition(":")
                if field == "data":
                    lines.append(value.removeprefix(" "))
            elif lines:
                yield "\n".join(lines)
                lines = []
        if len(rest) + sum(map(len, lines)) > EVENT_LIMIT:
            raise ConnectionError(f"the server sent an event of more than {EVENT_LIMIT} bytes")
