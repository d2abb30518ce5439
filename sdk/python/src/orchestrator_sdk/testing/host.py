"""A host that does as a test says."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from typing import Any

from orchestrator_sdk.components import Agent, Workflow
from orchestrator_sdk.context import Call, ExecOutput, ExecRequest, ExecResult
from orchestrator_sdk.errors import ExecError
from orchestrator_sdk.local import LocalHost
from orchestrator_sdk.permissions import PluginPermission
from orchestrator_sdk.runs import RunOutcome, RunRequest


class FakeHost(LocalHost):
    """Stands in for the host.

    `agents` are functions by name: they get the request and return a text, or are async generators,
    coroutines or plain generators of it; what they raise is the agent's failure. The plugin's own
    agents need not be named. `workflows` are functions by name that get the requirements and the
    config, and return the `results` of the final result, or give dicts as a workflow does; the
    plugin's own need not be named either. `programs` are functions by name that get the
    `ExecRequest` and return an `ExecResult`, or the text that is printed; without any, programs are
    really run. The permissions in `denied` are refused, and `check_permission` says so within its
    calls; all others are granted there.
    """

    def __init__(
        self,
        agents: Mapping[str, Callable[[dict[str, Any]], Any]] | None = None,
        workflows: Mapping[str, Callable[[str, dict[str, Any]], Any]] | None = None,
        programs: Mapping[str, Callable[[ExecRequest], ExecResult | str]] | None = None,
        denied: Collection[str | PluginPermission] = (),
    ) -> None:
        super().__init__(dict)
        self._adopted = False
        self._agents = dict(agents or {})
        self._workflows = dict(workflows or {})
        self._programs = programs
        self._denied = {PluginPermission(permission) for permission in denied}
        self.requests: list[tuple[str, dict[str, Any]]] = []
        """The names and requests of the agents that were run, in order."""
        self.launched: list[tuple[str, str, dict[str, Any]]] = []
        """The names, requirements and configs of the workflows that were run, in order."""
        self.executed: list[ExecRequest] = []
        """The programs that were run, in order."""
        self.configured: list[tuple[str, Any]] = []
        """The keys and values that the plugin set in its config, in order."""

    def adopt(
        self,
        own: Callable[[], Mapping[str, Agent]],
        own_workflows: Callable[[], Mapping[str, Workflow]],
    ) -> None:
        """Takes a plugin's own agents and workflows, unless it has taken some."""
        if not self._adopted:
            self._own, self._own_workflows, self._adopted = own, own_workflows, True

    async def exec(
        self, call: Call, request: ExecRequest
    ) -> AsyncGenerator[ExecOutput | ExecResult, None]:
        """Runs the function of that name; the program itself if there are no functions at all."""
        self._permit(PluginPermission.SPAWN)
        self.executed.append(request)
        if self._programs is None:
            async with aclosing(super().exec(call, request)) as output:
                async for piece in output:
                    yield piece
            return
        if request.program not in self._programs:
            raise ExecError(f"the test supplies no program {request.program}", "not_found")
        result = self._programs[request.program](request)
        if isinstance(result, str):
            result = ExecResult(0, result)
        if result.stdout:
            yield ExecOutput("stdout", result.stdout)
        if result.stderr:
            yield ExecOutput("stderr", result.stderr)
        yield ExecResult(result.code)

    async def run_workflow(
        self, call: Call, ask: RunRequest
    ) -> AsyncGenerator[dict[str, Any] | RunOutcome, None]:
        """Runs the function of that name, or the plugin's own workflow."""
        self._permit(PluginPermission.EXECUTE_AGENT)
        if ask.stream:
            self._permit(PluginPermission.READ_WORKFLOW)
        self.launched.append((ask.workflow_type, ask.requirements, dict(ask.config)))
        async with aclosing(super().run_workflow(call, ask)) as told:
            async for piece in told:
                yield piece

    async def runs(self, call: Call, limit: int) -> list[dict[str, Any]]:
        """The runs of this test."""
        self._permit(PluginPermission.READ_WORKFLOW)
        return await super().runs(call, limit)

    async def run(self, call: Call, run_id: int) -> dict[str, Any]:
        """One of them."""
        self._permit(PluginPermission.READ_WORKFLOW)
        return await super().run(call, run_id)

    async def events(
        self, call: Call, run_id: int, from_seq: int, limit: int
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Its events."""
        self._permit(PluginPermission.READ_WORKFLOW)
        return await super().events(call, run_id, from_seq, limit)

    async def set_config(self, call: Call, key: str, value: Any) -> None:
        """Notes the change."""
        self._permit(PluginPermission.MODIFY_CONFIG)
        self.configured.append((key, value))

    def granted(self) -> Mapping[str, Sequence[str]]:
        """All but what is denied."""
        return {p.value: () for p in PluginPermission if p not in self._denied}

    def _begin(self, name: str, request: Any) -> object:
        self._permit(PluginPermission.EXECUTE_AGENT)
        self.requests.append((name, request))
        if name in self._agents:
            return self._agents[name](request)
        return super()._begin(name, request)

    def _execution(self, ask: RunRequest) -> Callable[[], object]:
        function = self._workflows.get(ask.workflow_type)
        if function is None:
            return super()._execution(ask)
        return lambda: _yields(function(ask.requirements, dict(ask.config)))

    def _permit(self, permission: PluginPermission) -> None:
        if permission in self._denied:
            raise PermissionError(f"Plugin lacks permission: {permission.value}")


def _yields(value: object) -> object:
    """What a workflow gives: what a function gave as such, or a final result with it."""
    if isinstance(value, (AsyncIterator, Awaitable, Iterator)):
        return value
    return {"type": "final_result", "status": "completed", "results": value}
