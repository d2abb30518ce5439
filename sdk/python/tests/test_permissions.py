"""Permissions where there is no host: a test grants, and a `FakeHost` denies."""

import pytest

from orchestrator_sdk import (
    BaseAgent,
    BasePlugin,
    BaseWorkflow,
    PluginMetadata,
    PluginPermission,
    PluginPermissionManager,
    permissions,
)
from orchestrator_sdk.testing import FakeHost, run_agent, run_workflow

manager = PluginPermissionManager()


class Ledger(BasePlugin):
    def __init__(self):
        self.metadata = PluginMetadata(name="ledger")

    @manager.require_permission(PluginPermission.MODIFY_CONFIG)
    async def close_month(self, month):
        return f"{month} is closed"

    @manager.require_permission("read_files")
    def pages(self):
        """The pages."""
        return 12


class Clerk(BaseAgent):
    @manager.require_permission(PluginPermission.EXECUTE_AGENT)
    async def _execute_task(self, request):
        yield request["task"]


class Audit(BaseWorkflow):
    async def execute(self, requirements, config=None):
        for permission in (PluginPermission.EXECUTE_AGENT, PluginPermission.SPAWN):
            yield {permission.value: manager.check_permission("ledger", permission)}


def test_the_permissions_have_the_names_of_manifests():
    assert [permission.value for permission in PluginPermission] == [
        "read_workflow",
        "write_workflow",
        "execute_agent",
        "access_api",
        "modify_config",
        "network",
        "read_files",
        "write_files",
        "spawn",
    ]


def test_nothing_is_granted_until_the_test_grants_it():
    asked = ("ledger", PluginPermission.EXECUTE_AGENT)
    assert not manager.check_permission(*asked)
    PluginPermissionManager().grant_permission(*asked)
    assert manager.check_permission(*asked)
    assert manager.check_permission("ledger", "execute_agent")
    assert not manager.check_permission("ledger", PluginPermission.SPAWN)
    assert not manager.check_permission("another", PluginPermission.EXECUTE_AGENT)
    assert manager.scope_of(*asked) == ()
    assert manager.permissions == {"ledger": {PluginPermission.EXECUTE_AGENT}}


def test_what_an_earlier_test_granted_is_forgotten():
    assert manager.permissions == {}


def test_what_is_granted_for_a_while_ends_with_it_and_what_was_there_stays():
    manager.grant_permission("ledger", "spawn")
    with permissions.undone():
        manager.grant_permission("ledger", "network")
        manager.grant_permission("another", "spawn")
    assert manager.permissions == {"ledger": {PluginPermission.SPAWN}}


def test_adding_to_what_is_told_grants_nothing():
    manager.grant_permission("ledger", "spawn")
    manager.permissions["ledger"].add(PluginPermission.NETWORK)
    assert not manager.check_permission("ledger", PluginPermission.NETWORK)


@pytest.mark.parametrize(
    "ask", [manager.require_permission, lambda name: manager.scope_of("x", name)]
)
def test_a_name_that_is_no_permissions_is_an_error(ask):
    with pytest.raises(ValueError, match="execute_agents"):
        ask("execute_agents")


@pytest.mark.asyncio
async def test_a_method_that_requires_a_permission_says_which_one_is_lacking():
    plugin = Ledger()
    with pytest.raises(PermissionError, match="^ledger lacks permission: modify_config$"):
        await plugin.close_month("May")
    with pytest.raises(PermissionError, match="^ledger lacks permission: read_files$"):
        plugin.pages()
    for permission in ("modify_config", "read_files"):
        manager.grant_permission("ledger", permission)
    assert await plugin.close_month(month="May") == "May is closed"
    assert plugin.pages() == 12
    assert (Ledger.pages.__name__, Ledger.pages.__doc__) == ("pages", "The pages.")


@pytest.mark.asyncio
async def test_an_agent_requires_it_of_its_plugin():
    _ledger = Ledger()
    generator = Clerk()._execute_task
    with pytest.raises(PermissionError, match="^ledger lacks permission: execute_agent$"):
        generator({"task": "add"})
    manager.grant_permission("ledger", PluginPermission.EXECUTE_AGENT)
    assert [piece async for piece in generator({"task": "add"})] == ["add"]


@pytest.mark.asyncio
async def test_within_a_fake_hosts_call_all_is_granted_but_what_it_denies():
    host = FakeHost(denied=[PluginPermission.SPAWN])
    events = await run_workflow(Audit({}), host=host)
    assert events == [{"execute_agent": True}, {"spawn": False}]
    manager.grant_permission("ledger", PluginPermission.SPAWN)
    assert (await run_workflow(Audit({}), host=host))[1] == {"spawn": False}
    assert await run_agent(Clerk(), "add") == ["add"]
    with pytest.raises(PermissionError, match="lacks permission: execute_agent"):
        await run_agent(Clerk(), "add", host=FakeHost(denied=["execute_agent"]))
