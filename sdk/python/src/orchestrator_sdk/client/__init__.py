"""The orchestrator over HTTP, for programs that are no plugins. The standard library alone.

`orchestrator` has the client; `following` a run's events with resuming; `http` and `sse` speak;
`problems` turns a server's refusals into exceptions; `token` finds what one is let in with. Nothing
here knows of plugins, and nothing that a plugin runs imports from here.
"""

from orchestrator_sdk.client.orchestrator import Orchestrator
from orchestrator_sdk.client.problems import RequestError

__all__ = ["Orchestrator", "RequestError"]
