"""Which paths are meant.

`*` and `?` stay within a name, `**` crosses folders. A pattern without `/` is a name at any depth,
as in a `.gitignore`; a pattern that names a folder means everything in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _expression(pattern: str) -> str:
    trimmed = pattern.strip("/")
    if "/" not in pattern.rstrip("/"):
        trimmed = f"**/{trimmed}"
    pieces = (_MEANING.get(piece) or re.escape(piece) for piece in _PIECES.findall(trimmed))
    return "".join(pieces)


class Globs:
    """Some patterns; a path is meant if one of them matches."""

    def __init__(self, patterns: Iterable[str]) -> None:
        expressions = [_expression(pattern) for pattern in patterns if pattern.strip("/")]
        self._any = re.compile("|".join(f"(?:{e})" for e in expressions)) if expressions else None

    def match(self, path: str) -> bool:
        """Whether a pattern means `path`, relative and with `/`, or a folder that it is in."""
        if self._any is None:
            return False
        parts = path.split("/")
        heads = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
        return any(self._any.fullmatch(head) for head in heads)
