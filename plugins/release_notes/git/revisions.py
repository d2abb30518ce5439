"""From what people write to commits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .command import Git
from .errors import HistoryError

_ID = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True)
class Revision:
    """A commit, and the name by which it is spoken of."""

    name: str
    id: str


async def resolve(git: Git, name: str) -> Revision:
    """The commit of a branch, a tag, an id or a version.

    A version's tag may have a `v` that the name leaves out. Raises `HistoryError` if there is none.
    """
    # An option here could make git write a file.
    if not name or name.startswith("-") or not name.isprintable():
        raise HistoryError(f"`{name}` can't be the name of a commit, a tag or a branch.")
    for candidate in (name, f"v{name}"):
        found = await _commit(git, candidate)
        if found:
            return Revision(candidate, found)
    raise HistoryError(
        f"There is no commit, tag or branch `{name}` in this repository. "
        "If it is elsewhere, `git fetch --tags` may bring it."
    )


async def resolve_tag(git: Git, version: str) -> Revision | None:
    """The tag of a version, with or without a `v`, if there is one."""
    for tag in (version, f"v{version}"):
        found = await _commit(git, f"refs/tags/{tag}")
        if found:
            return Revision(tag, found)
    return None


async def nearest_tag(git: Git, commit: str, pattern: str | None) -> Revision | None:
    """The latest tag that a commit has in its history or on itself."""
    return await _describe(git, commit, pattern, "--abbrev=0")


async def tag_before(git: Git, commit: str, pattern: str | None) -> Revision | None:
    """The latest tag in a commit's history that is not on itself."""
    parent = await _commit(git, f"{commit}^")
    return await nearest_tag(git, parent, pattern) if parent else None


async def tag_of(git: Git, commit: str, pattern: str | None) -> Revision | None:
    """A tag that is on a commit."""
    return await _describe(git, commit, pattern, "--exact-match")


async def _describe(git: Git, commit: str, pattern: str | None, option: str) -> Revision | None:
    match = [f"--match={pattern}"] if pattern else []
    name = await git.ask("describe", "--tags", option, *match, commit)
    if name is None:
        return None
    name = name.removesuffix("\n")
    found = await _commit(git, f"refs/tags/{name}")
    return Revision(name, found) if found else None


async def _commit(git: Git, name: str) -> str | None:
    said = await git.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    said = (said or "").strip()
    return said if _ID.fullmatch(said) else None
