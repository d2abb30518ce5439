"""Runs agents one after the other, in the one process that they share."""

import json
from collections.abc import AsyncIterator
from typing import Any

from workflows.base_workflow import BaseWorkflow


class All(BaseWorkflow):
    def __init__(self) -> None:
        super().__init__({"name": "py_all", "description": "Tries everything", "agents": []})

    async def execute(
        self, requirements: str, config: dict[str, Any] | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        results = {}
        for name in json.loads(requirements)["attempts"]:
            results[name] = await self._run_agent(f"py_{name}", {"task": requirements})
        yield {"type": "final_result", "status": "completed", "results": results}
