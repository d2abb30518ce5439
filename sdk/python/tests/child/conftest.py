"""Fixtures: a plugin's folder from texts, and children that are gone after the test."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .fake_host import FakeHost

HEAD = """
import asyncio, logging, os, sys, threading, time
from plugins.base import BasePlugin, PluginInitializationError
from agents.base_agent import BaseAgent
from workflows.base_workflow import BaseWorkflow
logger = logging.getLogger(__name__)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a plugin's folder: `main.py` with the usual imports, and more files by their paths."""

    def make(main: str, head: str = HEAD, **files: str) -> Path:
        plugin = tmp_path / "a_plugin"
        plugin.mkdir()
        (plugin / "main.py").write_text(head + textwrap.dedent(main))
        for name, text in files.items():
            path = plugin / (name.replace("__", "/") + ".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(textwrap.dedent(text))
        return plugin

    return make


@pytest.fixture
def start() -> Iterator[Callable[..., FakeHost]]:
    """Starts children."""
    hosts: list[FakeHost] = []

    def begin(**how: object) -> FakeHost:
        hosts.append(FakeHost(**how))  # type: ignore[arg-type]
        return hosts[-1]

    yield begin
    for host in hosts:
        host.close()
