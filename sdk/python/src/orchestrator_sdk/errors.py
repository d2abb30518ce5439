"""What goes wrong between a plugin and its host, as exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LoadError(Exception):
    """A plugin can't be loaded. The message tells the file, what is wrong there, and the remedy."""


class HostError(Exception):
    """A call to the host failed.

    `kind` is for code: `failed`, `not_found`, `cancelled`, `deadline_exceeded`, `invalid_request`,
    `unavailable` and others of the protocol. A missing permission is not this but the builtin
    `PermissionError`.
    """

    def __init__(self, message: str, kind: str = "failed") -> None:
        super().__init__(message)
        self.kind = kind


class AgentError(HostError):
    """An agent that the plugin ran could not be run, or failed.

    An agent may raise it itself, to say in words why it can't do its task: people see the message
    alone, without a traceback.
    """


class RunFailed(HostError):
    """A run of a workflow did not complete.

    `run_id` is its number; `status` is `failed`, `cancelled` or `interrupted`, and the `kind` too;
    `result` is what the workflow came to, if it came so far.
    """

    def __init__(
        self,
        message: str,
        run_id: int,
        status: str,
        result: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, status)
        self.run_id = run_id
        self.status = status
        self.result = None if result is None else dict(result)


class ConfigError(HostError):
    """The plugin's config could not be changed: it would be wrong, or could not be saved."""


class ExecError(HostError):
    """A program could not be started, or the host ended it."""
