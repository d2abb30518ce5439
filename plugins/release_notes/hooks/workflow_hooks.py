"""Before a run: from its sentence to its settings. After it: the numbers."""

from __future__ import annotations

import logging
from typing import Any

from ..notes.sentence import fill_in

logger = logging.getLogger(__name__)

WORKFLOW = "release_notes"


async def fill_range(context: dict[str, Any]) -> dict[str, Any] | None:
    """Puts what the requirements ask for into the run's config, where the config is silent."""
    if context.get("workflow_type") != WORKFLOW:
        return None
    config = context.get("config") or {}
    filled = fill_in(context.get("requirements") or "", config)
    if not filled:
        return None
    context["config"] = {**config, **filled}
    understood = ", ".join(f"{key} {value}" for key, value in filled.items())
    logger.info("understood from the requirements: %s", understood)
    return context


async def add_counts(context: dict[str, Any], result: dict[str, Any]) -> dict[str, Any] | None:
    """Adds `counts` to a result: the changes in all and of each group, the commits and people."""
    if context.get("workflow_type") != WORKFLOW or result.get("status") != "completed":
        return None
    results = result.get("results")
    if not isinstance(results, dict) or not isinstance(results.get("groups"), dict):
        return None
    groups = {name: len(entries) for name, entries in results["groups"].items()}
    result["counts"] = {
        "changes": sum(groups.values()),
        "groups": groups,
        "commits": results.get("commits", 0),
        "authors": len(results.get("authors", ())),
    }
    return result
