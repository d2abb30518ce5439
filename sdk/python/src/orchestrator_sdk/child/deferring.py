"""Modules that `asyncio` imports and a plugin may never use, read when they are first used.

Together they are a third of what importing `asyncio` takes, and most of a plugin's start is that.
They are ordinary modules to everybody: the first touch of a deferred one runs its code.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib.machinery import PathFinder
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec
    from typing import Any

#: None of them is used by the code that runs while `asyncio` is imported.
NAMES = frozenset(("asyncio.sslproto", "inspect", "locale", "ssl", "textwrap", "tokenize"))
#: A Python that was built without it shall say so at the import.
_PART_OF = {"ssl": "_ssl"}
#: What the import system sets and asks for; no reason to run a module's code.
_KNOWN = frozenset(("__class__", "__file__", "__loader__", "__name__", "__package__", "__spec__"))

# One for all, so that two threads can't wait for each other's modules.
_lock = RLock()
_running: set[str] = set()


@contextmanager
def deferred() -> Iterator[None]:
    """What is in `NAMES` and is first imported meanwhile is read only when it is first used."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder:
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in NAMES:
            return None
        if name in _PART_OF and PathFinder.find_spec(_PART_OF[name]) is None:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)  # type: ignore[assignment]
        return spec


class _Loader:
    """Leaves a module unread, and gives way to its real loader."""

    def __init__(self, real: Loader) -> None:
        self._real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        assert spec is not None
        spec.loader = module.__loader__ = self._real
        module.__class__ = _Unread


class _Unread(ModuleType):
    # `super()` would fail after the reading, when this is no longer the module's class. And
    # Python's own `LazyLoader` reads a module as soon as a second one imports it, and in older
    # versions lets other threads see it half read.

    def __getattribute__(self, name: str) -> Any:
        if name not in _KNOWN:
            _read(self)
        return ModuleType.__getattribute__(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        _read(self)
        ModuleType.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        _read(self)
        ModuleType.__delattr__(self, name)


def _read(module: ModuleType) -> None:
    """Runs the module's code, unless that is done or this thread is in the middle of it."""
    with _lock:
        spec = module.__spec__
        assert spec is not None and spec.loader is not None
        if module.__class__ is not _Unread or spec.name in _running:
            return
        _running.add(spec.name)
        try:
            spec.loader.exec_module(module)
            # Past `__setattr__`, which is for others.
            ModuleType.__setattr__(module, "__class__", ModuleType)
        finally:
            _running.discard(spec.name)
