"""Permissions in a plugin's process: what the host tells, and nothing else, is what there is."""

from __future__ import annotations

import pytest

PLUGIN = """
from plugins.base import PluginMetadata
from plugins.permissions import PluginPermission, PluginPermissionManager

manager = PluginPermissionManager()

class P(BasePlugin):
    def __init__(self, config):
        self.metadata = PluginMetadata(name="its-own-name")
    async def initialize(self):
        self.at_first = manager.check_permission("tested", PluginPermission.EXECUTE_AGENT)
    def get_agents(self):
        return {"worker": lambda: Worker(self)}
    @manager.require_permission(PluginPermission.SPAWN)
    async def needs_spawn(self):
        return "spawned"

class Worker(BaseAgent):
    def __init__(self, plugin):
        self.plugin = plugin
    async def _execute_task(self, request):
        kind, name = request["task"], request.get("name", "tested")
        if kind == "check":
            yield " ".join(p.value for p in PluginPermission if manager.check_permission(name, p))
        elif kind == "thread":
            ask = (manager.scope_of, name, PluginPermission.EXECUTE_AGENT)
            yield str(await asyncio.to_thread(*ask))
        elif kind == "at_first":
            yield str(self.plugin.at_first)
        elif kind == "all":
            yield str({n: sorted(p.value for p in ps) for n, ps in manager.permissions.items()})
        elif kind == "require":
            yield await self.plugin.needs_spawn()
        elif kind == "grant":
            manager.grant_permission("tested", PluginPermission.SPAWN)
        elif kind == "exec":
            try:
                await self._exec("git")
            except PermissionError as error:
                yield f"caught: {error}"
"""
AGENTS = {"permission": "execute_agent", "scope": ["planner", "reviewer"]}
FILES = {"permission": "read_files"}


@pytest.fixture
def host(folder, start):
    host = start()
    ready = host.initialize(folder(PLUGIN), permissions=[AGENTS, FILES])
    assert ready["type"] == "initialized"
    return host


def said(host, task, **more):
    call = host.agent(request={"task": task, **more})
    text = "".join(host.items(call))
    host.end(call)
    return text


def test_what_is_granted_is_known_from_the_start_and_without_asking(host):
    assert said(host, "at_first") == "True"
    assert said(host, "check") == "execute_agent read_files"
    assert said(host, "thread") == "('planner', 'reviewer')"
    assert said(host, "all") == "{'tested': ['execute_agent', 'read_files']}"
    assert not [message for message in host.aside if message["type"] == "call"]


def test_a_change_is_seen_by_the_next_check(host):
    later = {"permission": "of_a_newer_host", "scope": []}
    changed = {"type": "permissions_changed", "granted": [FILES, {"permission": "spawn"}, later]}
    host.send(changed)
    assert said(host, "check") == "read_files spawn"
    assert said(host, "require") == "spawned"
    host.send({"type": "permissions_changed", "granted": []})
    assert said(host, "check") == ""
    assert not host.aside


def test_the_running_plugin_goes_by_both_its_names_and_of_others_nothing_is_known(host):
    assert said(host, "check", name="its-own-name") == "execute_agent read_files"
    assert said(host, "check", name="another") == ""
    line = host.log("tested asked for the permission read_workflow of another")
    assert line["level"] == "warning"


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("require", "PermissionError: tested lacks permission: spawn"),
        ("grant", "`orchestrator permission grant tested spawn`"),
    ],
)
def test_what_is_lacking_ends_the_call_as_denied(host, task, words):
    error = host.error(host.agent(request={"task": task}))
    assert error["kind"] == "permission_denied"
    assert words in error["message"]


def test_a_refused_call_can_be_caught_and_the_plugin_goes_on(host):
    call = host.agent(request={"task": "exec"})
    nested = host.expect("call")
    assert nested["target"]["kind"] == "exec"
    error = {"kind": "permission_denied", "message": "tested lacks permission: spawn (git)"}
    host.send({"type": "error", "id": nested["id"], "error": error})
    assert list(host.items(call)) == ["caught: tested lacks permission: spawn (git)"]
    assert host.end(call) is None
