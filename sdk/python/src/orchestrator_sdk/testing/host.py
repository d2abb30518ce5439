"""A host that does as a test says."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from orchestrator_sdk.components import Agent
from orchestrator_sdk.context import Call, ExecOutput, ExecRequest, ExecResult
from orchestrator_sdk.errors import ExecError
from orchestrator_sdk.local import LocalHost
from orchestrator_sdk.permissions import PluginPermission


class FakeHost(LocalHost):
    """Stands in for the host.

    `agents` are functions by name: they get the request and return a text, or are async generators,
    coroutines or plain generators of it; what they raise is the agent's failure. The plugin's own
    agents need not be named. `programs` are functions by name that get the `ExecRequest` and return
    an `ExecResult`, or the text that is printed; without any, programs are really run. The
    permissions in `denied` are refused, and `check_permission` says so within its calls; all others
    are granted there.
    """

    def __init__(
        self,
        agents: Mapping[str, Callable[[dict[str, Any]], Any]] | None = None,
        programs: Mapping[str, Callable[[ExecRequest], ExecResult | str]] | None = None,
        denied: Collection[str | PluginPermission] = (),
    ) -> None:
        super().__init__(dict)
        self._adopted = False
        self._agents = dict(agents or {})
        self._programs = programs
        self._denied = {PluginPermission(permission) for permission in denied}
        self.requests: list[tuple[str, dict[str, Any]]] = []
        """The names and requests of the agents that were run, in order."""
        self.executed: list[ExecRequest] = []
        """The programs that were run, in order."""
        self.configured: list[tuple[str, Any]] = []
        """The keys and values that the plugin set in its config, in order."""

    def adopt(self, own: Callable[[], Mapping[str, Agent]]) -> None:
        """Takes a plugin's own agents, unless it has taken some."""
        if not self._adopted:
            self._own, self._adopted = own, True

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

    def _permit(self, permission: PluginPermission) -> None:
        if permission in self._denied:
            raise PermissionError(f"Plugin lacks permission: {permission.value}")
