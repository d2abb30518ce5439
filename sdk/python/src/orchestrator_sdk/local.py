"""The host that stands in when there is none, as in an author's own tests."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from orchestrator_sdk import base
from orchestrator_sdk.components import Agent, agents_of
from orchestrator_sdk.context import Call, ExecOutput, ExecRequest, ExecResult
from orchestrator_sdk.errors import AgentError, ExecError
from orchestrator_sdk.permissions import PluginPermission
from orchestrator_sdk.streams import pieces


class LocalHost:
    """Runs a plugin's own agents, and programs directly."""

    def __init__(self, own: Callable[[], Mapping[str, Agent]]) -> None:
        self._own = own

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


def agents_of_latest(package: str) -> Mapping[str, Agent]:
    """The agents that the plugin gives which was made last from a package."""
    plugin = base.latest(package)
    return agents_of(plugin, package, ()) if plugin else {}
