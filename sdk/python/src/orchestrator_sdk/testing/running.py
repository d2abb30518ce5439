"""A plugin, loaded from its folder and initialized."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from orchestrator_sdk import loading
from orchestrator_sdk.base import BasePlugin, Surroundings
from orchestrator_sdk.components import Components
from orchestrator_sdk.testing import manifest as manifests
from orchestrator_sdk.testing import single
from orchestrator_sdk.testing.api import ApiClient
from orchestrator_sdk.testing.host import FakeHost


class RunningPlugin:
    """A plugin that was initialized, and what it contributes."""

    def __init__(self, plugin: BasePlugin, components: Components, host: FakeHost) -> None:
        self.plugin = plugin
        self.components = components
        self.host = host
        host.adopt(lambda: components.agents, lambda: components.workflows)

    async def run_agent(self, name: str, request: Mapping[str, Any] | str | None = None) -> str:
        """The whole text of one of its agents."""
        agent = self.components.agents[name].make()
        return "".join(await single.run_agent(agent, request, host=self.host))

    async def run_workflow(
        self,
        name: str,
        requirements: str = "",
        config: Mapping[str, Any] | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """The dicts that one of its workflows yields; no hooks are called."""
        workflow = self.components.workflows[name].make()
        return await single.run_workflow(
            workflow, requirements, config, about=about, host=self.host
        )

    async def run_hook(self, name: str, *payload: Any) -> Any:
        """Delivers a hook to its handlers, as `orchestrator_sdk.testing.run_hook` does."""
        handlers = [handler for handler in self.components.hooks if handler.hook == name]
        return await single.deliver(handlers, name, payload)

    def api(self) -> ApiClient:
        """A client of its routers."""
        return ApiClient(self.components.routers, self.plugin.logger)


@asynccontextmanager
async def running(
    folder: Path | str,
    config: Mapping[str, Any] | None = None,
    *,
    declared: Mapping[str, Any] | None = None,
    project_dir: Path | str | None = None,
    host: FakeHost | None = None,
) -> AsyncIterator[RunningPlugin]:
    """Loads a plugin from its folder and initializes it, as the host does; shuts it down at last.

    What its `plugin.yaml` declares, and the defaults of its `config_schema`, are read if PyYAML is
    installed; `declared` (the protocol's `Declared`) takes the place of the former. Raises
    `LoadError`, and what the plugin raises.
    """
    folder = Path(folder).resolve()
    manifest = manifests.read(folder)
    with tempfile.TemporaryDirectory(prefix="orchestrator-plugin-") as data_dir:
        surroundings = Surroundings(
            name=str(manifest.get("name", folder.name)),
            plugin_dir=folder,
            data_dir=Path(data_dir),
            project_dir=Path(project_dir or Path.cwd()),
            config={**manifests.defaults(manifest), **(config or {})},
        )
        named = manifests.declared(manifest) if declared is None else declared
        loaded = loading.load(surroundings, named)
        await loaded.plugin.initialize()
        try:
            yield RunningPlugin(loaded.plugin, loaded.components(), host or FakeHost())
        finally:
            await loaded.plugin.shutdown()
