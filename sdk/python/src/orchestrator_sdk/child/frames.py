"""Frames:

a length as four bytes, least significant first, and as many bytes of one JSON message.
"""

from __future__ import annotations

#: The largest message that either side accepts in one frame, in bytes.
MAX_FRAME = 16 * 1024 * 1024
#: The bytes of a frame's length.
HEADER = 4


class FrameError(Exception):
    """The other side broke the framing. What follows can't be read any more."""


def frame(payload: bytes) -> bytes:
    """The frame that carries `payload`, which must not be longer than `MAX_FRAME`."""
    return len(payload).to_bytes(HEADER, "little") + payload


class FrameReader:
    """Cuts a stream of bytes into the messages it carries."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytearray]:
        """Takes in what was read, and return the messages that it completes.

        Raises `FrameError` for a length beyond the limit, before anything of that length is kept.
        """
        buffer = self._buffer
        buffer += data
        messages = []
        start, end = 0, len(buffer)
        while end - start >= HEADER:
            body = start + HEADER
            length = int.from_bytes(buffer[start:body], "little")
            if length > MAX_FRAME:
                raise FrameError(
                    f"a frame of {length} bytes is longer than the limit of {MAX_FRAME}"
                )
            if end - body < length:
                break
            messages.append(buffer[body : body + length])
            start = body + length
        del buffer[:start]
        return messages
