"""A plugin whose agents try to get out, one way each."""

from typing import Any

from plugins.base import BasePlugin, PluginMetadata

from .agents import Attempt
from .attempts import ATTEMPTS
from .workflows import All


class Escape(BasePlugin):
    def __init__(self, config: dict[str, Any]):
        super().__init__(config)
        self.metadata = PluginMetadata(name="escape-py", version="1.0.0", description="Gets out")

    def get_agents(self) -> dict[str, Any]:
        return {f"py_{name}": lambda name=name: self.attempt(name) for name in ATTEMPTS}

    def get_workflows(self) -> dict[str, Any]:
        return {"py_all": All}

    def attempt(self, name: str) -> Attempt:
        own = {"data": str(self.data_dir), "code": str(self.plugin_dir)}
        return Attempt(f"py_{name}", ATTEMPTS[name], own)
