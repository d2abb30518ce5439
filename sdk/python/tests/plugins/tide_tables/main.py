"""A plugin in the shape of the guide."""

from typing import Any, Dict, List

from plugins.base import BasePlugin, PluginMetadata


class TideTables(BasePlugin):
    def __init__(self, config: Dict[str, Any]):
        super().__init__()
        self.config = config
        self.metadata = PluginMetadata(name="tide-tables", version="1.0.0", description="Tides")
        self.open = False

    async def initialize(self) -> None:
        self.logger.info(f"Opening {self.metadata.name}")
        await self._setup_resources()
        self.open = True

    async def shutdown(self) -> None:
        await self._cleanup_resources()
        self.open = False

    def get_agents(self) -> Dict[str, Any]:
        from .agents import TideTeller

        return {"tide_teller": TideTeller}

    def get_workflows(self) -> Dict[str, Any]:
        from .workflows import HarbourEntry

        return {"harbour_entry": HarbourEntry}

    def get_api_routers(self) -> List[Any]:
        from .api import tide_router

        return [tide_router]

    def register_hooks(self, hook_manager: Any) -> None:
        from .hooks import note_the_harbour, sum_up

        hook_manager.register("pre_workflow_execution", note_the_harbour)
        hook_manager.register("post_workflow_execution", sum_up)
