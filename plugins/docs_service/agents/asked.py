"""What a request asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def context_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request's context, which may hold any of the plugin's settings."""
    context = request.get("context")
    return dict(context) if isinstance(context, Mapping) else {}
