"""Messages too long for one frame travel as pieces of their JSON text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestrator_sdk.child.frames import MAX_FRAME
from orchestrator_sdk.child.messages import encode, to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

#: The longest message in all its pieces, in bytes of UTF-8.
MAX_MESSAGE = 64 * 1024 * 1024
#: The most that the host sends of unfinished messages together, in bytes of UTF-8.
MAX_UNFINISHED = 4 * MAX_MESSAGE
#: Characters of one piece: at most 4 MiB of UTF-8, and twice that with every character escaped.
PIECE = 1024 * 1024


class TooLong(ValueError):
    """A message beyond `MAX_MESSAGE`."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"{length} bytes are more than the limit of {MAX_MESSAGE}; send it in parts"
        )


class Splitter:
    """Makes payloads of frames out of a message's text."""

    __slots__ = ("_number",)

    def __init__(self) -> None:
        self._number = 0

    def split(self, text: str, encoded: bytes) -> Iterable[bytes]:
        """The payloads that carry `text`, whose UTF-8 is `encoded`. Raises `TooLong`."""
        if len(encoded) <= MAX_FRAME:
            return (encoded,)
        if len(encoded) > MAX_MESSAGE:
            raise TooLong(len(encoded))
        self._number += 1
        return self._pieces(text, self._number)

    @staticmethod
    def _pieces(text: str, number: int) -> Iterator[bytes]:
        for start in range(0, len(text), PIECE):
            end = start + PIECE
            piece = encode(text[start:end])
            last = "true" if end >= len(text) else "false"
            yield to_bytes(f'{{"type":"chunk","message":{number},"text":{piece},"last":{last}}}')


class Joiner:
    """Puts pieces together again."""

    __slots__ = ("_bytes", "_open")

    def __init__(self) -> None:
        self._open: dict[int, list[bytes]] = {}
        self._bytes: dict[int, int] = {}

    def add(self, message: dict[str, Any]) -> bytes | None:
        """Takes in one `chunk`; return the whole message with its last piece.

        Raises `TooLong` when the limit is crossed, and `ValueError` for a chunk of a wrong shape.
        After the first the session can't go on.
        """
        number, text, last = message.get("message"), message.get("text"), message.get("last", False)
        if type(number) is not int or not isinstance(text, str) or not isinstance(last, bool):
            raise ValueError("a chunk needs `message`, `text` and `last`")
        piece = to_bytes(text)
        length = self._bytes.get(number, 0) + len(piece)
        total = sum(self._bytes.values()) + len(piece)
        if length > MAX_MESSAGE or total > MAX_UNFINISHED:
            raise TooLong(max(length, total))
        self._open.setdefault(number, []).append(piece)
        self._bytes[number] = length
        if not last:
            return None
        del self._bytes[number]
        return b"".join(self._open.pop(number))
