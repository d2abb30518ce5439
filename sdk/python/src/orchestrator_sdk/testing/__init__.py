"""Helpers for a plugin's own tests; they need no host.

- `running` loads and initializes a plugin from its folder, as the host does.
- `run_agent`, `run_workflow` and `run_hook` collect what one of them gives.
- `api` calls a plugin's routers without a socket.
- `FakeHost` supplies the agents and workflows of others, takes the place of programs, and denies
  permissions.

Nothing outside of tests may import from here.
"""

from orchestrator_sdk.testing.api import Answer, ApiClient, api
from orchestrator_sdk.testing.host import FakeHost
from orchestrator_sdk.testing.running import RunningPlugin, running
from orchestrator_sdk.testing.single import run_agent, run_hook, run_workflow

__all__ = [
    "Answer",
    "ApiClient",
    "FakeHost",
    "RunningPlugin",
    "api",
    "run_agent",
    "run_hook",
    "run_workflow",
    "running",
]
