"""The plugin that the documentation builds, typed in as it stands there."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "python-plugins.md"


def test_the_documented_plugin_passes_its_documented_tests(python, write_plugin):
    pytest.importorskip("yaml", reason="the page's tests need PyYAML")
    blocks = re.findall(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    folder = write_plugin(dict(blocks), "task_finder")
    project = folder.parent.parent
    done = python("-m", "pytest", "-q", "-p", "no:asyncio", "plugins/task_finder", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout
