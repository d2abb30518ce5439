"""What a Python plugin is written with. It needs nothing but the standard library.

For authors: `base` (the plugin's class), `agent`, `workflow`, `hooks`, `permissions`, `errors`,
`orchestrator` (what runs agents and workflows), and for their tests `testing` and `pytest_plugin`.
`client` is the same `orchestrator` for programs that are no plugins, over HTTP. The guide's names
(`plugins.base`, `plugins.permissions`, `agents.base_agent`, `workflows.base_workflow`) are served
by `importing`.

For whoever runs a plugin: `loading` and `components` turn a folder into a plugin and what it
contributes, `streams` and `context` call it. Nothing here knows how messages travel to the host;
that is `child`, which imports from here and is never imported.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrator_sdk.agent import BaseAgent
    from orchestrator_sdk.base import BasePlugin, PluginInitializationError, PluginMetadata
    from orchestrator_sdk.context import ExecResult
    from orchestrator_sdk.errors import (
        AgentError,
        ConfigError,
        ExecError,
        HostError,
        LoadError,
        RunFailed,
    )
    from orchestrator_sdk.hooks import HookDenied, HookManager, SupplyOutput
    from orchestrator_sdk.orchestrator import BaseOrchestrator
    from orchestrator_sdk.permissions import PluginPermission, PluginPermissionManager
    from orchestrator_sdk.workflow import BaseWorkflow

__version__ = "2.0.0"

__all__ = [
    "AgentError",
    "BaseAgent",
    "BaseOrchestrator",
    "BasePlugin",
    "BaseWorkflow",
    "ConfigError",
    "ExecError",
    "ExecResult",
    "HookDenied",
    "HookManager",
    "HostError",
    "LoadError",
    "PluginInitializationError",
    "PluginMetadata",
    "PluginPermission",
    "PluginPermissionManager",
    "RunFailed",
    "SupplyOutput",
    "__version__",
]

_HOMES = {
    "AgentError": "errors",
    "BaseAgent": "agent",
    "BaseOrchestrator": "orchestrator",
    "BasePlugin": "base",
    "BaseWorkflow": "workflow",
    "ConfigError": "errors",
    "ExecError": "errors",
    "ExecResult": "context",
    "HookDenied": "hooks",
    "HookManager": "hooks",
    "HostError": "errors",
    "LoadError": "errors",
    "PluginInitializationError": "base",
    "PluginMetadata": "base",
    "PluginPermission": "permissions",
    "PluginPermissionManager": "permissions",
    "RunFailed": "errors",
    "SupplyOutput": "hooks",
}


def __getattr__(name: str) -> object:
    # Found when asked for: the plugin's process greets its host before it imports any of them.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
