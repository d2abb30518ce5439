"""Reads the commits of a range and tells them as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

from ..git.command import Git
from ..git.history import Range, Wanted, find_range, list_commits
from ..git.log import read_commits
from ..notes.commit import Commit, unique
from ..notes.document import counted
from ..notes.lines import author_line, commit_line, dropped_line, note_line, range_line
from ..notes.reverts import find_reverted
from ..notes.wishes import Wishes

# A summary names no more issues than that.
MOST_ISSUES = 20


class Reading:
    """One reading. `found`, `kept` and `notices` are whole when `lines` has ended."""

    found: Range
    kept: list[Commit]
    """The commits that notes are about, newest first: no merges, nothing that was taken back."""
    notices: list[str]
    """What is to be said about the history as a whole."""

    def __init__(self, git: Git, wishes: Wishes) -> None:
        self._git = git
        self._wishes = wishes
        self.kept = []
        self.notices = []

    async def lines(self) -> AsyncIterator[str]:
        """What is read, line by line. Raises `HistoryError`."""
        self.found = await find_range(self._git, wanted(self._wishes))
        yield range_line(str(self.found))
        ids, has_more = await list_commits(self._git, self.found, self._wishes.max_commits)
        self.notices += self.found.notices
        if has_more:
            self.notices.append(
                f"Only the latest {counted(len(ids), 'commit')} are covered; "
                "the setting max_commits raises the limit."
            )
        for notice in self.notices:
            yield note_line(notice)
        commits = []
        async for commit in read_commits(self._git, ids):
            commits.append(commit)
            yield commit_line("merge" if commit.is_merge else "commit", commit)
        reverted = find_reverted(commits)
        for commit in commits:
            if commit.id in reverted:
                yield dropped_line(commit, reverted[commit.id])
        self.kept = [c for c in commits if not c.is_merge and c.id not in reverted]
        if unreadable := sum("\ufffd" in c.subject + c.body + c.author for c in commits):
            notice = f"The messages of {counted(unreadable, 'commit')} are not UTF-8 throughout."
            self.notices.append(notice)
            yield note_line(notice)
        people = Counter(name for commit in self.kept for name in commit.people())
        for name, number in people.most_common():
            yield author_line(name, number)
        yield _summary(commits, self.kept, len(people))


async def read_all(git: Git, wishes: Wishes) -> Reading:
    """A reading that is over. Raises `HistoryError`."""
    reading = Reading(git, wishes)
    async for _ in reading.lines():
        pass
    return reading


def wanted(wishes: Wishes) -> Wanted:
    """What of the history is wished."""
    return Wanted(wishes.start, wishes.end, wishes.version, wishes.last, wishes.tags)


def _summary(commits: list[Commit], kept: list[Commit], people: int) -> str:
    parts = [f"{counted(len(kept), 'commit')} by {counted(people, 'author')}"]
    merges = sum(commit.is_merge for commit in commits)
    if merges:
        parts.append(counted(merges, "merge"))
    dropped = len(commits) - len(kept) - merges
    if dropped:
        parts.append(f"{dropped} taken back")
    issues = unique([name for commit in kept for name in commit.references()])
    if issues:
        more = f" and {len(issues) - MOST_ISSUES} more" if len(issues) > MOST_ISSUES else ""
        parts.append(f"issues {' '.join(issues[:MOST_ISSUES])}{more}")
    return f"summary {', '.join(parts)}\n"
