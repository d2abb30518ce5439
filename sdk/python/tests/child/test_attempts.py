"""Attempts at files that the host says are refused. Nothing refuses them here: it is about telling."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestrator_sdk.child import attempts

from .fake_host import SDK, FakeHost

PLUGIN = """
class Worker(BaseAgent):
    async def _execute_task(self, request):
        task = eval(request["task"])
        ways = {
            "read": lambda path: open(path).read(),
            "bytes": lambda path: open(os.fsencode(path), "rb").read(),
            "write": lambda path: open(path, "a").close(),
            "list": os.listdir,
            "remove": os.remove,
            "make": os.mkdir,
            "link": lambda path: os.symlink(path, os.path.join(task["mine"], "link")),
            "follow": lambda path: open(os.path.join(task["mine"], "link")).read(),
        }
        for way in task["ways"]:
            try:
                ways[way](task["path"])
            except OSError:
                pass
        yield os.environ.get("ORCHESTRATOR_REACH", "gone")

class P(BasePlugin):
    def get_agents(self):
        return {"worker": Worker}
"""


class Told:
    """A child that may read and write its data folder alone, and what it told."""

    def __init__(self, start: Callable[..., FakeHost], plugin: Path) -> None:
        self.mine = plugin.parent / "data"
        self.mine.mkdir()
        read = [sys.prefix, sys.base_prefix, str(SDK), str(plugin)]
        reach = {"read": read, "list": [], "write": [str(self.mine)]}
        self.host = start(environment={"ORCHESTRATOR_REACH": json.dumps(reach)})
        assert self.host.initialize(plugin)["type"] == "initialized"

    def lines(self, path: Path | str, *ways: str) -> list[str]:
        task = {"path": str(path), "ways": ways, "mine": str(self.mine)}
        call = self.host.agent(request={"task": repr(task)})
        assert list(self.host.items(call)) == ["gone"]
        return [m["message"] for m in self.host.aside if m["type"] == "log"]


@pytest.fixture
def told(folder: Any, start: Any) -> Told:
    return Told(start, folder(PLUGIN))


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("s")
    return path


def test_what_may_be_touched_is_not_told(told, tmp_path):
    mine = told.mine / "file"
    assert told.lines(mine, "write", "read", "remove") == []
    assert told.lines(told.mine / "folder", "make", "list") == []
    assert told.lines(tmp_path / "a_plugin" / "main.py", "read", "bytes") == []


def test_what_is_hidden_is_told_with_what_it_needs(told, secret):
    assert told.lines(secret, "read", "write") == [
        f"tried to read {secret}: refused; it needs `read_files`",
        f"tried to write {secret}: refused; it needs `write_files`",
    ]


def test_bytes_and_folders_are_told_too(told, secret):
    assert told.lines(secret, "bytes") == [f"tried to read {secret}: refused; it needs `read_files`"]
    assert f"tried to list {secret.parent}: refused; it needs `read_files`" in told.lines(
        secret.parent, "list"
    )


def test_a_link_out_is_told(told, secret):
    link = told.mine / "link"
    assert told.lines(secret, "link", "follow") == [
        f"tried to read {link}: refused; it needs `read_files`"
    ]


def test_what_is_not_there_is_not_told_of_but_what_is_made_there_is(told, tmp_path):
    missing = tmp_path / "missing"
    assert told.lines(missing, "read", "list") == []
    assert told.lines(missing, "make") == [
        f"tried to write {missing}: refused; it needs `write_files`"
    ]


def test_the_same_attempt_is_told_once_and_the_others_are_counted(told, secret):
    assert len(told.lines(secret, *["read"] * 5)) == 1
    told.host.send({"type": "shutdown", "deadline_ms": 1000})
    told.host.expect("bye")
    last = [m["message"] for m in told.host.aside if m["type"] == "log"][-1]
    assert last == "4 more attempts at files were refused, and are not told one by one"


def test_the_same_attempt_some_seconds_later_is_told_again_with_how_often_it_was_made(monkeypatch):
    class Refuses:
        def lacks(self, *_: object) -> bool:
            return True

    told: list[tuple[str, dict[str, str]]] = []
    clock = [100.0]
    monkeypatch.setattr(attempts.time, "monotonic", lambda: clock[0])
    watcher = attempts.Attempts(Refuses(), lambda line, **fields: told.append((line, fields)))
    for moment in (0.0, 1.0, 4.9, 5.0, 10.0):
        clock[0] = 100.0 + moment
        watcher._note("read", "/etc/secret")
    assert [line for line, _ in told] == [
        "tried to read /etc/secret: refused; it needs `read_files`",
        "tried to read /etc/secret: refused again, and 2 times before; it needs `read_files`",
        "tried to read /etc/secret: refused again; it needs `read_files`",
    ]
    assert told[0][1] == {"refused": "read_files", "path": "/etc/secret"}


def test_importing_is_no_attempt(told, tmp_path):
    cached = tmp_path / "cached.cpython-311.pyc"
    cached.write_bytes(b"")
    assert told.lines(cached, "read") == []


def test_without_a_word_of_the_hosts_nothing_is_told(folder, start, secret):
    host = start()
    assert host.initialize(folder(PLUGIN))["type"] == "initialized"
    task = {"path": str(secret), "ways": ["read"], "mine": ""}
    assert list(host.items(host.agent(request={"task": repr(task)}))) == ["gone"]
    assert [m for m in host.aside if m["type"] == "log"] == []
