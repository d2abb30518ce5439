"""The class that every plugin derives from."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakValueDictionary

from orchestrator_sdk import importing, logs
from orchestrator_sdk.inside import OrchestratorAttribute

if TYPE_CHECKING:
    from orchestrator_sdk.hooks import HookManager


class PluginInitializationError(Exception):
    """Raised by a plugin's `initialize` when it can't work at all; the message is for people."""


class PluginMetadata:
    """What a plugin says of itself."""

    # No dataclass, here and elsewhere: making those classes took a tenth of a plugin's start.
    def __init__(
        self,
        name: str,
        version: str = "0.0.0",
        description: str = "",
        author: str = "",
        email: str = "",
    ) -> None:
        self.name = name
        self.version = version
        self.description = description
        self.author = author
        self.email = email

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return vars(self) == vars(other)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"


class Surroundings(NamedTuple):
    """What a plugin finds when it is made: its name, its config and its folders."""

    name: str
    plugin_dir: Path
    data_dir: Path
    project_dir: Path
    config: Mapping[str, Any] = MappingProxyType({})


_SURROUNDINGS: ContextVar[Surroundings | None] = ContextVar("orchestrator_plugin", default=None)
_LATEST: WeakValueDictionary[str, BasePlugin] = WeakValueDictionary()

Self = TypeVar("Self", bound="BasePlugin")


class BasePlugin:
    """A plugin: derive from it in `main.py`.

    A subclass may have its own `__init__`, with the config as its parameter or without, and may
    call `super().__init__()` or `super().__init__(config)`. All attributes are there before it.
    """

    metadata: PluginMetadata
    logger: logging.Logger
    """Goes into the host's log. `log_level` in the config sets its level, and that of every logger
    named after a module of the plugin (`logging.getLogger(__name__)`)."""
    degraded_mode: bool | str = False
    """Set it to True, or better to the reason in words, when the plugin works with less than it
    should: the workbench shows it as degraded."""
    orchestrator = OrchestratorAttribute()
    """Runs agents and workflows, and reads what is kept of runs: in routes, hooks and whatever else
    the host calls. Outside of its calls, as in `initialize`, the host refuses."""
    plugin_dir: Path
    """The plugin's own folder, for reading."""
    project_dir: Path
    """The folder of the open project."""
    _data_dir: Path | None

    def __new__(cls: type[Self], *_args: Any, **_kwargs: Any) -> Self:
        # Here and not in `__init__`, so that a subclass that forgets `super().__init__` has it all.
        self = super().__new__(cls)
        package = importing.package_of(cls.__module__)
        found = _SURROUNDINGS.get()
        folder = importing.folder_of(package)
        self._data_dir = found.data_dir if found else None
        self.plugin_dir = found.plugin_dir if found else folder or Path.cwd()
        self.project_dir = found.project_dir if found else Path.cwd()
        self.logger = logging.getLogger(package)
        self.metadata = PluginMetadata(found.name if found else self.plugin_dir.name)
        self.config = dict(found.config) if found else {}
        _LATEST[package] = self
        return self

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        if config is not None:
            self.config = dict(config)

    @property
    def config(self) -> dict[str, Any]:
        """The plugin's settings: its file's values over its schema's and the general defaults."""
        return self._config

    @config.setter
    def config(self, config: dict[str, Any]) -> None:
        self._config = config
        if isinstance(config, Mapping) and "log_level" in config:
            logs.set_level(self.logger, config["log_level"])

    @property
    def data_dir(self) -> Path:
        """A folder of its own that survives restarts; outside of a host, a temporary one."""
        if self._data_dir is None:
            import tempfile

            # Removed when the plugin is.
            self._temporary = tempfile.TemporaryDirectory(prefix="orchestrator-plugin-")
            self._data_dir = Path(self._temporary.name)
        return self._data_dir

    async def initialize(self) -> None:
        """Connects, opens, starts tasks: called once, before anything is asked of the plugin.

        Raise `PluginInitializationError` if the plugin can't work; set `degraded_mode` if it can do
        part of its work.
        """
        await self._setup_resources()

    async def config_changed(self, config: dict[str, Any]) -> None:
        """Takes a config that has changed while the plugin runs; override it if the plugin can.

        Meanwhile `self.config` is still the config before; afterwards it is this one. A plugin that
        does not override it, or that raises, is started anew with the new config.
        """
        raise NotImplementedError

    async def shutdown(self) -> None:
        """Releases what `initialize` took. Tasks that are still running are cancelled after it."""
        await self._cleanup_resources()

    async def _setup_resources(self) -> None:
        """Does nothing; override it if you like."""

    async def _cleanup_resources(self) -> None:
        """Does nothing; override it if you like."""

    def get_agents(self) -> dict[str, Any]:
        """Agents by name: a class (a new one is made for every run), an instance, or a function
        without parameters that makes one."""
        return {}

    def get_workflows(self) -> dict[str, Any]:
        """Workflows by name: classes, instances or functions, as with agents."""
        return {}

    def get_api_routers(self) -> list[Any]:
        """FastAPI's routers or apps, or any ASGI application."""
        return []

    def register_hooks(self, hook_manager: HookManager) -> None:
        """Calls `hook_manager.register(name, handler)` for each hook that the plugin handles."""


@contextmanager
def surrounded(surroundings: Surroundings) -> Iterator[None]:
    """Plugins that are made meanwhile find `surroundings`."""
    token = _SURROUNDINGS.set(surroundings)
    try:
        yield
    finally:
        _SURROUNDINGS.reset(token)


def latest(package: str) -> BasePlugin | None:
    """The plugin of a package (`plugins.x`) that was made last, if it still exists."""
    return _LATEST.get(package)


def names_of_all() -> set[str]:
    """The names that the plugins which were made last from their packages give themselves."""
    return {plugin.metadata.name for plugin in _LATEST.values()}
