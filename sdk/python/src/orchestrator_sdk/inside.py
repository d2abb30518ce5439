"""The orchestrator as a plugin's code sees it, from within."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from orchestrator_sdk.asking import as_request, call_of
from orchestrator_sdk.errors import HostError
from orchestrator_sdk.orchestrator import BaseOrchestrator
from orchestrator_sdk.runs import RunOutcome, RunRequest, completed

#: Events that are read at once.
PAGE = 500
#: How often a run that goes on is looked at for further events, in seconds.
LOOK_EVERY = 0.2


class PluginOrchestrator(BaseOrchestrator):
    """Asks the host, within the call that is being answered: with its permissions, its deadline and
    its cancellation. Workflows run as runs within the one that asks.

    Agents and workflows need `execute_agent`, whose scope for a workflow is `workflow:` and its
    name; reading runs, and the events of one that was started, need `read_workflow`.
    """

    def __init__(self, module: str) -> None:
        """`module` is where the code lies that asks."""
        self._module = module

    async def run_agent(self, name: str, request: Mapping[str, Any] | str | None = None) -> str:
        call = call_of(self._module)
        return await call.host.run_agent(call, name, as_request(request))

    async def stream_agent(
        self, name: str, request: Mapping[str, Any] | str | None = None
    ) -> AsyncGenerator[str, None]:
        call = call_of(self._module)
        async with aclosing(call.host.stream_agent(call, name, as_request(request))) as output:
            async for piece in output:
                yield piece

    async def execute_workflow(
        self, requirements: str, workflow_type: str, config: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        call = call_of(self._module)
        ask = RunRequest(workflow_type, requirements, dict(config or {}))
        async with aclosing(call.host.run_workflow(call, ask)) as told:
            async for piece in told:
                if isinstance(piece, RunOutcome):
                    return completed(piece)
        raise HostError(f"the host did not tell how the workflow {workflow_type} ended")

    async def stream_workflow(
        self, requirements: str, workflow_type: str, config: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[dict[str, Any], None]:
        call = call_of(self._module)
        ask = RunRequest(workflow_type, requirements, dict(config or {}), stream=True)
        async with aclosing(call.host.run_workflow(call, ask)) as told:
            async for piece in told:
                if isinstance(piece, RunOutcome):
                    completed(piece)
                else:
                    yield piece

    async def runs(self, limit: int = 50) -> list[dict[str, Any]]:
        call = call_of(self._module)
        return await call.host.runs(call, limit)

    async def run(self, run_id: int) -> dict[str, Any]:
        call = call_of(self._module)
        return await call.host.run(call, run_id)

    async def events(
        self, run_id: int, *, from_seq: int = 1, follow: bool = False
    ) -> AsyncGenerator[dict[str, Any], None]:
        call = call_of(self._module)
        at: int | None = from_seq
        while at is not None:
            page, at = await call.host.events(call, run_id, at, PAGE)
            for event in page:
                yield event
            if not page and at is not None:
                if not follow:
                    return
                await asyncio.sleep(LOOK_EVERY)


class OrchestratorAttribute:
    """`self.orchestrator` of plugins, agents and workflows. A component may set one of its own."""

    # No property: that would forbid a component to assign what it was given, as in a test.
    def __get__(self, instance: object, owner: type) -> BaseOrchestrator:
        return PluginOrchestrator(owner.__module__)
