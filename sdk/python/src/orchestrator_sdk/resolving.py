"""From what a manifest or an author's method names to the object, with errors that help."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

from orchestrator_sdk import submodules
from orchestrator_sdk.errors import LoadError

#: As in `inspect.CO_VARARGS`.
_HAS_VARARGS = 0x04


def import_module(name: str, folder: Path) -> Any:
    """Imports a module of a plugin. Raises `LoadError` if that fails, or if it ends the process."""
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise LoadError(f"{name} can't be imported: {told(error, folder)}") from error


def resolve(package: str, path: str, folder: Path) -> Any:
    """What the dotted `path`, relative to a plugin's package, names.

    `agents.CustomAgent` is an attribute of the module `agents`, or of the one file in that folder
    that defines it.
    """
    parts = path.split(".")
    module, rest = package, parts
    while len(rest) > 1 and _is_module(f"{module}.{rest[0]}"):
        module, rest = f"{module}.{rest[0]}", rest[1:]
    found = import_module(module, folder)
    for part in rest:
        try:
            found = getattr(found, part)
        except AttributeError as error:
            raise LoadError(_missing(path, found, part, module, error)) from error
    return found


def construct(make: Any, config: Mapping[str, Any], what: str, prefer_config: bool) -> Any:
    """Calls a class or a function with the config as its only argument, or without any.

    `prefer_config` decides where both are possible. What the call raises passes through;
    `LoadError` if it wants something else.
    """
    forms: list[tuple[Any, ...]] = [(dict(config),), ()]
    for arguments in forms if prefer_config else reversed(forms):
        if _takes(make, arguments):
            return make(*arguments)
    raise LoadError(f"{what} takes {_signature(make)}; let it take the config alone, or nothing")


def told(error: BaseException, folder: Path) -> str:
    """An exception in one sentence, with its place in the plugin's own code if it has one."""
    kind = type(error).__name__
    if isinstance(error, SystemExit):
        text = f"it ended the process (SystemExit: {error.code})"
    elif isinstance(error, (LoadError, PermissionError)):
        text = str(error)
    elif isinstance(error, SyntaxError):
        text = f"{kind}: {error.msg}"
    else:
        text = f"{kind}: {error}" if str(error) else kind
    place = _place(error, folder)
    if place is not None:
        text += f" ({place})"
    if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("plugins."):
        text += (
            "; if it is a package, name it in requirements.txt or in `requires.packages`; "
            "if it is a file of the plugin, import it with a dot, as in `from .name import x`"
        )
    return text


def _place(error: BaseException, folder: Path) -> str | None:
    spots: list[tuple[str, int]] = []
    trace = error.__traceback__
    while trace is not None:
        spots.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        spots.append((error.filename, error.lineno or 1))
    for file, line in reversed(spots):
        if folder in Path(file).parents:
            return f"{Path(file).relative_to(folder)}, line {line}"
    return None


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, AttributeError):
        return False


def _missing(path: str, holder: Any, part: str, module: str, error: AttributeError) -> str:
    import difflib

    if _is_module(f"{module}.{part}"):
        return f"plugin.yaml names `{path}`, which is a module; name what is in it: `{path}.<name>`"
    names = [name for name in [*dir(holder), *submodules.names(holder)] if not name.startswith("_")]
    near = difflib.get_close_matches(part, names, 1)
    remedy = f"did you mean `{near[0]}`?" if near else "write it there, or correct plugin.yaml"
    return f"plugin.yaml names `{path}`, and that can't be found: {error}; {remedy}"


def _takes(make: Any, arguments: tuple[Any, ...]) -> bool:
    is_class: bool = isinstance(make, type)
    function = make.__init__ if is_class else make
    if isinstance(function, FunctionType) and not hasattr(function, "__wrapped__"):
        # Most are plain functions, and for these `inspect` (a tenth of a start) is not needed.
        code, given = function.__code__, len(arguments) + is_class
        least = code.co_argcount - len(function.__defaults__ or ())
        fits = given <= code.co_argcount or bool(code.co_flags & _HAS_VARARGS)
        named = code.co_kwonlyargcount - len(function.__kwdefaults__ or ())
        return least <= given and fits and named == 0
    try:
        _signature(make).bind(*arguments)
    except TypeError:
        return False
    return True


def _signature(make: Any) -> inspect.Signature:
    """A class's parameters are those of its `__init__`: the SDK's classes have a `__new__` that
    takes anything."""
    is_class: bool = isinstance(make, type)
    if not is_class:
        return inspect.signature(make)
    if make.__init__ is object.__init__:
        return inspect.Signature()
    signature = inspect.signature(make.__init__)
    return signature.replace(parameters=list(signature.parameters.values())[1:])
