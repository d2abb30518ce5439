"""What was taken back within the same history, and so never reaches anybody."""

from __future__ import annotations

from collections.abc import Sequence

from .commit import Commit


def find_reverted(commits: Sequence[Commit]) -> dict[str, str]:
    """For each commit that is out, the id of the one that cancels it; the commits newest first.

    A revert and what it takes back are both out. Taking back a revert brings the first one back.
    What lies outside the range was released before: its revert is a change, and stays.
    """
    places = {commit.id: place for place, commit in enumerate(commits)}
    out: dict[str, str] = {}
    for place, commit in enumerate(commits):
        if commit.id in out:
            continue
        for reverted in commit.reverts():
            target = _find(places, reverted)
            # What comes later can't be taken back.
            if target and places[target] > place and target not in out:
                out[target] = commit.id
                out[commit.id] = target
    return out


def _find(places: dict[str, int], commit_id: str) -> str | None:
    """The whole id of a commit that is there; a message may have an abbreviated one."""
    if commit_id in places:
        return commit_id
    return next((whole for whole in places if whole.startswith(commit_id)), None)
