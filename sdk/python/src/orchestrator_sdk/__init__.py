"""What a Python plugin is written with. It needs nothing but the standard library.

For authors: `base` (the plugin's class), `agent`, `workflow`, `hooks`, `errors`, and for their
tests `testing` and `pytest_plugin`. The guide's names (`plugins.base`, `agents.base_agent`,
`workflows.base_workflow`) are served by `importing`.

For whoever runs a plugin: `loading` and `components` turn a folder into a plugin and what it
contributes, `streams` and `context` call it. Nothing here knows how messages travel to the host;
that is `child`, which imports from here and is never imported.
"""

from orchestrator_sdk.agent import BaseAgent
from orchestrator_sdk.base import BasePlugin, PluginInitializationError, PluginMetadata
from orchestrator_sdk.context import ExecResult
from orchestrator_sdk.errors import AgentError, ExecError, HostError, LoadError
from orchestrator_sdk.hooks import HookDenied, HookManager
from orchestrator_sdk.workflow import BaseWorkflow

__version__ = "2.0.0"

__all__ = [
    "AgentError",
    "BaseAgent",
    "BasePlugin",
    "BaseWorkflow",
    "ExecError",
    "ExecResult",
    "HookDenied",
    "HookManager",
    "HostError",
    "LoadError",
    "PluginInitializationError",
    "PluginMetadata",
    "__version__",
]
