"""What the agents, the workflow and the API share: one `DocsService` for the process.

It lives from the plugin's `initialize` to its `shutdown`. Components reach it through `current`,
because agents and workflows are made without arguments and a router is a module's variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .files import resolve_folder
from .library import Library, PageCache
from .search import Index, SearchUnavailable, Stores, is_available
from .settings import Settings

NO_SEARCH = "no search: this Python's SQLite has no FTS5; the checks work without it"


class DocsService:
    """The plugin's settings, the pages that were read, and the indexes."""

    def __init__(self, config: Mapping[str, Any], project: Path, data_dir: Path) -> None:
        """Raises `SettingsError` if the config does not fit."""
        self._config = dict(config)
        Settings.from_layers(self._config)
        self.project = project.resolve()
        self._stores = Stores(data_dir)
        self._cache = PageCache()
        self.can_search = is_available()

    def library(self, asked: Mapping[str, Any] | None = None, within: bool = False) -> Library:
        """The folder that `asked` names over the plugin's config; raises `SettingsError` or
        `FolderError`. With `within`, it must be in the project."""
        settings = Settings.from_layers(self._config, asked or {})
        root = resolve_folder(settings.folder, self.project, within)
        return Library(root, self.project, settings, self._cache)

    def index(self, library: Library) -> Index:
        """The index of a library; raises `SearchUnavailable`."""
        if not self.can_search:
            raise SearchUnavailable(NO_SEARCH)
        return self._stores.open(library.root, library.settings)


class _Shared:
    """A module's variable, without `global`."""

    service: DocsService | None = None


def current() -> DocsService:
    """The service of the plugin that is running."""
    if _Shared.service is None:
        raise RuntimeError("docs_service is not initialized")
    return _Shared.service


def activate(service: DocsService | None) -> None:
    """Makes `service` the current one; `None` when the plugin shuts down."""
    _Shared.service = service
