"""`from .agents import CustomAgent` finds a class that lies in a file of the folder `agents/`.

A package of a plugin whose `__init__.py` is absent, or does not name what is asked for, is
searched: the one file in it that defines the name at its top level is imported. The others are only
parsed for this, not run.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any


def serve(module: ModuleType) -> None:
    """Lets a package be asked for what its files define; a module or a package with a
    `__getattr__` of its own stays as it is."""
    places = getattr(module, "__path__", None)
    if places is None or "__getattr__" in vars(module):
        return
    folders = [Path(place) for place in places]

    def search(name: str) -> Any:
        package = module.__name__
        if not name.startswith("__") and not any(_is_submodule(f, name) for f in folders):
            found = [file.stem for folder in folders for file in _defining(folder, name)]
            if len(found) > 1:
                files = " and ".join(f"{stem}.py" for stem in found)
                message = f"{name} is in {files} of {package}; import it in its __init__.py"
                raise AttributeError(message)
            if found:
                return getattr(importlib.import_module(f"{package}.{found[0]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    vars(module)["__getattr__"] = search


def names(module: object) -> set[str]:
    """What a package can be asked for: its files, its folders, and what its files define."""
    found: set[str] = set()
    for folder in map(Path, getattr(module, "__path__", None) or ()):
        for entry in folder.iterdir():
            if entry.stem.isidentifier() and (entry.suffix == ".py" or entry.is_dir()):
                found.add(entry.stem)
            if entry.suffix == ".py":
                found.update(_defined(entry.read_bytes()))
    return found


def _defined(source: bytes) -> set[str]:
    import ast

    try:
        return set(_bound(ast.parse(source)))
    except (SyntaxError, ValueError):
        # Importing it tells where.
        return set()


def _is_submodule(folder: Path, name: str) -> bool:
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir()


def _defining(folder: Path, name: str) -> Iterator[Path]:
    import ast

    for entry in sorted(os.listdir(folder)):
        if entry.endswith(".py") and entry != "__init__.py" and entry[:-3].isidentifier():
            source = (folder / entry).read_bytes()
            if name.encode() not in source:
                continue
            try:
                defines = name in _bound(ast.parse(source))
            except (SyntaxError, ValueError):
                # Importing it tells where.
                defines = True
            if defines:
                yield folder / entry


def _bound(tree: Any) -> Iterator[str]:
    """The names that a module defines at its top level; imported ones don't count."""
    import ast

    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
