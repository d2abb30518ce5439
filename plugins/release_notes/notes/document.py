"""The notes: one Markdown document, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .commit import Commit, unique
from .forge import Forge
from .groups import Group
from .markdown import clean, escape, link

# More names than that are counted.
MOST_PEOPLE = 50
MOST_REFERENCES = 8


@dataclass(frozen=True)
class Entry:
    """One line of the notes: a change, and the commits that made it."""

    group: Group
    scope: str
    text: str
    commits: tuple[Commit, ...]


@dataclass(frozen=True)
class Frame:
    """What stands around the entries."""

    title: str
    date: str
    range: str
    compare: tuple[str, str] | None
    """The two ends, if the range has both."""
    forge: Forge | None
    include_internal: bool
    notices: Sequence[str]


def write(frame: Frame, entries: Sequence[Entry]) -> Iterator[str]:
    """The document. Entries of one group that say the same become one."""
    yield f"## {escape(frame.title)} - {frame.date}\n"
    for group in Group:
        inside = _merged([entry for entry in entries if entry.group is group])
        if not inside or (group is Group.INTERNAL and not frame.include_internal):
            continue
        yield f"\n### {group.heading}\n\n"
        for entry in inside:
            yield _line(entry, frame.forge)
        if group is Group.BREAKING:
            yield from _upgrade_notes(inside)
    if not entries:
        yield "\nNo changes.\n"
    yield from _people(entries)
    yield from _footer(frame, entries)


def _line(entry: Entry, forge: Forge | None) -> str:
    scope = f"**{escape(entry.scope)}:** " if entry.scope else ""
    references = unique([r for commit in entry.commits for r in commit.references()])
    text = entry.text
    told = []
    for reference in references[:MOST_REFERENCES]:
        # A subject often ends with its pull request: it is linked behind it, and not said twice.
        text = text.removesuffix(f"({reference})").rstrip()
        told.append(link(reference, forge.issue_link(reference) if forge else None))
    for commit in entry.commits:
        address = forge.commit_link(commit.id) if forge else None
        told.append(link(f"`{commit.id[:8]}`", address))
    return f"- {scope}{escape(text)} ({', '.join(told)})\n"


def _upgrade_notes(entries: Sequence[Entry]) -> Iterator[str]:
    notes = [
        f"- {escape(note)}\n"
        for entry in entries
        for commit in entry.commits
        for note in commit.breaking_notes()
    ]
    if notes:
        yield "\n#### Upgrading\n\n"
        yield from unique(notes)


def _people(entries: Sequence[Entry]) -> Iterator[str]:
    commits = [commit for entry in entries for commit in entry.commits]
    # The oldest first: whoever came first is named first.
    names = unique([clean(name) for commit in reversed(commits) for name in commit.people()])
    names = [name for name in names if name]
    if not names:
        return
    more = f" and {len(names) - MOST_PEOPLE} more" if len(names) > MOST_PEOPLE else ""
    yield "\n### Authors\n\n"
    yield f"{', '.join(escape(name) for name in names[:MOST_PEOPLE])}{more}\n"


def _footer(frame: Frame, entries: Sequence[Entry]) -> Iterator[str]:
    said = []
    internal = sum(len(entry.commits) for entry in entries if entry.group is Group.INTERNAL)
    if internal and not frame.include_internal:
        said.append(f"{counted(internal, 'internal change')} left out.")
    said += [escape(notice) for notice in frame.notices]
    address = frame.forge.compare_link(*frame.compare) if frame.forge and frame.compare else None
    said.append(f"All changes: {link(escape(frame.range), address)}")
    for sentence in said:
        yield f"\n{sentence}\n"


def _merged(entries: Sequence[Entry]) -> list[Entry]:
    merged: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.scope, entry.text)
        same = merged.get(key)
        commits = (*same.commits, *entry.commits) if same else entry.commits
        merged[key] = Entry(entry.group, entry.scope, entry.text, commits)
    return list(merged.values())


def counted(number: int, thing: str) -> str:
    """A number with its noun."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
