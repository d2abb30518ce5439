"""The client."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from orchestrator_sdk.asking import as_request
from orchestrator_sdk.client import http, problems
from orchestrator_sdk.client import token as tokens
from orchestrator_sdk.client.following import follow
from orchestrator_sdk.client.outcomes import AgentText, Result
from orchestrator_sdk.client.starting import cancelling, started
from orchestrator_sdk.orchestrator import BaseOrchestrator
from orchestrator_sdk.runs import completed

#: Where a server listens unless it is told otherwise.
DEFAULT_URL = "http://127.0.0.1:8787"


class Orchestrator(BaseOrchestrator):
    """An orchestrator that serves HTTP (`orchestrator serve`).

        async with Orchestrator() as orchestrator:
            text = await orchestrator.run_agent("reviewer_agent", "Look at this")

    Beside what `BaseOrchestrator` says, every method raises `ConnectionError` if the server can't
    be reached, `TimeoutError` if it does not answer in time, and `RequestError` for what it
    refuses. Runs that are waited for are followed over broken connections. One client may be used
    by many tasks of one event loop at once.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        project: str | os.PathLike[str] = ".",
        timeout: float = 30.0,
        run_timeout: float | None = None,
    ) -> None:
        """`url` is that of ORCHESTRATOR_URL by default, or `http://127.0.0.1:8787`.

        `token` is by default that of ORCHESTRATOR_TOKEN, or the one that the server made for
        `project`, a folder on this machine. `timeout` is for each answer, and `run_timeout` the
        longest that a run may take, both in seconds; the host's setting applies without the latter.
        Raises `ValueError` for a URL that is none.
        """
        self._server = http.Server.of(url or os.environ.get("ORCHESTRATOR_URL") or DEFAULT_URL)
        self._token = token or tokens.find(Path(project))
        self._timeout = timeout
        self._limit = {} if run_timeout is None else {"timeout_ms": round(run_timeout * 1000)}

    async def __aenter__(self) -> Orchestrator:
        """Looks whether the server is there and lets this client in."""
        await self.runs(limit=1)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is kept open between requests."""

    async def run_agent(self, name: str, request: Mapping[str, Any] | str | None = None) -> str:
        text = AgentText(self._fetched)
        async with aclosing(self._run_of_agent(name, request)) as events:
            async for event in events:
                await text.take(event)
        return await text.whole(name)

    async def stream_agent(
        self, name: str, request: Mapping[str, Any] | str | None = None
    ) -> AsyncGenerator[str, None]:
        text = AgentText(self._fetched)
        async with aclosing(self._run_of_agent(name, request)) as events:
            async for event in events:
                for piece in await text.take(event):
                    yield piece
        await text.whole(name)

    async def execute_workflow(
        self, requirements: str, workflow_type: str, config: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        result = Result()
        async with aclosing(self._run_of_workflow(requirements, workflow_type, config)) as events:
            async for event in events:
                result.take(event)
        return completed(result.outcome())

    async def stream_workflow(
        self, requirements: str, workflow_type: str, config: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[dict[str, Any], None]:
        result = Result()
        async with aclosing(self._run_of_workflow(requirements, workflow_type, config)) as events:
            async for event in events:
                result.take(event)
                yield event
        completed(result.outcome())

    async def runs(self, limit: int = 50) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = await self._fetched(f"/runs?limit={min(limit, 1000)}")
        return runs

    async def run(self, run_id: int) -> dict[str, Any]:
        run: dict[str, Any] = await self._fetched(f"/runs/{run_id}")
        return run

    async def events(
        self, run_id: int, *, from_seq: int = 1, follow: bool = False
    ) -> AsyncGenerator[dict[str, Any], None]:
        last = None if follow else (await self.run(run_id))["last_seq"]
        if last is not None and last < from_seq:
            return
        async with aclosing(self._followed(run_id, from_seq)) as events:
            async for event in events:
                yield event
                if event["seq"] == last:
                    return

    async def cancel(self, run_id: int) -> None:
        """Cancels a run. Raises `RequestError` of the kind `conflict` if it is over."""
        await self._fetched(f"/runs/{run_id}/cancel", {})

    def _run_of_agent(
        self, name: str, request: Mapping[str, Any] | str | None
    ) -> AsyncGenerator[dict[str, Any], None]:
        more = as_request(request)
        asked = {"task": more.pop("task", ""), "context": more.pop("context", {}), "more": more}
        return self._run(f"/agents/{quote(name, safe='')}/runs", asked)

    def _run_of_workflow(
        self, requirements: str, workflow_type: str, config: Mapping[str, Any] | None
    ) -> AsyncGenerator[dict[str, Any], None]:
        asked = {"workflow_type": workflow_type, "requirements": requirements}
        return self._run("/runs", {**asked, "config": dict(config or {})})

    async def _run(
        self, path: str, asked: Mapping[str, Any]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Starts a run and gives its events. Left early, it cancels the run."""
        run_id = await started(self._fetched(path, {**asked, **self._limit}), self.cancel)
        followed = self._followed(run_id, 1)
        async with cancelling(run_id, self.cancel) as going, aclosing(followed) as events:
            async for event in events:
                going.over = event["type"] == "run_finished"
                yield event

    def _followed(self, run_id: int, from_seq: int) -> AsyncGenerator[dict[str, Any], None]:
        path = f"/runs/{run_id}/events"
        return follow(lambda headers: self._sent("GET", path, headers), from_seq, f"run #{run_id}")

    async def _fetched(self, path: str, asked: Mapping[str, Any] | None = None) -> Any:
        """What the server answers: a GET, or a POST of `asked`."""
        method, body = ("GET", None) if asked is None else ("POST", json.dumps(asked).encode())
        async with self._sent(method, path, {"Accept": "application/json"}, body) as answer:
            text = await answer.body(self._timeout)
        if not 200 <= answer.status < 300:
            raise problems.raised(answer.status, text, f"{method} {path}")
        try:
            return json.loads(text)
        except ValueError:
            raise ConnectionError(f"{method} {path}: the answer is no JSON") from None

    def _sent(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> AbstractAsyncContextManager[http.Answer]:
        if self._token:
            headers = {**headers, "Authorization": f"Bearer {self._token}"}
        return http.sent(self._server, method, f"/api/v1{path}", headers, body, self._timeout)
