from typing import AsyncGenerator

from agents.base_agent import BaseAgent


class TideTeller(BaseAgent):
    def __init__(self):
        super().__init__(name="tide_teller", role="Tells when the water is high")

    async def _execute_task(self, request: dict) -> AsyncGenerator[str, None]:
        yield "Looking it up...\n"
        yield f"High water for {request['task']} is at noon\n"
        yield "Complete.\n"


class DepthReader(BaseAgent):
    async def _execute_task(self, request: dict) -> str:
        return f"{len(request['task'])} metres"
