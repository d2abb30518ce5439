"""Sorts commits into groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from ..git.log import read_commits
from ..notes.commit import Commit
from ..notes.groups import Group
from ..notes.lines import sorted_line
from ..notes.rules import judge
from .history_agent import HistoryAgent
from .reading import read_all


class ChangeSorter(HistoryAgent):
    """Tells each commit's group and why it is in it.

    The context's `commits` lists the ids of commits to sort; without it, those of the range are.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__("change_sorter", "Sorts commits into the groups of release notes", config)

    async def _execute_task(self, request: dict[str, Any]) -> AsyncGenerator[str, None]:
        wishes, git, context = self._prepare(request)
        counts: Counter[Group] = Counter()
        ids = context.get("commits")
        if isinstance(ids, list):
            async for commit in read_commits(git, [str(commit) for commit in ids]):
                yield self._sort(commit, counts)
        else:
            for commit in (await read_all(git, wishes)).kept:
                yield self._sort(commit, counts)
        told = ", ".join(f"{group.value} {counts[group]}" for group in Group if counts[group])
        yield f"summary {told or 'nothing to sort'}\n"

    def _sort(self, commit: Commit, counts: Counter[Group]) -> str:
        verdict = judge(commit)
        counts[verdict.group] += 1
        return sorted_line(commit, verdict)
