"""What agents and workflows may ask of the host."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from orchestrator_sdk.asking import as_request, call_of
from orchestrator_sdk.context import ExecOutput, ExecRequest, ExecResult
from orchestrator_sdk.inside import OrchestratorAttribute


class HostCalls:
    """The calls to the host, within the call that is being answered: with its permissions, its
    deadline and its cancellation.

    Without a host, as in an author's own tests, only the plugin's own agents and workflows can be
    run; `orchestrator_sdk.testing.FakeHost` supplies others.
    """

    orchestrator = OrchestratorAttribute()
    """Runs agents and workflows, and reads what is kept of runs."""

    async def _run_agent(self, name: str, request: Mapping[str, Any] | str | None = None) -> str:
        """Runs any registered agent, of any plugin or the host, and returns its whole text.

        Its output streams into a pane of its own meanwhile. Several can run at once, with
        `asyncio.gather`. Raises `PermissionError` without the permission `execute_agent`, and
        `AgentError` if the agent is not there or fails.
        """
        call = call_of(type(self).__module__)
        return await call.host.run_agent(call, name, as_request(request))

    async def _run_agent_stream(
        self, name: str, request: Mapping[str, Any] | str | None = None
    ) -> AsyncGenerator[str, None]:
        """The same, giving the agent's text as it comes."""
        call = call_of(type(self).__module__)
        async with aclosing(call.host.stream_agent(call, name, as_request(request))) as output:
            async for piece in output:
                yield piece

    async def _exec(
        self,
        program: str,
        args: Sequence[str] = (),
        *,
        cwd: str | None = None,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> ExecResult:
        """Runs a program, directly and never through a shell, and returns how it ended.

        `program` is looked up in the host's `PATH`; `cwd` is the project's folder by default;
        `stdin` is its whole standard input; `env` is set on top of the host's environment. A code
        other than 0 is no exception. Raises `PermissionError` without the permission `spawn`, and
        `ExecError` if the program can't be started. It ends with the call.
        """
        printed: dict[str, list[str]] = {"stdout": [], "stderr": []}
        result = ExecResult(0)
        async for piece in self._exec_stream(program, args, cwd=cwd, stdin=stdin, env=env):
            if isinstance(piece, ExecOutput):
                printed[piece.stream].append(piece.text)
            else:
                result = piece
        stdout, stderr = "".join(printed["stdout"]), "".join(printed["stderr"])
        return result._replace(stdout=stdout, stderr=stderr)

    async def _exec_stream(
        self,
        program: str,
        args: Sequence[str] = (),
        *,
        cwd: str | None = None,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> AsyncGenerator[ExecOutput | ExecResult, None]:
        """The same, giving what the program prints as it comes, and at last one `ExecResult`."""
        call = call_of(type(self).__module__)
        request = ExecRequest(program, tuple(args), cwd, stdin, dict(env or {}))
        async with aclosing(call.host.exec(call, request)) as output:
            async for piece in output:
                yield piece

    async def _set_config(self, key: str, value: Any) -> None:
        """Changes one value of the plugin's own config.

        `key` is a name in it or a JSON pointer into it; None removes the value. It is checked and
        saved as the operator's changes are, and the plugin's `config_changed` is called with it.
        Raises `PermissionError` without the permission `modify_config` for that key, and for
        `enabled`; `ConfigError` if the config would be wrong.
        """
        call = call_of(type(self).__module__)
        await call.host.set_config(call, key, value)
