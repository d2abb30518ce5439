"""Exceptions as a plugin's author wants to see them:

where in their own code, and nothing of ours.
"""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from orchestrator_sdk.child.errors import CallError

#: Bounds of what is shown: characters of all and of one message, lines, links of a chain, frames of
#: one exception.
MAX_TEXT = 16_000
MAX_MESSAGE = 4_000
MAX_LINE = 200
MAX_CHAIN = 6
MAX_FRAMES = 24

_LIBRARY = os.path.dirname(os.path.realpath(os.__file__))
_SDK = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"

_folder = ""


def set_folder(folder: str) -> None:
    """Says where the plugin's own code lies."""
    global _folder
    _folder = os.path.realpath(folder)


def call_error(error: BaseException, message: str | None = None) -> CallError:
    """What is told to the host of an exception in the plugin's code.

    What the host itself refused keeps its kind, so that a run ends as denied or cancelled.
    """
    from orchestrator_sdk.child.errors import FAILED, PERMISSION_DENIED, CallError
    from orchestrator_sdk.errors import HostError

    kind = error.kind if isinstance(error, HostError) else FAILED
    # The operating system's refusals have a number; the host's and the plugin's own have none.
    if isinstance(error, PermissionError) and error.errno is None:
        kind = PERMISSION_DENIED
    text, trace = message or one_line(error), describe(error)
    return CallError(kind, text, None if trace == text else trace)


def one_line(error: BaseException) -> str:
    """The exception's type and message alone, also for a `SyntaxError`."""
    name = type(error).__name__
    try:
        text = str(error)
    except Exception:
        text = "(its message can't be had)"
    return _cut(f"{name}: {text}" if text else name, MAX_MESSAGE)


def describe(error: BaseException) -> str:
    """The traceback with the plugin's own lines, its chain, and the message; bounded in length."""
    return _cut("".join(_chain(error)).rstrip(), MAX_TEXT)


def location(error: BaseException) -> tuple[str, int] | None:
    """The last of the plugin's own lines: the path relative to its folder, and the number."""
    if isinstance(error, SyntaxError) and error.filename:
        return shown(error.filename), error.lineno or 0
    own = [(name, line) for name, line, _ in _frames(error.__traceback__) if _is_own(name)]
    return (shown(own[-1][0]), own[-1][1]) if own else None


def shown(path: str) -> str:
    """A path as the author knows it: relative to the plugin's folder, if it lies there."""
    real = os.path.realpath(path)
    return os.path.relpath(real, _folder) if _is_own(path) else path


def _chain(error: BaseException) -> Iterator[str]:
    links: list[tuple[BaseException, str]] = []
    seen: set[int] = set()
    link: BaseException | None = error
    after = ""
    while link is not None and id(link) not in seen and len(links) < MAX_CHAIN:
        seen.add(id(link))
        links.append((link, after))
        if link.__cause__ is not None:
            link, after = link.__cause__, _CAUSE
        else:
            link, after = (None if link.__suppress_context__ else link.__context__), _CONTEXT
    for link, after in reversed(links):
        yield from _one(link)
        yield after


def _one(error: BaseException) -> Iterator[str]:
    frames = _kept(list(_frames(error.__traceback__)))
    if frames:
        yield "Traceback (most recent call last):\n"
    left_out = len(frames) - MAX_FRAMES
    for position, (name, line, function) in enumerate(frames):
        if left_out > 0 and position == 4:
            yield f"  … {left_out} more …\n"
        if left_out <= 0 or position < 4 or position >= 4 + left_out:
            yield f'  File "{shown(name)}", line {line}, in {function}\n'
            source = _source(name, line)
            if source:
                yield f"    {source}\n"
    if isinstance(error, SyntaxError) and error.filename:
        error.filename = shown(error.filename)
    yield _cut("".join(traceback.format_exception_only(type(error), error)), MAX_MESSAGE)
    for inner in getattr(error, "exceptions", ())[:MAX_CHAIN]:
        if isinstance(inner, BaseException):
            for text in _one(inner):
                yield "".join(f"  | {line}\n" for line in text.splitlines())


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int, str]]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield code.co_filename, trace.tb_lineno or 0, code.co_name
        trace = trace.tb_next


def _kept(frames: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """The plugin's own frames, and the last one if it is in a library that the plugin called.

    Without any of the plugin's, the last one, so that something says where; unless it is the SDK's,
    whose message says it all.
    """
    own = [entry for entry in frames if _is_own(entry[0])]
    last = frames[-1:]
    if last and not _is_own(last[0][0]):
        told_elsewhere = _is_known if own else _is_sdk
        if not told_elsewhere(last[0][0]):
            own += last
    return own


def _is_own(path: str) -> bool:
    real = os.path.realpath(path)
    return bool(_folder) and real.startswith(_folder + os.sep) and "site-packages" not in real


def _is_known(path: str) -> bool:
    """Whether a file is the SDK's or Python's own, where an author has nothing to look for."""
    if path.startswith("<"):
        return True
    real = os.path.realpath(path)
    library = real.startswith(_LIBRARY + os.sep) and "site-packages" not in real
    return library or _is_sdk(path)


def _is_sdk(path: str) -> bool:
    return os.path.realpath(path).startswith(_SDK + os.sep)


def _source(path: str, line: int) -> str:
    import linecache

    return _cut(linecache.getline(path, line).strip(), MAX_LINE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
