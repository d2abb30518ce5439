"""A commit, and what its message says."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TRAILER = re.compile(r"[A-Za-z][A-Za-z0-9-]*: |BREAKING[ -]CHANGES?: ")
_BREAKING = re.compile(r"BREAKING[ -]CHANGES?:\s*(.*)")
_CO_AUTHOR = re.compile(r"^co-authored-by:\s*([^<\n]+?)\s*<[^>\n]*>", re.IGNORECASE | re.MULTILINE)
_REVERTS = re.compile(r"\bThis reverts commit ([0-9a-f]{7,64})\b")
_REFERENCE = re.compile(
    r"(?<![\w/#&.-])((?:[\w.-]+/[\w.-]+)?#[1-9]\d{0,6})\b|\bGH-([1-9]\d{0,6})\b|(?<!\S)(![1-9]\d{0,6})\b"
)
# Elsewhere in a body, a number is not always an issue's.
_REFERRING = re.compile(
    r"\b(?:clos|fix|resolv)(?:e|es|ed|ing)?\b"
    r"|\b(?:refs?|references|issues?|see|part of|relates to)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Commit:
    """A commit as git tells it."""

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: str
    """When it was committed: year, month and day."""
    subject: str
    body: str
    paths: tuple[str, ...]
    """What it touches, as far as it was read; nothing for a merge."""

    @property
    def short_id(self) -> str:
        """The id as it is shown: long enough for a large repository."""
        return self.id[:12]

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1

    def reverts(self) -> list[str]:
        """The ids of the commits that it takes back."""
        return _REVERTS.findall(self.body)

    def people(self) -> list[str]:
        """Its author and co-authors, without programs."""
        names = [self.author, *_CO_AUTHOR.findall(self.body)]
        return [name for name in unique(names) if not name.endswith("[bot]")]

    def references(self) -> list[str]:
        """The issues and pull requests that it names: `#12`, `owner/name#12`, `!12`."""
        referring = [line for line in self.body.splitlines() if _REFERRING.search(line)]
        found = _REFERENCE.finditer("\n".join([self.subject, *referring]))
        return unique([f"#{match[2]}" if match[2] else match[1] or match[3] for match in found])

    def breaking_notes(self) -> list[str]:
        """What it says after `BREAKING CHANGE:`, each as one line."""
        notes: list[list[str]] = []
        is_inside = False
        for line in self.body.splitlines():
            start = _BREAKING.match(line)
            if start:
                notes.append([start[1]])
                is_inside = True
            elif not line.strip() or _TRAILER.match(line):
                is_inside = False
            elif is_inside:
                notes[-1].append(line.strip())
        return [note for note in (" ".join(lines).strip() for lines in notes) if note]

    def is_declared_breaking(self) -> bool:
        """Whether a footer says that it breaks something."""
        return any(_BREAKING.match(line) for line in self.body.splitlines())


def unique(values: list[str]) -> list[str]:
    """The values in their order, each once."""
    return list(dict.fromkeys(values))
