"""Reads commits, each whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

from ..notes.commit import Commit
from .command import SAFE_DIFF_OPTIONS, Git

# Commits asked for at once: few enough that they soon appear, enough that starting git is cheap.
BATCH = 100
# More paths than that say nothing more about what kind of change a commit is.
MOST_PATHS = 200

_FIELDS = ("%H", "%P", "%aN", "%aE", "%cI", "%s", "%b")
# A zero byte can be in no message and no path, so nothing that a commit says can look like the
# next field. It stands before each record too: see `parse`.
_FORMAT = "%x00" + "%x00".join(_FIELDS) + "%x00"

_OPTIONS = (
    "--no-walk=unsorted",
    "--stdin",
    "-z",
    f"--format=tformat:{_FORMAT}",
    "--encoding=UTF-8",
    "--no-color",
    "--name-only",
    # What the repository's config could turn on, and what would only cost time or hide paths.
    *SAFE_DIFF_OPTIONS,
    "--no-renames",
    "--no-relative",
    "-O/dev/null",
)


async def read_commits(git: Git, ids: Sequence[str]) -> AsyncIterator[Commit]:
    """The commits of these ids, in their order, as they are read.

    Raises `HistoryError` if one of them is not there.
    """
    for start in range(0, len(ids), BATCH):
        asked = "".join(f"{commit}\n" for commit in ids[start : start + BATCH])
        text = await git.tell("log", *_OPTIONS, stdin=asked)
        for commit in parse(text):
            yield commit


def parse(text: str) -> Iterator[Commit]:
    """The commits in what `git log` prints with this module's options.

    A record is an empty item, the fields, an empty item, and the paths up to the next empty item,
    which begins the next record. No path is empty, so this is never ambiguous.
    """
    items = iter(text.split("\0"))
    # Before the first record.
    next(items, None)
    while True:
        fields = [item for _, item in zip(_FIELDS, items, strict=False)]
        if len(fields) < len(_FIELDS):
            return
        next(items, None)
        paths: list[str] = []
        for item in items:
            if not item:
                break
            if len(paths) < MOST_PATHS:
                # git ends the message with a line end before the first path.
                paths.append(item.removeprefix("\n") if not paths else item)
        commit_id, parents, author, email, date, subject, body = fields
        yield Commit(
            id=commit_id,
            parents=tuple(parents.split()),
            author=author,
            email=email,
            date=date[:10],
            subject=subject,
            body=body,
            paths=tuple(paths),
        )
