"""Versions, as far as release notes need them."""

from __future__ import annotations

import re
from collections.abc import Collection

from .groups import Group

UNRELEASED = "Unreleased"
"""What notes are called that are about no version yet."""

_IN_TAG = re.compile(r"(?:^|[^0-9A-Za-z.]|[vV])(\d+(?:\.\d+)+(?:[-+][0-9A-Za-z.+-]+)?)$")
_PARTS = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


def version_of_tag(tag: str) -> str:
    """The version in a tag's name: `1.4.0` in `v1.4.0` or `tool-1.4.0`; else the name itself."""
    match = _IN_TAG.search(tag)
    return match[1] if match else tag


def next_version(tag: str, groups: Collection[Group]) -> str | None:
    """What semantic versioning would call the next release after a tag, if the tag has a version.

    Before 1.0.0, what breaks raises the second number.
    """
    match = _PARTS.match(version_of_tag(tag))
    if not match:
        return None
    major, minor, patch = (int(part or 0) for part in match.groups())
    if Group.BREAKING in groups and major > 0:
        return f"{major + 1}.0.0"
    if Group.BREAKING in groups or Group.ADDED in groups:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
