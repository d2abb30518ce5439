"""Writes the notes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from ..git.command import Git
from ..git.history import Range, find_range
from ..git.log import read_commits
from ..notes.commit import Commit
from ..notes.document import Entry, Frame, write
from ..notes.forge import Forge, find_forge
from ..notes.lines import read_sorted
from ..notes.rules import judge
from ..notes.version import UNRELEASED, version_of_tag
from ..notes.wishes import Wishes
from .history_agent import HistoryAgent
from .reading import read_all, wanted


class NotesWriter(HistoryAgent):
    """Writes Markdown, and nothing else.

    The context's `changes` is a sorter's text and its `notices` what is to be said about the
    history; without `changes`, those of the range are read and sorted first.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__("notes_writer", "Writes release notes in Markdown", config)

    async def _execute_task(self, request: dict[str, Any]) -> AsyncGenerator[str, None]:
        wishes, git, context = self._prepare(request)
        changes = context.get("changes")
        if isinstance(changes, str):
            found = await find_range(git, wanted(wishes))
            notices = [str(notice) for notice in context.get("notices") or ()]
            entries = await self._told_entries(git, changes)
        else:
            reading = await read_all(git, wishes)
            found, notices = reading.found, reading.notices
            entries = [_entry(commit) for commit in reading.kept]
        for piece in write(await self._frame(git, wishes, found, notices), entries):
            yield piece

    async def _told_entries(self, git: Git, changes: str) -> list[Entry]:
        lines = read_sorted(changes)
        commits = read_commits(git, [line.id for line in lines])
        return [
            Entry(line.group, line.scope, line.text, (commit,))
            for line, commit in zip(lines, [commit async for commit in commits], strict=True)
        ]

    async def _frame(self, git: Git, wishes: Wishes, found: Range, notices: Sequence[str]) -> Frame:
        title = wishes.version or (version_of_tag(found.tag) if found.tag else UNRELEASED)
        date = (await anext(read_commits(git, [found.end.id]))).date
        ends = (found.start.name, found.end.name) if found.start else None
        forge = await self._forge(git, wishes.remote)
        return Frame(title, date, str(found), ends, forge, wishes.include_internal, notices)

    async def _forge(self, git: Git, remote: str) -> Forge | None:
        address = await git.ask("config", "--get", f"remote.{remote}.url")
        return find_forge(address) if address else None


def _entry(commit: Commit) -> Entry:
    verdict = judge(commit)
    return Entry(verdict.group, verdict.scope, verdict.summary, (commit,))
