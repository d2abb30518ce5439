"""From what a person types to what FTS5 reads."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")
_MAX_WORDS = 16


def count_words(text: str) -> int:
    """How many words there are in a text."""
    return sum(1 for _ in _WORD.finditer(text))


def expressions(text: str) -> list[str]:
    """The FTS5 expressions to try in turn until one finds something: all words, then any. The last
    word may be a beginning, as it is while somebody types."""
    words = _WORD.findall(text)[:_MAX_WORDS]
    if not words:
        return []
    # Quoted, so that `AND` or `NEAR` are words too.
    quoted = [f'"{word}"' for word in words]
    quoted[-1] += "*"
    tries = [" AND ".join(quoted), " OR ".join(quoted)]
    return tries[: len(quoted)]
