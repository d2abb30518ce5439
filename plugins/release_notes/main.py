"""The plugin: what it contributes."""

from __future__ import annotations

from typing import Any

from plugins.base import BasePlugin, PluginInitializationError, PluginMetadata

from .notes.wishes import BadSetting, Wishes


class ReleaseNotesPlugin(BasePlugin):
    """Reads git histories and writes release notes."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.metadata = PluginMetadata(
            name="release_notes",
            version="1.0.0",
            description="Agents that read a git history and write grouped release notes",
        )

    async def initialize(self) -> None:
        """Looks at the config. Raises `PluginInitializationError` for one that no run could use."""
        try:
            Wishes.layered(self.config)
        except BadSetting as error:
            raise PluginInitializationError(str(error)) from None
        await self._setup_resources()

    def get_agents(self) -> dict[str, Any]:
        """The agents, each useful by itself."""
        from .agents import ChangeSorter, HistoryReader, NotesWriter

        return {
            "history_reader": HistoryReader,
            "change_sorter": ChangeSorter,
            "notes_writer": NotesWriter,
        }

    def get_workflows(self) -> dict[str, Any]:
        """The workflow that runs them."""
        from .workflows import ReleaseNotes

        return {"release_notes": ReleaseNotes}

    def register_hooks(self, hook_manager: Any) -> None:
        """The handlers, for this plugin's own workflow alone."""
        from .hooks import add_counts, fill_range

        hook_manager.register("pre_workflow_execution", fill_range)
        hook_manager.register("post_workflow_execution", add_counts)
