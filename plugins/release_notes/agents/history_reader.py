"""Collects the commits of a range."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any

from .history_agent import HistoryAgent
from .reading import Reading


class HistoryReader(HistoryAgent):
    """Tells each commit of a range, what was taken back, and who wrote them."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__("history_reader", "Reads the commits since the last release", config)

    async def _execute_task(self, request: dict[str, Any]) -> AsyncGenerator[str, None]:
        wishes, git, _ = self._prepare(request)
        async for line in Reading(git, wishes).lines():
            yield line
