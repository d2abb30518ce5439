"""What the process may touch of the file system, as the host says; the kernel decides."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The environment variable in which the host says it: JSON, a list of paths for each way. Without
#: it files are not held.
VARIABLE = "ORCHESTRATOR_REACH"


class Paths:
    """Files and folders; what is below a folder counts with it."""

    def __init__(self, paths: Iterable[str]) -> None:
        given = {path.rstrip("/") for path in paths}
        # By both names, where links lead to them.
        every = given | {_real(path or "/").rstrip("/") for path in given}
        self._exactly = frozenset(every)
        self._below = tuple(f"{path}/" for path in every)

    def __contains__(self, path: str) -> bool:
        return path in self._exactly or path.startswith(self._below)


class Reach:
    """What may be read, listed and written."""

    def __init__(self, read: list[str], listed: list[str], write: list[str]) -> None:
        #: Each way with where it is allowed.
        self.ways = {
            "read": Paths([*read, *write]),
            "list": Paths([*read, *listed, *write]),
            "execute": Paths(read),
            "write": Paths(write),
        }

    @classmethod
    def taken(cls) -> Reach | None:
        """What the host says, which is then no longer in the environment."""
        told = os.environ.pop(VARIABLE, None)
        if told is None:
            return None
        paths = json.loads(told)
        return cls(paths["read"], paths["list"], paths["write"])

    def lacks(self, way: str, path: str, follow: bool) -> bool:
        """Whether this is refused. `path` is absolute; `follow` says whether a link there counts.

        A path that leads nowhere is no matter of permission, unless something is to be made there.
        """
        allowed = self.ways[way]
        # The plugin can make links only where it may write.
        if path in allowed and path not in self.ways["write"]:
            return False
        folder, name = os.path.split(path)
        real = _real(path) if follow else os.path.join(_real(folder), name)
        if real in allowed:
            return False
        return way == "write" or _is_there(path)


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except OSError:
        # A link that may not even be read.
        return path


def _is_there(path: str) -> bool:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # Whoever may not even look at it is refused.
        return True
    return True
