"""Fixtures: plugins from texts, and Python processes of their own."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from orchestrator_sdk.base import Surroundings
from orchestrator_sdk.loading import LoadedPlugin, load

_numbers = itertools.count()


@pytest.fixture
def write_plugin(tmp_path: Path) -> Callable[..., Path]:
    """Writes a plugin's files, given by their paths, into a folder that no other test uses."""

    def write(files: Mapping[str, str], name: str | None = None) -> Path:
        folder = tmp_path / "plugins" / (name or f"plugin-{next(_numbers)}")
        for path, text in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text))
        return folder

    return write


@pytest.fixture
def load_plugin(write_plugin: Callable[..., Path], tmp_path: Path) -> Callable[..., LoadedPlugin]:
    """Writes a plugin's files and loads it."""

    def make(
        files: Mapping[str, str] | str,
        declared: Mapping[str, Any] | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> LoadedPlugin:
        folder = write_plugin({"main.py": files} if isinstance(files, str) else files)
        surroundings = Surroundings("tried", folder, tmp_path / "data", tmp_path, config or {})
        return load(surroundings, declared)

    return make


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Python in a process of its own: what it imports is seen by no other test."""

    def run(
        *arguments: str, cwd: Path = tmp_path, path: tuple[Path, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPATH"] = os.pathsep.join(
            [*map(str, path), *filter(None, [environment.get("PYTHONPATH")])]
        )
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )

    return run
