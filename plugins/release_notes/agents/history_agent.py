"""What the three agents have in common: their settings, and the git that they ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.base_agent import BaseAgent

from ..git.command import Git
from ..notes.sentence import fill_in
from ..notes.wishes import Wishes


class HistoryAgent(BaseAgent):
    """An agent that reads a git history.

    `config` is the plugin's. A request's `context` may have every setting too, and its task may
    name the range in words.
    """

    def __init__(self, name: str, role: str, config: Mapping[str, Any]) -> None:
        super().__init__(name=name, role=role, config=config)

    def _prepare(self, request: Mapping[str, Any]) -> tuple[Wishes, Git, Mapping[str, Any]]:
        """What is wanted, whom to ask, and the request's context. Raises `BadSetting`."""
        context = request.get("context")
        if not isinstance(context, Mapping):
            context = {}
        asked = fill_in(str(request.get("task") or ""), context)
        wishes = Wishes.layered(self.config, context, asked)
        return wishes, Git(self._exec, wishes.path), context
