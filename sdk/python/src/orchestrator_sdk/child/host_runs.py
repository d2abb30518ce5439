"""Runs that the plugin's code starts and reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestrator_sdk.child.asking import Asking, raised
from orchestrator_sdk.child.errors import CallError
from orchestrator_sdk.errors import HostError
from orchestrator_sdk.runs import RunOutcome

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from typing import Any

    from orchestrator_sdk.context import Call
    from orchestrator_sdk.runs import RunRequest


class RunsLink(Asking):
    """The part of the `Host` that is about runs."""

    async def run_workflow(
        self, call: Call, ask: RunRequest
    ) -> AsyncGenerator[dict[str, Any] | RunOutcome, None]:
        """Runs a workflow: its events as they come, if they are wanted, then its outcome."""
        target = {
            "kind": "run_workflow",
            "workflow_type": ask.workflow_type,
            "requirements": ask.requirements,
            "config": dict(ask.config),
            "stream": ask.stream,
        }
        opened = await self._open(call, target, HostError)
        try:
            async for event in opened:
                yield event
            yield _outcome(opened.value)
        except CallError as error:
            raise raised(error, HostError) from None
        finally:
            opened.close()

    async def runs(self, call: Call, limit: int) -> list[dict[str, Any]]:
        """The newest runs in short, newest first."""
        runs, _ = await self._read(call, {"read": "list", "limit": limit})
        return runs

    async def run(self, call: Call, run_id: int) -> dict[str, Any]:
        """One run in short."""
        _, run = await self._read(call, {"read": "run", "run": run_id})
        return run if isinstance(run, dict) else {}

    async def events(
        self, call: Call, run_id: int, from_seq: int, limit: int
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Some of a run's stored events, and where to go on."""
        wanted = {"read": "events", "run": run_id, "from_seq": from_seq, "limit": limit}
        events, end = await self._read(call, wanted)
        next_seq = end.get("next_seq") if isinstance(end, dict) else None
        return events, next_seq if isinstance(next_seq, int) else None

    async def _read(self, call: Call, wanted: dict[str, Any]) -> tuple[list[Any], Any]:
        opened = await self._open(call, {"kind": "read_runs", **wanted}, HostError)
        try:
            items = [item async for item in opened]
            return items, opened.value
        except CallError as error:
            raise raised(error, HostError) from None
        finally:
            opened.close()


def _outcome(value: object) -> RunOutcome:
    fields = value if isinstance(value, dict) else {}
    return RunOutcome(
        int(fields.get("run", 0)),
        fields.get("status", "failed"),
        fields.get("reason"),
        fields.get("result"),
    )
