"""JSON as the host reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

#: The host's parser takes this many lists and dicts within each other; a message has some of its
#: own.
MAX_DEPTH = 120

# No blanks, and text as it is. What JSON has no word for (NaN, a set, an object) is an error
# instead of a guess.
_write = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_read = json.JSONDecoder().decode


class NotJson(ValueError):
    """A value that can't be written as JSON, with the reason in words."""


def encode(value: Any) -> str:
    """Writes `value` as JSON. Raises `NotJson`."""
    try:
        text = _write(value)
    except RecursionError:
        raise NotJson("it contains itself, or is nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise NotJson(str(error)) from None
    # Brackets within strings count here too, so that most values need no closer look.
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise NotJson(f"its lists and dicts are nested more than {MAX_DEPTH} deep")
    return text


def to_bytes(text: str) -> bytes:
    """The text as UTF-8; halves of surrogate pairs, which have none, become question marks."""
    return text.encode("utf-8", "replace")


def decode(payload: bytes | bytearray) -> Any:
    """Reads a message. Raises `ValueError` with the reason."""
    try:
        return _read(payload.decode("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        below: list[Any] = []
        for entry in level:
            if isinstance(entry, dict):
                below.extend(entry.values())
            elif isinstance(entry, (list, tuple)):
                below.extend(entry)
        if any(isinstance(entry, (dict, list, tuple)) for entry in level):
            depth += 1
        level = below
    return depth
