"""How a plugin's code is found: the guide's names, and the plugin's own folder as a package.

- `plugins.<folder>` is the plugin's folder (with `_` for what can't stand in a name), with or
  without an `__init__.py`.
- `plugins.base`, `plugins.permissions`, `agents.base_agent` and `workflows.base_workflow` hold the
  SDK's classes.
- The top-level names `plugins`, `agents` and `workflows` are what is installed under them, if
  anything is, and otherwise empty packages; never a folder of the plugin's own.

Folders that are no part of what people approve (`target`, `__pycache__` and the like) hold nothing
to import. The plugin's own code is always compiled from its source. A bytecode cache is neither
read, since one that was put there would run instead of the source that people approved, nor
written.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import re
import sys
from collections.abc import Sequence
from importlib.machinery import FileFinder, ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

from orchestrator_sdk import submodules

if TYPE_CHECKING:
    from importlib.abc import Loader, MetaPathFinder
else:
    # What the import system asks of them is below; the module that defines them takes a tenth of a
    # plugin's start to import.
    Loader = MetaPathFinder = object
from orchestrator_sdk.errors import LoadError

# The guide's modules, and what they hold, as (module of the SDK, names).
_GUIDE = {
    "plugins.base": (
        "orchestrator_sdk.base",
        ("BasePlugin", "PluginInitializationError", "PluginMetadata"),
    ),
    "plugins.permissions": (
        "orchestrator_sdk.permissions",
        ("PluginPermission", "PluginPermissionManager"),
    ),
    "agents.base_agent": ("orchestrator_sdk.agent", ("BaseAgent",)),
    "workflows.base_workflow": ("orchestrator_sdk.workflow", ("BaseWorkflow",)),
}
_TOP = ("plugins", "agents", "workflows")
# Below a plugin's folder, but no part of the plugin.
_FOREIGN = ".venv"
# What tools leave behind: the host leaves it out when it looks whether a plugin has changed.
_LEFT_OUT = frozenset({"__pycache__", ".pytest_cache", ".git", "target"})

_folders: dict[str, Path] = {}


def install(folder: Path) -> str:
    """Makes a plugin's folder importable and returns its package's name, `plugins.<name>`.

    May be called for several folders, and again for the same one. A folder that takes the name of
    another one replaces it.

    Raises `LoadError` for a folder whose name is the guide's own.
    """
    folder = folder.resolve()
    package = "plugins." + re.sub(r"\W", "_", folder.name)
    if package in _GUIDE:
        taken = package.removeprefix("plugins.")
        raise LoadError(f"{folder}: a plugin's folder can't be called `{taken}`; rename it")
    if _folders.get(package) != folder:
        _folders[package] = folder
        for name in [n for n in sys.modules if n == package or n.startswith(package + ".")]:
            del sys.modules[name]
        for entry in [e for e in sys.path_importer_cache if _owner(e) == folder]:
            del sys.path_importer_cache[entry]
    if _FINDER not in sys.meta_path:
        # Before the finder of `sys.path`, after those of programs that rewrite tests.
        ordinary = sys.meta_path.index(PathFinder) if PathFinder in sys.meta_path else 0
        sys.meta_path.insert(ordinary, _FINDER)
        sys.path_hooks.insert(0, _source_only)
    return package


def package_of(module: str) -> str:
    """The package of the plugin that a module belongs to; the module itself if it is in none."""
    package = ".".join(module.split(".")[:2])
    return package if package in _folders else module


def folder_of(package: str) -> Path | None:
    """The folder of an installed plugin's package."""
    return _folders.get(package)


def _owner(path: str) -> Path | None:
    """The plugin's folder that a path lies in."""
    real = Path(os.path.realpath(path))
    for folder in _folders.values():
        if real == folder or folder in real.parents:
            return None if _FOREIGN in real.relative_to(folder).parts[:1] else folder
    return None


def _check_content(fullname: str, place: str) -> None:
    """Raises `ModuleNotFoundError` for what is in a plugin's folder and no part of its content."""
    folder = _owner(place)
    if folder is None:
        return
    left_out = _LEFT_OUT.intersection(Path(os.path.realpath(place)).relative_to(folder).parts)
    for name in left_out:
        text = f"{place} can't be imported: `{name}` is no part of the plugin's content; rename it"
        raise ModuleNotFoundError(text, name=fullname)


class _SourceLoader(SourceFileLoader):
    """Compiles the source, whatever caches lie beside it."""

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        submodules.serve(module)


class _ContentFinder(FileFinder):
    """Finds what is part of the plugin's content alone."""

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = super().find_spec(fullname, target)
        if spec is not None:
            for place in (spec.origin, *(spec.submodule_search_locations or ())):
                if place is not None:
                    _check_content(fullname, place)
        return spec


class _Loader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None


class _FolderLoader(_Loader):
    """A folder without an `__init__.py`."""

    def exec_module(self, module: ModuleType) -> None:
        submodules.serve(module)


class _GuideLoader(_Loader):
    """A module of the guide: the SDK's classes under another name."""

    def exec_module(self, module: ModuleType) -> None:
        source, names = _GUIDE[module.__name__]
        found = importlib.import_module(source)
        module.__doc__ = f"The same as in `{source}`."
        for name in names:
            setattr(module, name, getattr(found, name))
        vars(module)["__all__"] = list(names)


class _EmptyLoader(_Loader):
    """A top-level name under which nothing is installed."""

    def exec_module(self, module: ModuleType) -> None:
        module.__doc__ = "Served by orchestrator_sdk."


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in _GUIDE:
            return ModuleSpec(fullname, _GuideLoader(), origin="orchestrator_sdk")
        if fullname in _TOP:
            empty = ModuleSpec(fullname, _EmptyLoader(), origin="orchestrator_sdk", is_package=True)
            return self._installed(fullname) or empty
        if fullname in _folders:
            return _package(fullname, _folders[fullname])
        if path is not None and package_of(fullname) in _folders:
            # Files are found by `sys.path`'s own finder, through `_source_only`.
            for entry in path:
                folder = Path(entry) / fullname.rpartition(".")[2]
                beside = any(Path(f"{folder}{end}").is_file() for end in _SUFFIXES)
                if not beside and folder.is_dir() and not (folder / "__init__.py").is_file():
                    _check_content(fullname, str(folder))
                    return _package(fullname, folder)
        return None

    def _installed(self, fullname: str) -> ModuleSpec | None:
        """What other finders know by a top-level name, unless it is the plugin's or its parent."""
        entries = [e for e in sys.path if _owner(e or os.getcwd()) is None]
        others = [f for f in sys.meta_path if f is not self and f is not PathFinder]
        for finder in (None, *others):
            look = getattr(finder, "find_spec", None)
            spec = look(fullname, None) if look else None
            if finder is None:
                spec = PathFinder.find_spec(fullname, entries)
            if isinstance(spec, ModuleSpec) and not _is_ours(spec):
                if spec.submodule_search_locations is None:
                    # A lone module; the guide's modules shall be importable below it too.
                    spec.submodule_search_locations = []
                return spec
        return None


def _is_ours(spec: ModuleSpec) -> bool:
    """Whether a top-level package is a folder of a plugin, or the folder that plugins lie in."""
    places = [os.path.realpath(place) for place in spec.submodule_search_locations or ()]
    parents = {str(folder.parent) for folder in _folders.values()}
    return any(place in parents or _owner(place) for place in places)


def _package(fullname: str, folder: Path) -> ModuleSpec | None:
    init = folder / "__init__.py"
    if init.is_file():
        return importlib.util.spec_from_file_location(
            fullname,
            init,
            loader=_SourceLoader(fullname, str(init)),
            submodule_search_locations=[str(folder)],
        )
    spec = ModuleSpec(fullname, _FolderLoader(), origin=str(folder), is_package=True)
    spec.submodule_search_locations = [str(folder)]
    return spec


_SUFFIXES = importlib.machinery.SOURCE_SUFFIXES + importlib.machinery.EXTENSION_SUFFIXES


def _source_only(path: str) -> FileFinder:
    """The path hook for everything below a plugin's folder, however it came into `sys.path`."""
    if _owner(path) is None:
        raise ImportError(f"{path} is in no plugin's folder")
    return _ContentFinder(
        path,
        (importlib.machinery.ExtensionFileLoader, importlib.machinery.EXTENSION_SUFFIXES),
        (_SourceLoader, importlib.machinery.SOURCE_SUFFIXES),
    )


_FINDER = _Finder()
