"""Attempts at files that the kernel refuses, as lines of the plugin's log.

Python announces what it is about to open, list or change. What is not among what the process may
touch is told, also when the plugin's code hides the error. This is for the eyes of people: it
changes nothing, and native code need not announce anything.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from orchestrator_sdk.child.reach import Reach

#: In each of these many seconds no more than `MOST` lines are told.
WINDOW = 60.0
MOST = 128
#: The same attempt is told again after so many seconds, with how often it was made meanwhile.
AGAIN = 5.0
#: Characters of a path that are told.
LONGEST = 300

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
#: What would allow each way.
_NEEDS = {
    "read": "it needs `read_files`",
    "list": "it needs `read_files`",
    "write": "it needs `write_files`",
    "execute": "the host starts programs, through `exec` under the permission `spawn`",
}

#: The permission that each way needs.
_PERMISSIONS = {
    "read": "read_files",
    "list": "read_files",
    "write": "write_files",
    "execute": "spawn",
}

#: What is touched: how, which path, the descriptor that the path is relative to, and whether links
#: are followed.
_Touched = tuple[str, object, object, bool]


def _opened(args: tuple[Any, ...]) -> Iterator[_Touched]:
    path, _, flags = args
    way = "write" if isinstance(flags, int) and flags & _WRITING else "read"
    yield way, path, None, True


def _listed(args: tuple[Any, ...]) -> Iterator[_Touched]:
    yield "list", "." if args[0] is None else args[0], None, True


def _changed(args: tuple[Any, ...]) -> Iterator[_Touched]:
    # The path comes first and the descriptor last, in whatever is removed or made.
    yield "write", args[0], args[-1], False


def _moved(args: tuple[Any, ...]) -> Iterator[_Touched]:
    source, target, source_dir, target_dir = args
    yield "write", source, source_dir, False
    yield "write", target, target_dir, False


def _linked(args: tuple[Any, ...]) -> Iterator[_Touched]:
    yield "write", args[1], args[2], False


def _truncated(args: tuple[Any, ...]) -> Iterator[_Touched]:
    yield "write", args[0], None, True


def _executed(args: tuple[Any, ...]) -> Iterator[_Touched]:
    yield "execute", args[0], None, True


def _loaded(args: tuple[Any, ...]) -> Iterator[_Touched]:
    # A name without a folder is looked for where libraries are.
    if isinstance(args[0], str) and "/" in args[0]:
        yield "read", args[0], None, True


#: What Python announces, and what it touches then.
_EVENTS: dict[str, Callable[[tuple[Any, ...]], Iterator[_Touched]]] = {
    "open": _opened,
    "os.listdir": _listed,
    "os.scandir": _listed,
    "os.mkdir": _changed,
    "os.remove": _changed,
    "os.rmdir": _changed,
    "os.rename": _moved,
    "os.link": _moved,
    "os.symlink": _linked,
    "os.truncate": _truncated,
    "os.exec": _executed,
    "ctypes.dlopen": _loaded,
}


class Attempts:
    """Looks at what is announced. For all threads of the process."""

    def __init__(self, reach: Reach, tell: Callable[..., None]) -> None:
        """`tell` takes a line, and its fields by name."""
        self._reach = reach
        self._tell = tell
        self._own = threading.local()
        self._lock = threading.Lock()
        self._since = time.monotonic()
        self._lines = 0
        # When each was told last, and how often it was made since.
        self._told: dict[tuple[str, str], tuple[float, int]] = {}
        self._untold = 0

    def watch(self) -> None:
        """From now on, until the process ends: this can't be undone."""
        events, look, own = _EVENTS, self._look, self._own

        def announced(event: str, args: tuple[Any, ...]) -> None:
            # Most of what is announced is something else.
            if event in events and not getattr(own, "looking", False):
                own.looking = True
                try:
                    look(events[event](args))
                except Exception:
                    # Whatever is odd about it, the plugin's code is to get its own error.
                    pass
                finally:
                    own.looking = False

        sys.addaudithook(announced)

    def flush(self) -> None:
        """Tells how many attempts were not told one by one, if any were not."""
        with self._lock:
            untold = self._untold + sum(more for _, more in self._told.values())
            self._untold = self._lines = 0
            self._since = time.monotonic()
            self._told.clear()
        if untold:
            self._tell(f"{untold} more attempts at files were refused, and are not told one by one")

    def _look(self, touched: Iterator[_Touched]) -> None:
        for way, given, folder, follow in touched:
            if not isinstance(given, (str, bytes, os.PathLike)):
                continue
            name = os.fsdecode(given)
            if isinstance(folder, int) and folder >= 0 and not os.path.isabs(name):
                # Whoever has opened the folder was allowed to, or was told of.
                continue
            path = os.path.abspath(name)
            if way == "read" and path.endswith(".pyc"):
                # Importing looks for bytecode first; what lies in the plugin's folder is not read.
                continue
            if self._reach.lacks(way, path, follow):
                self._note(way, path)

    def _note(self, way: str, path: str) -> None:
        if time.monotonic() - self._since >= WINDOW:
            self.flush()
        more = self._to_tell((way, path), time.monotonic())
        if more is None:
            return
        shown = path if len(path) <= LONGEST else f"{path[:LONGEST]}…"
        self._tell(
            f"tried to {way} {shown}: refused{more}; {_NEEDS[way]}",
            refused=_PERMISSIONS[way],
            path=shown,
        )

    def _to_tell(self, attempt: tuple[str, str], now: float) -> str | None:
        """What is said of earlier ones, if this one is to be told."""
        with self._lock:
            known = self._told.get(attempt)
            room = self._lines < MOST
            if known is None and not room:
                self._untold += 1
                return None
            if known is not None and (not room or now - known[0] < AGAIN):
                self._told[attempt] = (known[0], known[1] + 1)
                return None
            self._told[attempt] = (now, 0)
            self._lines += 1
        if known is None:
            return ""
        return f" again, and {known[1]} times before" if known[1] else " again"
