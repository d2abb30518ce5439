"""Runs without a host: a workflow's code, and the events that a host would tell of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import datetime, timezone
from time import monotonic
from typing import Any

from orchestrator_sdk import context
from orchestrator_sdk.context import Call, Host
from orchestrator_sdk.errors import HostError
from orchestrator_sdk.runs import RunOutcome, RunRequest
from orchestrator_sdk.streams import pieces

#: What a workflow may say in the host's own types of events, and the fields that it has to have.
KNOWN = {
    "phase_start": {"type", "phase"},
    "phase_complete": {"type", "phase"},
    "final_result": {"type", "status"},
}


class LocalRun:
    """One run, with its events as they happened."""

    def __init__(self, number: int, ask: RunRequest) -> None:
        self.number = number
        self.ask = ask
        self.events: list[dict[str, Any]] = []
        self.outcome: RunOutcome | None = None
        self._started = monotonic()
        self._news = asyncio.Event()
        self.tell(
            "run_started",
            workflow_type=ask.workflow_type,
            requirements=ask.requirements,
            config=dict(ask.config),
        )

    def tell(self, kind: str, **fields: Any) -> None:
        """Adds an event."""
        envelope = {
            "v": 1,
            "stream": str(self.number),
            "seq": len(self.events) + 1,
            "time": datetime.now(timezone.utc).isoformat(),
            "type": kind,
        }
        self.events.append({**envelope, **fields})
        self._news.set()

    async def do(self, host: Host, value: Any) -> None:
        """Runs a workflow's code to its end; `value` gives what its `execute` does."""
        ask, result = self.ask, None
        about = {
            "run_id": self.number,
            "workflow_type": ask.workflow_type,
            "requirements": ask.requirements,
            "config": dict(ask.config),
        }
        try:
            with context.within(Call(self.number, host, about)):
                async with aclosing(pieces(value(), dict, ask.workflow_type)) as given:
                    async for piece in given:
                        known = KNOWN.get(str(piece.get("type")))
                        if known is None or not known <= piece.keys():
                            self.tell("workflow_event", data=piece)
                        elif piece["type"] != "final_result":
                            self.tell(**{"kind" if k == "type" else k: v for k, v in piece.items()})
                        elif result is None:
                            result = {k: v for k, v in piece.items() if k != "type"}
        except asyncio.CancelledError:
            self._end("cancelled", "its caller wanted no more")
            raise
        except PermissionError as error:
            self._end("denied", str(error))
        except Exception as error:
            self._end("failed", f"{type(error).__name__}: {error}")
        else:
            result = {"results": None, **(result or {"status": "completed"})}
            self.tell("final_result", **result)
            result["duration"] = monotonic() - self._started
            failed = result["status"] == "failed"
            reason = "the workflow says that it failed" if failed else None
            self._end("failed" if failed else "completed", reason, result)

    def _end(
        self, status: Any, reason: str | None, result: Mapping[str, Any] | None = None
    ) -> None:
        self.outcome = RunOutcome(self.number, status, reason, result)
        duration = round((monotonic() - self._started) * 1_000_000)
        told = {} if reason is None else {"reason": reason}
        self.tell("run_finished", status=status, **told, duration_us=duration)

    async def followed(self) -> AsyncGenerator[dict[str, Any], None]:
        """Its events to the last, as they come."""
        at = 0
        while True:
            while at < len(self.events):
                at += 1
                yield self.events[at - 1]
            if self.outcome is not None:
                return
            self._news.clear()
            await self._news.wait()

    def summary(self) -> dict[str, Any]:
        """The run in short, as a host gives it."""
        outcome = self.outcome
        return {
            "id": self.number,
            "workflow_type": self.ask.workflow_type,
            "requirements": self.ask.requirements,
            "plugin": None,
            "started": self.events[0]["time"],
            "status": outcome and outcome.status,
            "reason": outcome and outcome.reason,
            "duration_us": self.events[-1].get("duration_us"),
            "last_seq": len(self.events),
        }


class LocalRuns:
    """The runs there were, in memory."""

    def __init__(self) -> None:
        self._runs: list[LocalRun] = []

    async def run(
        self, host: Host, ask: RunRequest, value: Any
    ) -> AsyncGenerator[dict[str, Any] | RunOutcome, None]:
        """Runs what `value` gives when it is called, as a host's `run_workflow` does."""
        run = LocalRun(len(self._runs) + 1, ask)
        self._runs.append(run)
        # A task of its own: the run's call is the current one there, and not for whoever listens.
        work = asyncio.ensure_future(run.do(host, value))
        try:
            async with aclosing(run.followed()) as told:
                async for event in told:
                    if ask.stream:
                        yield event
            if run.outcome is not None:
                yield run.outcome
        finally:
            work.cancel()
            await asyncio.wait([work])

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """The runs in short, newest first."""
        return [run.summary() for run in reversed(self._runs)][:limit]

    def get(self, run_id: int) -> LocalRun:
        """A run. Raises `HostError` if there is none."""
        if not 1 <= run_id <= len(self._runs):
            raise HostError(f"there is no run #{run_id}", "not_found")
        return self._runs[run_id - 1]

    def page(
        self, run_id: int, from_seq: int, limit: int
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Some of a run's events, and where to go on."""
        run = self.get(run_id)
        start = max(from_seq, 1)
        page = run.events[start - 1 :][: max(limit, 1)]
        if page and page[-1]["type"] == "run_finished":
            return page, None
        return page, start + len(page)
