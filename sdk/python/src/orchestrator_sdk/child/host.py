"""What the plugin's code may ask of the host."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from orchestrator_sdk.child.asking import raised
from orchestrator_sdk.child.errors import CallError
from orchestrator_sdk.child.host_runs import RunsLink
from orchestrator_sdk.context import ExecOutput, ExecResult
from orchestrator_sdk.errors import AgentError, ConfigError, ExecError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from typing import Any

    from orchestrator_sdk.child.peer import Peer
    from orchestrator_sdk.context import Call, ExecRequest

_logger = logging.getLogger(__name__)


class HostLink(RunsLink):
    """The `Host` of the plugin's calls.

    Every call names the one that it is made within as its parent.
    """

    def __init__(self, peer: Peer) -> None:
        super().__init__(peer)
        self._granted: Mapping[str, Sequence[str]] = {}

    def granted(self) -> Mapping[str, Sequence[str]]:
        """What is granted, as the host told last."""
        return self._granted

    def told(self, granted: object) -> None:
        """Takes what the host tells of permissions: a list of the protocol's `Granted`."""
        entries = granted if isinstance(granted, list) else ()
        # Another mapping, and not this one changed: other threads may be reading it.
        self._granted = {
            entry["permission"]: tuple(entry.get("scope") or ())
            for entry in entries
            if isinstance(entry, dict) and isinstance(entry.get("permission"), str)
        }

    async def run_agent(self, call: Call, name: str, request: Any) -> str:
        """Runs an agent and returns its whole text."""
        target = {"kind": "run_agent", "name": name, "request": request, "stream": False}
        opened = await self._open(call, target, AgentError)
        try:
            outcome = await opened.result()
        except CallError as error:
            raise raised(error, AgentError) from None
        finally:
            opened.close()
        fields = outcome if isinstance(outcome, dict) else {}
        dropped = fields.get("dropped_bytes")
        if dropped:
            _logger.warning("the agent %s said %s bytes more than the host keeps", name, dropped)
        return str(fields.get("output", ""))

    async def stream_agent(self, call: Call, name: str, request: Any) -> AsyncGenerator[str, None]:
        """Runs an agent, giving its text as it comes."""
        target = {"kind": "run_agent", "name": name, "request": request, "stream": True}
        opened = await self._open(call, target, AgentError)
        try:
            async for piece in opened:
                yield str(piece)
        except CallError as error:
            raise raised(error, AgentError) from None
        finally:
            opened.close()

    async def exec(
        self, call: Call, request: ExecRequest
    ) -> AsyncGenerator[ExecOutput | ExecResult, None]:
        """Runs a program: its output as it comes, then its result."""
        target: dict[str, Any] = {
            "kind": "exec",
            "program": request.program,
            "args": [str(arg) for arg in request.args],
            "env": {str(key): str(value) for key, value in request.env.items()},
        }
        if request.cwd is not None:
            target["dir"] = str(request.cwd)
        if request.stdin is not None:
            target["stdin"] = request.stdin
        opened = await self._open(call, target, ExecError)
        try:
            async for piece in opened:
                stream, text = piece.get("stream"), piece.get("text", "")
                yield ExecOutput("stderr" if stream == "stderr" else "stdout", text)
            yield _result(opened.value)
        except CallError as error:
            raise raised(error, ExecError) from None
        finally:
            opened.close()

    async def set_config(self, call: Call, key: str, value: Any) -> None:
        """Changes one value of the plugin's own config."""
        target = {"kind": "set_config", "key": key, "value": value}
        opened = await self._open(call, target, ConfigError)
        try:
            await opened.result()
        except CallError as error:
            raise raised(error, ConfigError) from None
        finally:
            opened.close()


def _result(outcome: object) -> ExecResult:
    fields = outcome if isinstance(outcome, dict) else {}
    code, ended_by = fields.get("code"), fields.get("signal")
    return ExecResult(code if isinstance(code, int) else -int(ended_by or 0))
