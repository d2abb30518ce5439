"""The host that stands in when there is none, as in an author's own tests."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from orchestrator_sdk import base
from orchestrator_sdk.components import Agent, Workflow, agents_of, workflows_of
from orchestrator_sdk.context import Call, ExecOutput, ExecRequest, ExecResult
from orchestrator_sdk.errors import AgentError, ExecError, HostError
from orchestrator_sdk.local_runs import LocalRuns
from orchestrator_sdk.permissions import PluginPermission
from orchestrator_sdk.runs import RunOutcome, RunRequest
from orchestrator_sdk.streams import pieces


class LocalHost:
    """Runs a plugin's own agents and workflows, and programs directly."""

    def __init__(
        self,
        own: Callable[[], Mapping[str, Agent]],
        own_workflows: Callable[[], Mapping[str, Workflow]] = dict,
    ) -> None:
        self._own = own
        self._own_workflows = own_workflows
        self._runs = LocalRuns()

    @staticmethod
    def of(package: str) -> LocalHost:
        """For the plugin that was made last from a package."""
        return LocalHost(lambda: agents_of_latest(package), lambda: workflows_of_latest(package))

    async def run_agent(self, call: Call, name: str, request: Any) -> str:
        """The whole text of one of the plugin's agents."""
        async with aclosing(self.stream_agent(call, name, request)) as output:
            return "".join([piece async for piece in output])

    async def stream_agent(self, call: Call, name: str, request: Any) -> AsyncGenerator[str, None]:
        """Runs an agent; what it raises becomes an `AgentError`, as in a host."""
        try:
            async with aclosing(pieces(self._begin(name, request), str, name)) as output:
                async for piece in output:
                    yield piece
        except (AgentError, PermissionError):
            raise
        except Exception as error:
            raise AgentError(f"{name}: {type(error).__name__}: {error}") from error

    async def exec(
        self, call: Call, request: ExecRequest
    ) -> AsyncGenerator[ExecOutput | ExecResult, None]:
        """Runs the program in the current folder, and gives its output when it has ended."""
        try:
            process = await asyncio.create_subprocess_exec(
                request.program,
                *request.args,
                cwd=request.cwd,
                env={**os.environ, **request.env},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise ExecError(f"{request.program} can't be started: {error}", "not_found") from error
        try:
            stdout, stderr = await process.communicate((request.stdin or "").encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if stdout:
            yield ExecOutput("stdout", stdout.decode(errors="replace"))
        if stderr:
            yield ExecOutput("stderr", stderr.decode(errors="replace"))
        yield ExecResult(process.returncode if process.returncode is not None else -1)

    async def run_workflow(
        self, call: Call, ask: RunRequest
    ) -> AsyncGenerator[dict[str, Any] | RunOutcome, None]:
        """Runs one of the plugin's workflows; the events are as a host tells them."""
        value = self._execution(ask)
        async with aclosing(self._runs.run(self, ask, value)) as told:
            async for piece in told:
                yield piece

    async def runs(self, call: Call, limit: int) -> list[dict[str, Any]]:
        """The runs that this host has run."""
        return self._runs.newest(limit)

    async def run(self, call: Call, run_id: int) -> dict[str, Any]:
        """One of them."""
        return self._runs.get(run_id).summary()

    async def events(
        self, call: Call, run_id: int, from_seq: int, limit: int
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Its events."""
        return self._runs.page(run_id, from_seq, limit)

    async def set_config(self, call: Call, key: str, value: Any) -> None:
        """There is no file to save it in: nothing is changed."""

    def granted(self) -> Mapping[str, Sequence[str]]:
        """Everything: nobody is here who could deny it."""
        return {permission.value: () for permission in PluginPermission}

    def _begin(self, name: str, request: Any) -> object:
        """What an agent gives, in any of the forms that `streams.pieces` takes."""
        agents = self._own()
        if name in agents:
            return agents[name].make().process_request(request)
        own = ", ".join(agents) or "none"
        raise AgentError(
            f"there is no host here that could run the agent {name}: outside of one only the "
            f"plugin's own agents can be run ({own}); supply others with "
            "orchestrator_sdk.testing.FakeHost(agents={...})",
            "not_found",
        )

    def _execution(self, ask: RunRequest) -> Callable[[], object]:
        """What gives a workflow's dicts when it is called."""
        workflows, name = self._own_workflows(), ask.workflow_type
        if name in workflows:
            return lambda: workflows[name].make().execute(ask.requirements, dict(ask.config))
        own = ", ".join(workflows) or "none"
        raise HostError(
            f"there is no host here that could run the workflow {name}: outside of one only the "
            f"plugin's own workflows can be run ({own}); supply others with "
            "orchestrator_sdk.testing.FakeHost(workflows={...})",
            "not_found",
        )


def agents_of_latest(package: str) -> Mapping[str, Agent]:
    """The agents that the plugin gives which was made last from a package."""
    plugin = base.latest(package)
    return agents_of(plugin, package, ()) if plugin else {}


def workflows_of_latest(package: str) -> Mapping[str, Workflow]:
    """The workflows that the plugin gives which was made last from a package."""
    plugin = base.latest(package)
    return workflows_of(plugin, package, ()) if plugin else {}
