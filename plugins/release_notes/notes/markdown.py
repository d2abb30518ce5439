"""Text from commits as Markdown text: it says what it said, and does nothing more."""

from __future__ import annotations

import re
import unicodedata

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
# An underscore within a word is no emphasis.
_SPECIAL = re.compile(r"[\\`*\[\]<>|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
# At the beginning, these would make a heading, a list or a line.
_LEADING = re.compile(r"^(\d+(?=[.)](?:\s|$))|(?=(?:#+|[-+])(?:\s|$)|--|==|~~~))")


def clean(text: str) -> str:
    """One line without control and formatting characters, which could hide or reorder text."""
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


def escape(text: str) -> str:
    """A line of a commit's message as Markdown. Its code spans stay code."""
    text = clean(text)
    pieces, end = [], 0
    for span in _CODE.finditer(text):
        pieces += [_escape_plain(text[end : span.start()]), span[0]]
        end = span.end()
    escaped = "".join([*pieces, _escape_plain(text[end:])])
    return _LEADING.sub(r"\1\\", escaped)


def link(text: str, address: str | None) -> str:
    """A link, or the text alone if it leads nowhere."""
    return f"[{text}]({address})" if address else text


def _escape_plain(text: str) -> str:
    return _SPECIAL.sub(lambda match: f"\\{match[0]}", text)
