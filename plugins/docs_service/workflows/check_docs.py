"""The workflow `check_docs`: the index, then all checks at once, then what they found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from workflows.base_workflow import BaseWorkflow

from ..files import FolderError
from ..report import Report
from ..service import NO_SEARCH, current
from ..settings import Settings, SettingsError
from .results import Outcome, result_of

_INDEXER = "docs_indexer"
_CHECKERS = ("link_checker", "heading_checker", "term_checker")


class CheckDocs(BaseWorkflow):
    """Indexes and checks a folder of Markdown. Its config may hold any of the plugin's settings,
    for one run."""

    def __init__(self) -> None:
        super().__init__(
            {
                "name": "check_docs",
                "description": "Indexes a folder of Markdown; checks its links, headings and terms",
                "agents": [_INDEXER, *_CHECKERS],
                "config_schema": Settings.model_json_schema(),
            }
        )

    async def execute(
        self, requirements: str, config: dict[str, Any] | None = None
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Findings do not make the run fail, unless `fail_on` says so; that nothing could be read
        does."""
        asked = {
            key: value for key, value in (config or {}).items() if key in Settings.model_fields
        }
        try:
            library = await asyncio.to_thread(current().library, asked)
        except (SettingsError, FolderError) as error:
            yield {"type": "final_result", "status": "failed", "reason": str(error), "results": {}}
            return
        request = {"task": requirements.strip() or "Check these documents", "context": asked}

        yield {"type": "phase_start", "phase": "indexing"}
        indexed = await self._outcome(_INDEXER, request) if current().can_search else None
        in_short = indexed.in_short() if indexed else NO_SEARCH
        yield {"type": "phase_complete", "phase": "indexing", "result": in_short}

        yield {"type": "phase_start", "phase": "checking"}
        outcomes = await asyncio.gather(*(self._outcome(name, request) for name in _CHECKERS))
        checked = dict(zip(_CHECKERS, outcomes))
        yield {
            "type": "phase_complete",
            "phase": "checking",
            "result": {name: outcome.in_short() for name, outcome in checked.items()},
        }

        yield {"type": "phase_start", "phase": "summary"}
        results, reason = result_of(library.root, library.settings.fail_on, indexed, checked)
        yield {"type": "phase_complete", "phase": "summary", "result": results["summary"]}
        if reason is None:
            yield {"type": "final_result", "status": "completed", "results": results}
        else:
            yield {"type": "final_result", "status": "failed", "reason": reason, "results": results}

    async def _outcome(self, agent: str, request: dict[str, Any]) -> Outcome:
        """Runs an agent; that it fails is an outcome too, so that the others' findings are not
        lost."""
        try:
            text = await self._run_agent(agent, request)
        except PermissionError:
            # The run ends as denied.
            raise
        except Exception as error:
            self.logger.warning("%s: %s", agent, error)
            return Outcome(Report(), str(error) or type(error).__name__)
        return Outcome(Report.read(text))
