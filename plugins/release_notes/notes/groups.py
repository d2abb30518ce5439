"""The groups of release notes, in the order in which they are written."""

from __future__ import annotations

from enum import Enum


class Group(Enum):
    """A group. The value is its name in lines and results."""

    BREAKING = "breaking"
    ADDED = "added"
    CHANGED = "changed"
    FIXED = "fixed"
    PERFORMANCE = "performance"
    DOCUMENTATION = "documentation"
    INTERNAL = "internal"

    @property
    def heading(self) -> str:
        """Its heading in the notes."""
        if self is Group.BREAKING:
            return "Breaking changes"
        return str(self.value).capitalize()
