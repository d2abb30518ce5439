"""What can be asked of an orchestrator, by a plugin from within and by a program over HTTP."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping
from typing import Any


class BaseOrchestrator(ABC):
    """Runs agents and workflows, and reads what is kept of runs.

    `self.orchestrator` of a plugin, an agent or a workflow is one, and so is
    `orchestrator_sdk.client.Orchestrator`: code that takes one works with both.

    Every method raises `PermissionError` for what is not permitted. Cancelling the task that waits,
    or closing a generator, cancels the run that was started. A generator that is left early is best
    closed at once, with `contextlib.aclosing`.
    """

    @abstractmethod
    async def run_agent(self, name: str, request: Mapping[str, Any] | str | None = None) -> str:
        """Runs any registered agent and returns its whole text.

        `request` usually has a `task` and a `context`; a text alone is the task. Raises
        `AgentError` if the agent is not there or fails.
        """

    @abstractmethod
    def stream_agent(
        self, name: str, request: Mapping[str, Any] | str | None = None
    ) -> AsyncGenerator[str, None]:
        """The same, giving the agent's text as it comes."""

    @abstractmethod
    async def execute_workflow(
        self, requirements: str, workflow_type: str, config: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Runs any registered workflow, as a run of its own, and returns its final result.

        That has `status`, `results` and what else the workflow put there, `duration` in seconds and
        `run_id`. Raises `RunFailed` if the run does not complete.
        """

    @abstractmethod
    def stream_workflow(
        self, requirements: str, workflow_type: str, config: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[dict[str, Any], None]:
        """The same, giving the run's events as they come, `run_finished` last; then it raises what
        `execute_workflow` would."""

    @abstractmethod
    async def runs(self, limit: int = 50) -> list[dict[str, Any]]:
        """The newest runs in short, newest first; at most 1000."""

    @abstractmethod
    async def run(self, run_id: int) -> dict[str, Any]:
        """One run in short: `id`, `workflow_type`, `status` (None while it runs) and more. Raises
        `HostError` of the kind `not_found` if there is none."""

    @abstractmethod
    def events(
        self, run_id: int, *, from_seq: int = 1, follow: bool = False
    ) -> AsyncGenerator[dict[str, Any], None]:
        """A run's events, in order, from the one numbered `from_seq`: those that are stored by now,
        or, with `follow`, all to its last, as they come."""
