"""The plugin `docs_service`: indexes and checks a folder of Markdown, and answers searches."""

from __future__ import annotations

from typing import Any

from plugins.base import BasePlugin, PluginInitializationError, PluginMetadata

from . import __version__
from .service import NO_SEARCH, DocsService, activate
from .settings import SettingsError


class DocsServicePlugin(BasePlugin):
    """Makes the service that the components share."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.metadata = PluginMetadata(
            name="docs_service",
            version=__version__,
            description="Indexes and checks a folder of Markdown, and answers searches",
        )

    async def initialize(self) -> None:
        """Fails if the config does not fit; without full-text search, the checks alone work."""
        try:
            service = DocsService(self.config, self.project_dir, self.data_dir)
        except SettingsError as error:
            raise PluginInitializationError(f"{error}; see the plugin's config") from error
        if not service.can_search:
            self.degraded_mode = NO_SEARCH
            self.logger.warning(NO_SEARCH)
        activate(service)

    async def shutdown(self) -> None:
        """Forgets the service; the index stays for the next start."""
        activate(None)

    def get_agents(self) -> dict[str, Any]:
        """The indexer and the three checkers."""
        from .agents import DocsIndexer, HeadingChecker, LinkChecker, TermChecker

        return {
            "docs_indexer": DocsIndexer,
            "link_checker": LinkChecker,
            "heading_checker": HeadingChecker,
            "term_checker": TermChecker,
        }

    def get_workflows(self) -> dict[str, Any]:
        """`check_docs`: the index and all checks in one run."""
        from .workflows import CheckDocs

        return {"check_docs": CheckDocs}

    def get_api_routers(self) -> list[Any]:
        """Everything under `/docs-service`."""
        from .api import router

        return [router]
