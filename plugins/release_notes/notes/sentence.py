"""What a sentence asks for, such as "notes for 1.4.0 since v1.3"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NAME = r"[`'\"]?([^\s`'\",;]+)[`'\"]?"
# `v1..v2`, `v1...v2`, or `v1..` alone; three dots at a word's end are only a pause.
_RANGE = re.compile(
    r"(?<!\S)[`'\"]?(\w(?:[^\s`'\"]*?[^\s.`'\"])?)(?:\.{2,3}(\w[^\s`'\",;]*)|\.\.(?![^\s`'\"]))"
)
_VERSION = re.compile(
    r"\b(?:for|of|release|version)\s+(?:version\s+|release\s+)?[`'\"]?[vV]?"
    r"(\d+(?:\.\d+)+(?:[-+][0-9A-Za-z.+-]*[0-9A-Za-z])?)",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"\b(?:since|after|from)\s+(?:the\s+)?(?:tag\s+)?{_NAME}", re.IGNORECASE)
_UNTIL = re.compile(rf"\b(?:until|till|up to)\s+(?:the\s+)?(?:tag\s+)?{_NAME}", re.IGNORECASE)
# Alone, "to" is too common a word.
_FROM_TO = re.compile(rf"\bfrom\s+\S+\s+to\s+(?:the\s+)?(?:tag\s+)?{_NAME}", re.IGNORECASE)
_LAST = re.compile(r"\blast\s+(\d{1,7})\s+commits?\b", re.IGNORECASE)
_INTERNAL = re.compile(r"\b(?:include|including|with|and)\s+(?:the\s+)?internal\b", re.IGNORECASE)
_RANGE_KEYS = ("from", "to", "last")
# "since the last release" is what happens anyway.
_NO_NAMES = {"last", "latest", "previous", "now", "today", "here", "beginning", "start"}


def understand(sentence: str) -> dict[str, Any]:
    """The settings that a sentence names; nothing where it names none."""
    found: dict[str, Any] = {}
    if match := _VERSION.search(sentence):
        found["version"] = match[1]
    if match := _RANGE.search(sentence):
        found["from"] = match[1]
        found["to"] = _name(match[2] or "")
    else:
        if match := _SINCE.search(sentence):
            found["from"] = _name(match[1])
        if match := _UNTIL.search(sentence) or _FROM_TO.search(sentence):
            found["to"] = _name(match[1])
    if match := _LAST.search(sentence):
        found["last"] = int(match[1])
    if _INTERNAL.search(sentence):
        found["include_internal"] = True
    return {key: value for key, value in found.items() if value}


def fill_in(sentence: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """What a sentence asks for, where a config is silent.

    A range in the config is the whole range: half of another one would make a third.
    """
    asked = understand(sentence)
    if any(config.get(key) for key in _RANGE_KEYS):
        asked = {key: value for key, value in asked.items() if key not in _RANGE_KEYS}
    return {key: value for key, value in asked.items() if config.get(key) in (None, "")}


def _name(text: str) -> str:
    """A name without the sentence's punctuation; nothing if it is only a word of the sentence."""
    name = text.rstrip(".,;:!?)")
    return "" if name.lower() in _NO_NAMES else name
