"""A config that changes while the plugin runs, and one that the plugin changes."""

from __future__ import annotations

import pytest

TAKES = """
class P(BasePlugin):
    async def config_changed(self, config):
        if config.get("bad"):
            raise ValueError("that is bad")
        self.between = (self.config.get("style"), config["style"])
    def get_agents(self):
        return {"worker": lambda: Worker(self)}

class Worker(BaseAgent):
    def __init__(self, plugin):
        self.plugin = plugin
    async def _execute_task(self, request):
        if request["task"] == "set":
            try:
                await self._set_config("style", "loud")
            except PermissionError as error:
                yield f"refused: {error}"
        else:
            yield str((self.plugin.between, self.plugin.config["style"]))
"""

LEAVES = """
class P(BasePlugin):
    pass
"""


def changed(config):
    return {"kind": "config_changed", "config": config}


@pytest.fixture
def host(folder, start):
    host = start()
    assert host.initialize(folder(TAKES), config={"style": "short"})["type"] == "initialized"
    return host


def test_a_plugin_takes_its_new_config_and_has_it_afterwards(host):
    assert host.end(host.open(changed({"style": "long"}))) is True
    call = host.agent(request={"task": "tell"})
    assert "".join(host.items(call)) == "(('short', 'long'), 'long')"
    host.end(call)


def test_one_that_it_can_not_take_fails_and_the_config_before_stays(host):
    error = host.error(host.open(changed({"style": "long", "bad": True})))
    assert "that is bad" in error["message"]
    assert host.end(host.open(changed({"style": "longer"}))) is True
    call = host.agent(request={"task": "tell"})
    assert "".join(host.items(call)) == "(('short', 'longer'), 'longer')"
    host.end(call)


def test_a_plugin_without_a_handler_says_so(folder, start):
    host = start()
    host.initialize(folder(LEAVES))
    assert host.end(host.open(changed({"a": 1}))) is False
