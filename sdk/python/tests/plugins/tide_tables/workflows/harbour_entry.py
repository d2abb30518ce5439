import asyncio
from typing import Any, AsyncGenerator, Dict

from workflows.base_workflow import BaseWorkflow


class HarbourEntry(BaseWorkflow):
    def __init__(self):
        agents = ["tide_teller", "depth_reader", "pilot_agent"]
        super().__init__({"name": "harbour_entry", "description": "Into port", "agents": agents})

    async def execute(
        self,
        requirements: str,
        config: Dict[str, Any] = None,
    ) -> AsyncGenerator[Dict[str, Any], None]:
        yield {"type": "phase_start", "phase": "looking"}
        request = {"task": requirements, "context": self.context}
        tide, depth = await asyncio.gather(
            self._run_agent("tide_teller", request), self._run_agent("depth_reader", request)
        )
        yield {"type": "phase_complete", "phase": "looking", "result": tide}
        advice = await self._run_agent("pilot_agent", {"task": depth, "context": {}})
        yield {"type": "final_result", "status": "completed", "results": {"advice": advice}}
