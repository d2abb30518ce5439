"""The settings of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator_sdk import AgentError

DEFAULTS: dict[str, Any] = {
    "remote": "origin",
    "include_internal": False,
    "max_commits": 2000,
    "sorters": 4,
}


class BadSetting(AgentError):
    """A setting has a value that can't be used; the message says which and what can."""


@dataclass(frozen=True)
class Wishes:
    """What somebody wants of the notes. Nothing means: found out, or left out."""

    start: str | None
    end: str | None
    version: str | None
    last: int | None
    tags: str | None
    remote: str
    path: str | None
    include_internal: bool
    max_commits: int
    sorters: int

    @classmethod
    def layered(cls, *layers: Mapping[str, Any]) -> Wishes:
        """The settings of all layers; a later one counts more, and what is empty doesn't count.

        Keys that are no settings are left alone. Raises `BadSetting`.
        """
        values: dict[str, Any] = dict(DEFAULTS)
        for layer in layers:
            values.update((key, value) for key, value in layer.items() if value not in (None, ""))
        return cls(
            start=_text(values, "from"),
            end=_text(values, "to"),
            version=_text(values, "version"),
            last=_number(values, "last") if "last" in values else None,
            tags=_text(values, "tags"),
            remote=_text(values, "remote") or DEFAULTS["remote"],
            path=_text(values, "path"),
            include_internal=_switch(values, "include_internal"),
            max_commits=_number(values, "max_commits"),
            sorters=_number(values, "sorters"),
        )


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    # A version such as 1.4 is a number for whoever reads JSON.
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise BadSetting(f"The setting `{key}` must be a text, but is {value!r}.")
    return value.strip() or None if value else None


def _number(values: Mapping[str, Any], key: str) -> int:
    value = values[key]
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadSetting(f"The setting `{key}` must be a whole number from 1 on, but is {value!r}.")
    return value


def _switch(values: Mapping[str, Any], key: str) -> bool:
    value = values[key]
    if isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    if not isinstance(value, bool):
        raise BadSetting(f"The setting `{key}` must be true or false, but is {value!r}.")
    return value
