"""From a plugin's folder to its instance, as the host and as an author's test make it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from orchestrator_sdk import importing, logs
from orchestrator_sdk.base import BasePlugin, Surroundings, surrounded
from orchestrator_sdk.components import Components, collect
from orchestrator_sdk.errors import LoadError
from orchestrator_sdk.resolving import construct, import_module, resolve, told


class LoadedPlugin(NamedTuple):
    """A plugin that was made, and is not initialized yet."""

    plugin: BasePlugin
    package: str
    """The name of its package, `plugins.<folder>`."""
    declared: Mapping[str, Any]

    def components(self) -> Components:
        """What it contributes; to be asked after its `initialize`. Raises `LoadError`."""
        return collect(self.plugin, self.package, self.declared)

    def degraded(self) -> str | None:
        """Why it works with less than it should, if it says so."""
        mode = self.plugin.degraded_mode
        if isinstance(mode, str) and mode:
            return mode
        return "the plugin set degraded_mode" if mode else None


def load(surroundings: Surroundings, declared: Mapping[str, Any] | None = None) -> LoadedPlugin:
    """Imports a plugin's `main.py` and makes the plugin.

    `declared` is what the manifest says of its code, as the protocol's `Declared`: `class`,
    `agents` and `workflows` (each with `name` and `class`), `routers`, `hooks` (each with `hook`
    and `handler`). Raises `LoadError` with what is wrong and what to do.
    """
    declared = declared or {}
    folder = surroundings.plugin_dir.resolve()
    if not (folder / "main.py").is_file():
        raise LoadError(f"{folder} has no main.py; write the plugin's class there")
    package = importing.install(folder)
    logs.set_level(logging.getLogger(package), surroundings.config.get("log_level", "INFO"))
    plugin_class = _find_class(package, folder, declared.get("class"))
    with surrounded(surroundings):
        try:
            plugin = construct(
                plugin_class, surroundings.config, f"{plugin_class.__name__}.__init__", True
            )
        except LoadError:
            raise
        except (Exception, SystemExit) as error:
            message = f"{plugin_class.__name__} can't be made: {told(error, folder)}"
            raise LoadError(message) from error
    return LoadedPlugin(plugin, package, declared)


def _find_class(package: str, folder: Path, named: str | None) -> type[BasePlugin]:
    main = import_module(f"{package}.main", folder)
    if named is not None:
        path = named if "." in named else f"main.{named}"
        return _plugin_class(resolve(package, path, folder), named)
    own = [
        value
        for value in vars(main).values()
        if isinstance(value, type)
        and issubclass(value, BasePlugin)
        and value.__module__.startswith(f"{package}.")
    ]
    # A class that another one derives from is not meant; one with two names is one.
    meant = [c for c in dict.fromkeys(own) if not any(o is not c and issubclass(o, c) for o in own)]
    if len(meant) == 1:
        return meant[0]
    if hasattr(main, "Plugin"):
        return _plugin_class(main.Plugin, "Plugin")
    if meant:
        names = ", ".join(c.__name__ for c in meant)
        raise LoadError(
            f"main.py defines several plugins ({names}); name one with `class:` in plugin.yaml"
        )
    raise LoadError(
        "main.py defines no plugin; write a class there that derives from BasePlugin "
        "(`from plugins.base import BasePlugin`)"
    )


def _plugin_class(value: object, name: str) -> type[BasePlugin]:
    if isinstance(value, type) and issubclass(value, BasePlugin):
        return value
    raise LoadError(
        f"`{name}` in main.py is no class that derives from BasePlugin; let it derive from it"
    )
