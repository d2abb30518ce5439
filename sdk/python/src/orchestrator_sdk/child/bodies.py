"""Bytes of requests and answers as the protocol's JSON carries them."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

#: What takes six times its length in JSON, and is rare in text.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def written(body: bytes) -> dict[str, str]:
    """The fields for a body: `body`, and `encoding` if it is no plain text."""
    if _CONTROL.search(body) is None:
        try:
            return {"body": body.decode("utf-8")}
        except UnicodeDecodeError:
            pass
    return {"body": b64encode(body).decode("ascii"), "encoding": "base64"}


def read(message: dict[str, Any]) -> bytes:
    """The body that these fields have. Raises `ValueError`."""
    body, encoding = message.get("body", ""), message.get("encoding", "text")
    if not isinstance(body, str):
        raise ValueError("`body` must be a text")
    if encoding == "base64":
        return b64decode(body, validate=True)
    if encoding not in ("text", None):
        raise ValueError(f"the body's encoding `{encoding}` is not known")
    return body.encode("utf-8", "replace")
