"""What a run came to, from its events."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from orchestrator_sdk.errors import AgentError
from orchestrator_sdk.runs import RunOutcome

_logger = logging.getLogger(__name__)


class Result:
    """A workflow's result."""

    def __init__(self) -> None:
        self._result: dict[str, Any] | None = None
        self._end: Mapping[str, Any] = {}

    def take(self, event: Mapping[str, Any]) -> None:
        """Takes in the run's next event."""
        if event["type"] == "final_result":
            told = {"status": event["status"], "results": event.get("results")}
            self._result = {**told, **event.get("extra", {})}
        elif event["type"] == "run_finished":
            self._end = event
            if self._result is not None:
                self._result["duration"] = event["duration_us"] / 1_000_000

    def outcome(self) -> RunOutcome:
        """How the run ended."""
        if not self._end:
            raise ConnectionError("the server ended the stream before the run was over")
        number, status = int(self._end["stream"]), self._end["status"]
        return RunOutcome(number, status, self._end.get("reason"), self._result)


class AgentText:
    """The text of the agent that a run consists of."""

    def __init__(self, fetched: Callable[[str], Awaitable[Any]]) -> None:
        """`fetched` gets what lies at a path of the API."""
        self._fetched = fetched
        self._pieces: list[str] = []
        self._span: int | None = None
        self._left_by_hooks: Mapping[str, Any] | None = None
        self._end: Mapping[str, Any] = {}

    async def take(self, event: Mapping[str, Any]) -> list[str]:
        """Takes in the run's next event; gives what the agent said in it."""
        kind = event["type"]
        if kind == "agent_started" and self._span is None:
            self._span = event.get("span")
        elif kind == "agent_output" and event.get("span") == self._span:
            items: list[str] = event["items"]
            self._pieces += items
            return items
        elif kind == "hook_finished" and event["hook"] == "post_agent_execution":
            if event.get("parent") == self._span and event["outcome"] == "changed":
                self._left_by_hooks = event.get("after")
        elif kind == "run_finished":
            self._end = event
        return []

    async def whole(self, name: str) -> str:
        """The whole text, as hooks left it. Raises `PermissionError` and `AgentError`."""
        status = self._end.get("status")
        if status is None:
            raise ConnectionError("the server ended the stream before the run was over")
        if status != "completed":
            reason = self._end.get("reason") or f"the agent {name}: {status}"
            raise PermissionError(reason) if status == "denied" else AgentError(reason, status)
        changed = self._left_by_hooks
        if changed is not None and changed.get("truncated"):
            _logger.warning("a hook changed what %s said to more than is kept: as it said it", name)
        elif changed is not None:
            text = await self._fetched(f"/bodies/{quote(changed['hash'], safe='')}")
            if isinstance(text, str):
                return text
        return "".join(self._pieces)
