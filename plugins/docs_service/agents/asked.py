"""What a request asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from orchestrator_sdk import AgentError

from ..files import FolderError
from ..search import SearchUnavailable
from ..settings import SettingsError


def context_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request's context, which may hold any of the plugin's settings."""
    context = request.get("context")
    return dict(context) if isinstance(context, Mapping) else {}


@contextmanager
def refusing() -> Iterator[None]:
    """Turns what can't be done into words for people; a traceback would tell them nothing."""
    try:
        yield
    except (FolderError, SettingsError, SearchUnavailable) as error:
        raise AgentError(str(error)) from error
