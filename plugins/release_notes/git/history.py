"""The commits of a range."""

from __future__ import annotations

from dataclasses import dataclass

from .command import Git
from .errors import HistoryError
from .revisions import Revision, nearest_tag, resolve, resolve_tag, tag_before, tag_of


@dataclass(frozen=True)
class Wanted:
    """Which part of a history somebody wants. What is not said is found out."""

    start: str | None = None
    """The commit after which it begins; the last tag before the end without it."""
    end: str | None = None
    """Its last commit; the version's tag or HEAD without it."""
    version: str | None = None
    """The version that it is about."""
    last: int | None = None
    """Only so many commits, instead of a beginning."""
    tags: str | None = None
    """A pattern of the tags that are releases, as git matches it; any tag without it."""


@dataclass(frozen=True)
class Range:
    """A part of a history, found."""

    start: Revision | None
    """The commit after which it begins; nothing means the history's beginning."""
    end: Revision
    tag: str | None
    """The tag on its last commit, if it has one."""
    notices: tuple[str, ...]
    """What is to be said about it, in whole sentences."""
    last: int | None = None
    """Only so many commits."""

    def __str__(self) -> str:
        if self.last is not None:
            return f"the last {self.last} commits of {self.end.name}"
        return f"{self.start.name}..{self.end.name}" if self.start else self.end.name


async def find_range(git: Git, wanted: Wanted) -> Range:
    """Finds a range. Raises `HistoryError` if there is none."""
    notices = []
    is_shallow = await git.tell("rev-parse", "--is-shallow-repository")
    if is_shallow.strip() == "true":
        notices.append(
            "This clone is shallow: its history ends early. `git fetch --unshallow --tags` brings "
            "the rest."
        )
    end = await _find_end(git, wanted)
    tag = await tag_of(git, end.id, wanted.tags)
    if wanted.start:
        start: Revision | None = await resolve(git, wanted.start)
    elif wanted.last is not None:
        start = None
    elif tag:
        start = await tag_before(git, end.id, wanted.tags)
    else:
        start = await nearest_tag(git, end.id, wanted.tags)
    if start:
        if await git.ask("merge-base", "--is-ancestor", start.id, end.id) is None:
            notices.append(
                f"{start.name} is not in the history of {end.name}: the notes hold what "
                f"{end.name} has and {start.name} has not."
            )
    elif wanted.last is None:
        which = f" that matches {wanted.tags}" if wanted.tags else ""
        notices.append(f"There is no earlier tag{which}: the notes begin with the first commit.")
    last = wanted.last if start is None else None
    return Range(start, end, tag.name if tag else None, tuple(notices), last)


async def _find_end(git: Git, wanted: Wanted) -> Revision:
    if wanted.end:
        return await resolve(git, wanted.end)
    tag = await resolve_tag(git, wanted.version) if wanted.version else None
    if tag:
        return tag
    try:
        return await resolve(git, "HEAD")
    except HistoryError:
        raise HistoryError(
            "This repository has no commits yet, so there is nothing to write notes about."
        ) from None


async def list_commits(git: Git, found: Range, limit: int) -> tuple[list[str], bool]:
    """The ids of a range's commits, newest first, at most `limit`; and whether there are more."""
    most = limit if found.last is None else min(limit, found.last)
    until = [f"^{found.start.id}"] if found.start else []
    # One more than wanted tells whether there are more.
    text = await git.tell("rev-list", f"--max-count={most + 1}", found.end.id, *until, "--")
    ids = text.split()
    return ids[:most], len(ids) > most and most == limit != found.last
