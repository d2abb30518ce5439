"""A run that was asked for, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from orchestrator_sdk.errors import RunFailed


class RunRequest(NamedTuple):
    """A workflow to run, as a run of its own. `stream`: its events are wanted as they come."""

    workflow_type: str
    requirements: str = ""
    config: Mapping[str, Any] = MappingProxyType({})
    stream: bool = False


class RunOutcome(NamedTuple):
    """How a run ended. `result` is what its workflow came to, if it came so far: `status`,
    `results`, what else there was beside them, and `duration`, in seconds."""

    run_id: int
    status: Literal["completed", "failed", "cancelled", "denied", "interrupted"]
    reason: str | None = None
    result: Mapping[str, Any] | None = None


def completed(outcome: RunOutcome) -> dict[str, Any]:
    """The result of a run that completed, with its `run_id`.

    Raises `PermissionError` for one that was denied, and `RunFailed` for any other.
    """
    reason = outcome.reason or "nobody said why"
    if outcome.status == "completed":
        return {**(outcome.result or {}), "run_id": outcome.run_id}
    if outcome.status == "denied":
        raise PermissionError(reason)
    said = {"failed": "failed", "cancelled": "was cancelled", "interrupted": "was interrupted"}
    message = f"run #{outcome.run_id} {said.get(outcome.status, outcome.status)}: {reason}"
    raise RunFailed(message, outcome.run_id, outcome.status, outcome.result)
