"""A plugin's own tests, in the shape of the guide: with pytest and the SDK alone."""

import pytest

from plugins.tide_tables.main import TideTables


@pytest.fixture
async def plugin():
    plugin = TideTables({"harbour": "Bremen", "timeout": 10})
    await plugin.initialize()
    yield plugin
    await plugin.shutdown()


@pytest.mark.asyncio
async def test_plugin_initialization(plugin):
    assert plugin.metadata.name == "tide-tables"
    assert plugin.config["harbour"] == "Bremen"
    assert plugin.open


@pytest.mark.asyncio
async def test_tide_teller(plugin):
    agent = plugin.get_agents()["tide_teller"]()
    responses = []
    async for response in agent.process_request({"task": "Bremen", "context": {}}):
        responses.append(response)
    assert len(responses) == 3
    assert "complete" in responses[-1].lower()
