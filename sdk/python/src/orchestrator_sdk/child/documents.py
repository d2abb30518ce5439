"""The OpenAPI document of a plugin's routers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orchestrator_sdk.child.errors import FAILED, CallError
from orchestrator_sdk.child.messages import encode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

#: The longest document that is handed to the host, in characters of JSON.
LONGEST = 1024 * 1024


async def make(apps: Iterable[Any]) -> dict[str, Any] | None:
    """What the applications that can describe themselves say, as one document; of two that describe
    the same the first counts. Nothing if there are none. Raises `CallError` for one too long."""
    makers = [app.openapi for app in apps if callable(getattr(app, "openapi", None))]
    if not makers:
        return None
    # Large models take their time, and other requests go on meanwhile.
    parts = [await asyncio.to_thread(maker) for maker in makers]
    whole = _merged([part for part in parts if isinstance(part, dict)])
    length = len(encode(whole))
    if length > LONGEST:
        text = f"the routes' OpenAPI document is {length} characters long; {LONGEST} are the limit"
        raise CallError(FAILED, text)
    return whole


def _merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for part in parts:
        # Down to the methods of paths, and the names of components.
        _add(whole, part, 3)
    return whole


def _add(whole: dict[str, Any], part: dict[str, Any], depth: int) -> None:
    for key, value in part.items():
        if depth > 1 and isinstance(value, dict):
            # A dict of our own: what an application made is kept by it.
            known = whole.setdefault(key, {})
            if isinstance(known, dict):
                _add(known, value, depth - 1)
        else:
            whole.setdefault(key, value)
