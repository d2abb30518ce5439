"""How the agents tell each other about commits: one line each, the same that people read.

The reader writes `commit 1a2b3c4d5e6f 2026-01-02 Ada: Read the column too`, the sorter writes
`fixed 1a2b3c4d5e6f (parser) Read the column too [its type is fix]`. What such a line decides is
taken from it; facts are read from git by the id, so a line can't make up a commit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .commit import Commit
from .groups import Group
from .markdown import clean
from .rules import Verdict

_COMMIT = re.compile(r"^commit ([0-9a-f]{7,64}) ", re.MULTILINE)
_DROPPED = re.compile(r"^dropped ([0-9a-f]{7,64}) ", re.MULTILINE)
_RANGE = re.compile(r"^range (.+)$", re.MULTILINE)
_NOTE = re.compile(r"^note (.+)$", re.MULTILINE)
_AUTHOR = re.compile(r"^author (.+) \(\d+\)$", re.MULTILINE)
_SORTED = re.compile(
    rf"^({'|'.join(group.value for group in Group)}) ([0-9a-f]{{7,64}}) "
    r"(?:\(([^()\n]+)\) )?(.*?)(?: \[[^\[\]\n]*\])?$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class SortedLine:
    """What a sorter's line decides."""

    group: Group
    id: str
    scope: str
    text: str


def range_line(name: str) -> str:
    """Which part of the history is read."""
    return f"range {clean(name)}\n"


def commit_line(kind: str, commit: Commit) -> str:
    """A commit as the reader shows it; `kind` is `commit`, or `merge` for what is only joined."""
    subject = clean(commit.subject) or "(no message)"
    return f"{kind} {commit.short_id} {commit.date} {clean(commit.author)}: {subject}\n"


def dropped_line(commit: Commit, other: str) -> str:
    """A commit that was shown and is out after all, since it and another one cancel out."""
    return f"dropped {commit.short_id} it and {other[:12]} cancel out\n"


def author_line(name: str, number: int) -> str:
    """Somebody who wrote so many of the commits, alone or with others."""
    return f"author {clean(name)} ({number})\n"


def sorted_line(commit: Commit, verdict: Verdict) -> str:
    """A commit as the sorter shows it."""
    scope = f"({clean(verdict.scope)}) " if verdict.scope else ""
    text = clean(verdict.summary) or "(no message)"
    return f"{verdict.group.value} {commit.short_id} {scope}{text} [{verdict.reason}]\n"


def note_line(text: str) -> str:
    """Something to be said about the history as a whole."""
    return f"note {text}\n"


def read_commits(text: str) -> list[str]:
    """The ids in a reader's lines, without what was dropped."""
    dropped = set(_DROPPED.findall(text))
    return [commit for commit in _COMMIT.findall(text) if commit not in dropped]


def read_range(text: str) -> str:
    """The range in a reader's lines."""
    match = _RANGE.search(text)
    return match[1] if match else ""


def read_notes(text: str) -> list[str]:
    """What a reader's lines say about the history as a whole."""
    return _NOTE.findall(text)


def read_authors(text: str) -> list[str]:
    """The names in a reader's lines."""
    return _AUTHOR.findall(text)


def read_sorted(text: str) -> list[SortedLine]:
    """What a sorter's lines decide. Other lines are left alone."""
    return [
        SortedLine(Group(group), commit, scope, entry)
        for group, commit, scope, entry in _SORTED.findall(text)
    ]
