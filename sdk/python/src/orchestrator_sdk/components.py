"""What a plugin contributes: from its methods and from what its manifest declares."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import CoroutineType
from typing import Any, NamedTuple

from orchestrator_sdk.base import BasePlugin
from orchestrator_sdk.errors import LoadError
from orchestrator_sdk.hooks import HookHandler, HookManager
from orchestrator_sdk.resolving import construct, resolve, told


class Agent(NamedTuple):
    """An agent. `make` gives the one to run: a new one each time, if the plugin gave a class."""

    name: str
    role: str
    provider: str
    timeout: float | None
    """In seconds."""
    make: Callable[[], Any]


class Workflow(NamedTuple):
    """A workflow; `make` as with agents."""

    name: str
    description: str
    agents: Sequence[str]
    config_schema: dict[str, Any] | None
    make: Callable[[], Any]


class Components(NamedTuple):
    """All that a plugin contributes. Routers are FastAPI's, or ASGI applications."""

    agents: dict[str, Agent]
    workflows: dict[str, Workflow]
    routers: list[Any]
    hooks: list[HookHandler]


def collect(plugin: BasePlugin, package: str, declared: Mapping[str, Any]) -> Components:
    """Asks the plugin's methods, and adds what `declared` (the protocol's `Declared`) has besides.

    What both give counts once, as the code gives it. Raises `LoadError`.
    """
    return Components(
        agents=agents_of(plugin, package, declared.get("agents", ())),
        workflows=workflows_of(plugin, package, declared.get("workflows", ())),
        routers=_routers(plugin, package, declared.get("routers", ())),
        hooks=_hooks(plugin, package, declared.get("hooks", ())),
    )


def agents_of(
    plugin: BasePlugin, package: str, declared: Sequence[Mapping[str, str]]
) -> dict[str, Agent]:
    """A plugin's agents by name."""
    agents = {}
    for name, value in _named(plugin, package, "get_agents", declared).items():
        make, one = _maker(plugin, name, value, "agent", "process_request", "BaseAgent")
        timeout = getattr(one, "timeout", None)
        if timeout is not None and not (isinstance(timeout, (int, float)) and timeout > 0):
            raise LoadError(f"the timeout of the agent {name} is {timeout!r}; give seconds above 0")
        agents[name] = Agent(
            name,
            str(getattr(one, "role", "")),
            str(getattr(one, "provider", "Python")),
            timeout,
            make,
        )
    return agents


def workflows_of(
    plugin: BasePlugin, package: str, declared: Sequence[Mapping[str, str]]
) -> dict[str, Workflow]:
    """A plugin's workflows by name."""
    workflows = {}
    for name, value in _named(plugin, package, "get_workflows", declared).items():
        make, one = _maker(plugin, name, value, "workflow", "execute", "BaseWorkflow")
        schema = getattr(one, "config_schema", None)
        if schema is not None and not isinstance(schema, dict):
            raise LoadError(f"the config_schema of the workflow {name} is {schema!r}; give a dict")
        workflows[name] = Workflow(
            name,
            str(getattr(one, "description", "")),
            [str(agent) for agent in getattr(one, "agents", ())],
            schema,
            make,
        )
    return workflows


def _routers(plugin: BasePlugin, package: str, declared: Sequence[str]) -> list[Any]:
    routers = _ask(plugin, "get_api_routers", (list, tuple), "a list of routers")
    given = [*routers, *(resolve(package, path, plugin.plugin_dir) for path in declared)]
    unique: list[Any] = []
    for router in given:
        if not any(router is known for known in unique):
            unique.append(router)
    return unique


def _hooks(
    plugin: BasePlugin, package: str, declared: Sequence[Mapping[str, str]]
) -> list[HookHandler]:
    manager = HookManager()
    try:
        plugin.register_hooks(manager)
    except Exception as error:
        raise LoadError(f"register_hooks failed: {told(error, plugin.plugin_dir)}") from error
    for entry in declared:
        hook, path = entry["hook"], entry["handler"]
        try:
            manager.declare(hook, path, resolve(package, path, plugin.plugin_dir))
        except (ValueError, TypeError) as error:
            raise LoadError(f"plugin.yaml names `{path}`: {error}") from error
        except LoadError as error:
            # A manifest may name a handler that only the code knows where to find.
            there = [known.name for known in manager.handlers if known.hook == hook]
            if len(there) != 1 and path.rpartition(".")[2] not in there:
                raise
            plugin.logger.debug("%s; the registered handler is used", error)
    return manager.handlers


def _named(
    plugin: BasePlugin, package: str, method: str, declared: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Values by name, of the method and of the manifest."""
    given: dict[str, Any] = dict(_ask(plugin, method, Mapping, "a dict of names and classes"))
    for name in given:
        if not isinstance(name, str) or not name:
            raise LoadError(f"{method}() has the name {name!r}; names are texts")
    for entry in declared:
        name, path = entry["name"], entry["class"]
        try:
            value = resolve(package, path, plugin.plugin_dir)
        except LoadError as error:
            if name not in given:
                raise
            plugin.logger.warning("%s; what %s() gives is used", error, method)
            continue
        other = given.setdefault(name, value)
        # What a function makes is known only when it runs.
        if other is not value and type(other) is not value and not inspect.isroutine(other):
            message = "plugin.yaml has `%s` for %s, %s() gives %r, which is used"
            plugin.logger.warning(message, path, name, method, other)
    return given


def _ask(plugin: BasePlugin, method: str, kind: Any, expected: str) -> Any:
    try:
        value = getattr(plugin, method)()
    except LoadError:
        raise
    except Exception as error:
        raise LoadError(f"{method}() failed: {told(error, plugin.plugin_dir)}") from error
    if isinstance(value, CoroutineType):
        value.close()
        raise LoadError(f"{method} is `async def`; write it as a plain `def`")
    if value is None:
        return ()
    if not isinstance(value, kind):
        raise LoadError(f"{method}() returned a {type(value).__name__}; return {expected}")
    return value


def _maker(
    plugin: BasePlugin, name: str, value: Any, what: str, method: str, base: str
) -> tuple[Callable[[], Any], Any]:
    """How to get the one to run, and a first one to read its description from."""
    if not isinstance(value, type) and hasattr(value, method):
        return (lambda: value), value
    if not callable(value):
        raise LoadError(f"the {what} {name} is {value!r}; give a class derived from {base}")
    label = f"the {what} {name} ({getattr(value, '__name__', type(value).__name__)})"

    def make() -> Any:
        return construct(value, plugin.config, label, False)

    try:
        first = make()
    except LoadError:
        raise
    except (Exception, SystemExit) as error:
        raise LoadError(f"{label} can't be made: {told(error, plugin.plugin_dir)}") from error
    if isinstance(first, CoroutineType):
        first.close()
    if not hasattr(first, method):
        raise LoadError(f"{label} has no {method}; let it derive from {base}")
    return make, first
