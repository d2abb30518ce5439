"""The workflow: read, sort in parts at the same time, write."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from workflows.base_workflow import BaseWorkflow

from orchestrator_sdk import AgentError

from ..notes.groups import Group
from ..notes.lines import (
    SortedLine,
    read_authors,
    read_commits,
    read_notes,
    read_range,
    read_sorted,
)
from ..notes.sentence import fill_in
from ..notes.version import UNRELEASED, next_version
from ..notes.wishes import Wishes
from .schema import SCHEMA

# Fewer commits are not worth a sorter of their own.
SMALLEST_PART = 50

_TITLE = re.compile(r"## (.+) - \d{4}-\d{2}-\d{2}\n")

Event = dict[str, Any]


class ReleaseNotes(BaseWorkflow):
    """Writes the notes of a range of a git history. `config` is the plugin's."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(
            {
                "name": "release_notes",
                "description": "Reads a git history and writes grouped release notes",
                "agents": ["history_reader", "change_sorter", "notes_writer"],
                "config_schema": SCHEMA,
            }
        )
        self._settings = config

    async def execute(
        self, requirements: str, config: dict[str, Any] | None = None
    ) -> AsyncGenerator[Event, None]:
        """Reads, sorts and writes.

        The hook has put what `requirements` asks for into `config`; where it is not allowed to,
        that is done here.
        """
        own = config or {}
        # The agents have the plugin's config themselves.
        settings = {**own, **fill_in(requirements, own)}
        try:
            async for event in self._phases(settings, Wishes.layered(self._settings, settings)):
                yield event
        except AgentError as error:
            yield {"type": "final_result", "status": "failed", "reason": str(error), "results": {}}

    async def _phases(self, settings: Event, wishes: Wishes) -> AsyncGenerator[Event, None]:
        yield {"type": "phase_start", "phase": "reading"}
        request = {"task": "Read the history", "context": settings}
        history = await self._run_agent("history_reader", request)
        commits, name = read_commits(history), read_range(history)
        yield {
            "type": "phase_complete",
            "phase": "reading",
            "result": {"range": name, "commits": len(commits)},
        }

        yield {"type": "phase_start", "phase": "sorting"}
        parts = divide(commits, wishes.sorters)
        sorted_parts = await asyncio.gather(*[self._sort(settings, part) for part in parts])
        changes = read_sorted("".join(sorted_parts))
        groups = by_group(changes)
        yield {
            "type": "phase_complete",
            "phase": "sorting",
            "result": {group: len(entries) for group, entries in groups.items()},
        }

        yield {"type": "phase_start", "phase": "writing"}
        notices = read_notes(history)
        context = {**settings, "changes": "".join(sorted_parts), "notices": notices}
        notes = await self._run_agent(
            "notes_writer", {"task": "Write the notes", "context": context}
        )
        yield {
            "type": "phase_complete",
            "phase": "writing",
            "result": {"lines": notes.count("\n")},
        }

        title = _TITLE.match(notes)
        version = title[1] if title else UNRELEASED
        results = {
            "notes": notes,
            "version": version,
            "range": name,
            "commits": len(commits),
            "groups": groups,
            "authors": read_authors(history),
            "notices": notices,
        }
        suggested = next_version(name.partition("..")[0], {change.group for change in changes})
        if version == UNRELEASED and changes and suggested:
            results["suggested_version"] = suggested
        yield {"type": "final_result", "status": "completed", "results": results}

    async def _sort(self, settings: Event, part: Sequence[str]) -> str:
        context = {**settings, "commits": list(part)}
        text = await self._run_agent(
            "change_sorter", {"task": "Sort the commits", "context": context}
        )
        return text


def divide(commits: Sequence[str], sorters: int) -> list[Sequence[str]]:
    """The commits in parts of about the same size, at most one for each sorter."""
    number = min(sorters, -(-len(commits) // SMALLEST_PART))
    if number == 0:
        return []
    size = -(-len(commits) // number)
    return [commits[start : start + size] for start in range(0, len(commits), size)]


def by_group(changes: Sequence[SortedLine]) -> dict[str, list[dict[str, str]]]:
    """The changes of each group that has some, in the order of the notes."""
    groups: dict[str, list[dict[str, str]]] = {}
    for group in Group:
        inside = [change for change in changes if change.group is group]
        if inside:
            groups[group.value] = [
                {"commit": change.id, "scope": change.scope, "text": change.text}
                for change in inside
            ]
    return groups
