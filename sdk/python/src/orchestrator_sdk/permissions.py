"""What a plugin may do, under the guide's names.

In a host this only looks: the operator grants, the host tells what is granted, and it decides anew
whenever something is used. Without a host, as in an author's own tests, a test grants.
"""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, NamedTuple, TypeVar, cast

from orchestrator_sdk import base, context, importing
from orchestrator_sdk.context import Host

F = TypeVar("F", bound=Callable[..., Any])

_logger = logging.getLogger(__name__)


class PluginPermission(Enum):
    """The permissions; the values are their names in `plugin.yaml` and on the command line."""

    READ_WORKFLOW = "read_workflow"
    """Its hooks get workflows' contexts and results."""
    WRITE_WORKFLOW = "write_workflow"
    """What its hooks return counts, and its workflows can be run."""
    EXECUTE_AGENT = "execute_agent"
    """`_run_agent` and `_run_agent_stream`; the scope is names of agents."""
    ACCESS_API = "access_api"
    """Its routes are served, and its hooks get API requests; the scope is prefixes of paths."""
    MODIFY_CONFIG = "modify_config"
    """Its own config can be changed; the scope is keys."""
    NETWORK = "network"
    """The scope is `host:port`, or `any`."""
    READ_FILES = "read_files"
    """The scope is paths."""
    WRITE_FILES = "write_files"
    """The scope is paths."""
    SPAWN = "spawn"
    """`_exec` and `_exec_stream`; the scope is programs."""


class PluginPermissionManager:
    """Asks what is granted. All managers of a process give the same answers.

    Where a `permission` is asked for, its value (`"execute_agent"`) will do as well; a name that is
    none is a `ValueError`. May be used from any thread.
    """

    @property
    def permissions(self) -> dict[str, set[PluginPermission]]:
        """What is granted, by plugin: a copy, so adding to it grants nothing."""
        if _served is not None:
            return {_served.plugin: {p for p in PluginPermission if p.value in _held()}}
        return {plugin: set(granted) for plugin, granted in _granted_by_tests.items()}

    def check_permission(self, plugin_name: str, permission: PluginPermission | str) -> bool:
        """Whether a plugin has a permission now, for all or for some of what it covers.

        Costs no message to the host, and promises nothing: a use of the permission can still be
        refused, for its scope or because it was revoked meanwhile. The running plugin goes by its
        manifest's name and by that of its `metadata`. Of other plugins a process knows nothing:
        the answer is False, with a warning in the log.
        """
        return self.scope_of(plugin_name, permission) is not None

    def scope_of(
        self, plugin_name: str, permission: PluginPermission | str
    ) -> tuple[str, ...] | None:
        """What a permission may be used on, as granted; empty: on all that it covers. None if the
        plugin does not have it (see `check_permission`)."""
        wanted = PluginPermission(permission)
        if _served is not None and not _is_served(plugin_name):
            text = "%s asked for the permission %s of %s; a plugin is told of its own alone"
            _logger.warning(text, _served.plugin, wanted.value, plugin_name)
            return None
        if _host() is None:
            return () if wanted in _granted_by_tests.get(plugin_name, ()) else None
        scope = _held().get(wanted.value)
        return None if scope is None else tuple(scope)

    def require_permission(self, permission: PluginPermission | str) -> Callable[[F], F]:
        """A decorator for the methods of plugins, agents and workflows, async or not: without the
        permission a call raises `PermissionError("<plugin> lacks permission: <permission>")`."""
        needed = PluginPermission(permission)

        def decorator(function: F) -> F:
            def check(arguments: tuple[Any, ...]) -> None:
                name = _name_of(arguments[0] if arguments else None)
                if not self.check_permission(name, needed):
                    raise PermissionError(f"{name} lacks permission: {needed.value}")

            @functools.wraps(function)
            def checked(*arguments: Any, **named: Any) -> Any:
                check(arguments)
                return function(*arguments, **named)

            @functools.wraps(function)
            async def checked_when_awaited(*arguments: Any, **named: Any) -> Any:
                check(arguments)
                return await function(*arguments, **named)

            is_async = inspect.iscoroutinefunction(function)
            return cast(F, checked_when_awaited if is_async else checked)

        return decorator

    def grant_permission(self, plugin_name: str, permission: PluginPermission | str) -> None:
        """Grants a permission in a test: until its end, if pytest runs it.

        In a host only the operator can grant, so there it raises `PermissionError` with the command
        for it. What a `FakeHost` denies stays denied within its calls.
        """
        granted = PluginPermission(permission)
        if _served is not None:
            raise PermissionError(
                f"a plugin can't grant permissions; the operator can, with "
                f"`orchestrator permission grant {plugin_name} {granted.value}`"
            )
        _granted_by_tests.setdefault(plugin_name, set()).add(granted)


class _Served(NamedTuple):
    """The plugin that this process runs, and who grants."""

    plugin: str
    host: Host


_served: _Served | None = None
_granted_by_tests: dict[str, set[PluginPermission]] = {}


def serve(plugin: str, host: Host) -> None:
    """Said by whoever runs a plugin in a process of its own: from now on the host's word counts."""
    global _served
    _served = _Served(plugin, host)


@contextmanager
def undone() -> Iterator[None]:
    """What a test grants meanwhile is forgotten at the end."""
    before = {plugin: set(granted) for plugin, granted in _granted_by_tests.items()}
    try:
        yield
    finally:
        _granted_by_tests.clear()
        _granted_by_tests.update(before)


def serving_host() -> Host | None:
    """The host of this process's plugin, if a host runs it."""
    return None if _served is None else _served.host


def _host() -> Host | None:
    if _served is not None:
        return _served.host
    call = context.current()
    return None if call is None else call.host


def _held() -> Mapping[str, Sequence[str]]:
    host = _host()
    return {} if host is None else host.granted()


def _is_served(plugin_name: str) -> bool:
    return _served is not None and (
        plugin_name == _served.plugin or plugin_name in base.names_of_all()
    )


def _name_of(instance: object) -> str:
    """The plugin that a method's first argument is, or belongs to."""
    if _served is not None:
        return _served.plugin
    package = importing.package_of(type(instance).__module__)
    plugin = instance if isinstance(instance, base.BasePlugin) else base.latest(package)
    return package if plugin is None else plugin.metadata.name
