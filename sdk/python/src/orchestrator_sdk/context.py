"""What the plugin is being asked to do now, and the host that asks.

Whoever runs plugin code enters a `Call` around it. A context variable holds it, so every task that
the code creates within the call (`asyncio.gather`, `create_task`, `to_thread`) belongs to it too.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from orchestrator_sdk.runs import RunOutcome, RunRequest


class ExecRequest(NamedTuple):
    """A program to run, directly and never through a shell.

    `cwd` is the project's folder by default; `env` is set on top of the host's environment; `stdin`
    is given to the program as its whole standard input.
    """

    program: str
    args: Sequence[str] = ()
    cwd: str | None = None
    stdin: str | None = None
    env: Mapping[str, str] = MappingProxyType({})


class ExecOutput(NamedTuple):
    """A piece of what a program printed, as it came."""

    stream: Literal["stdout", "stderr"]
    text: str


class ExecResult(NamedTuple):
    """How a program ended, and what it printed.

    `code` is its exit status; a program that a signal ended has the negative number of the signal,
    as in `subprocess`.
    """

    code: int
    stdout: str = ""
    stderr: str = ""


class Host(Protocol):
    """What a plugin may ask of its host, within a call.

    Every method may raise `PermissionError`, and `AgentError` or `ExecError` for the rest. Closing
    a generator early, or cancelling the task that waits, cancels what was asked for.
    """

    async def run_agent(self, call: Call, name: str, request: Any) -> str:
        """Runs any registered agent and returns its whole text."""

    def stream_agent(self, call: Call, name: str, request: Any) -> AsyncGenerator[str, None]:
        """The same, with the text as it comes."""

    def exec(
        self, call: Call, request: ExecRequest
    ) -> AsyncGenerator[ExecOutput | ExecResult, None]:
        """Runs a program: its output as it comes, then exactly one result (without the output)."""

    def run_workflow(
        self, call: Call, ask: RunRequest
    ) -> AsyncGenerator[dict[str, Any] | RunOutcome, None]:
        """Runs a workflow: its events as they come, if they are wanted, then exactly one outcome.
        May raise `HostError`."""

    async def runs(self, call: Call, limit: int) -> list[dict[str, Any]]:
        """The newest runs in short. May raise `HostError`, as the next two."""

    async def run(self, call: Call, run_id: int) -> dict[str, Any]:
        """One run in short."""

    async def events(
        self, call: Call, run_id: int, from_seq: int, limit: int
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Some of a run's stored events, and where to go on; None after its last."""

    async def set_config(self, call: Call, key: str, value: Any) -> None:
        """Changes one value of the plugin's own config. May raise `ConfigError`."""

    def granted(self) -> Mapping[str, Sequence[str]]:
        """What the plugin may do now: the permissions' names, each with what it may be used on
        (empty: all that it covers)."""


class Call(NamedTuple):
    """One thing that the host asked for: a run of an agent or workflow, a hook, an API request.

    `id` is the host's number of it. `context` is a workflow's context: `run_id`, `workflow_type`,
    `requirements`, `config`, `project`, and what hooks added; empty for other calls.
    """

    id: int
    host: Host
    context: Mapping[str, Any] = MappingProxyType({})


_CURRENT: ContextVar[Call | None] = ContextVar("orchestrator_call", default=None)


def current() -> Call | None:
    """The call that the running code belongs to; none outside of calls."""
    return _CURRENT.get()


@contextmanager
def within(call: Call) -> Iterator[None]:
    """Makes `call` the current one, for this task and those that it creates meanwhile."""
    token = _CURRENT.set(call)
    try:
        yield
    finally:
        _CURRENT.reset(token)
