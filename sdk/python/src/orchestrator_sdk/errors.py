"""What goes wrong between a plugin and its host, as exceptions."""

from __future__ import annotations


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


class ConfigError(HostError):
    """The plugin's config could not be changed: it would be wrong, or could not be saved."""


class ExecError(HostError):
    """A program could not be started, or the host ended it."""
