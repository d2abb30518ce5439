"""What the tests share: a project with some documents, and the plugin over it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path

import pytest

from plugins.docs_service.library import Library, PageCache
from plugins.docs_service.main import DocsServicePlugin
from plugins.docs_service.settings import Settings

GUIDE = """\
# Guide

Start with [setup](setup.md#first-steps) on Github.

## Search

Every word of the manual can be searched.
"""
SETUP = """\
# Setup

## First steps

Install the widget, then read the [guide](guide.md#serch).
"""


Write = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files into the project's folder."""

    def write_all(files: Mapping[str, str | bytes]) -> Path:
        for path, content in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write_all


@pytest.fixture
def project(write: Write) -> Path:
    """Two pages, one with a misspelt term, the other with a broken anchor."""
    return write({"docs/guide.md": GUIDE, "docs/setup.md": SETUP})


@pytest.fixture
async def plugin(project: Path) -> AsyncGenerator[DocsServicePlugin, None]:
    """The plugin, initialized over the project."""
    plugin = DocsServicePlugin({"folder": "docs"})
    plugin.project_dir = project
    await plugin.initialize()
    yield plugin
    await plugin.shutdown()


@pytest.fixture
def library(tmp_path: Path) -> Callable[..., Library]:
    """Makes libraries over the project's folder, with settings by name."""

    def make(**settings: object) -> Library:
        root = tmp_path.resolve()
        return Library(root, root, Settings.from_layers(settings), PageCache())

    return make
