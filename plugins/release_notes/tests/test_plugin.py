"""The plugin as its host makes it."""

import pytest
from plugins.base import PluginInitializationError
from plugins.release_notes.main import ReleaseNotesPlugin


@pytest.fixture
async def plugin():
    plugin = ReleaseNotesPlugin({"max_commits": 10})
    await plugin.initialize()
    yield plugin
    await plugin.shutdown()


@pytest.mark.asyncio
async def test_it_is_what_its_manifest_says(plugin):
    assert plugin.metadata.name == "release_notes"
    assert list(plugin.get_agents()) == ["history_reader", "change_sorter", "notes_writer"]
    assert list(plugin.get_workflows()) == ["release_notes"]


@pytest.mark.asyncio
async def test_its_agents_have_its_config(plugin, repository):
    for number in range(12):
        repository.commit(f"Change {number}")
    reader = plugin.get_agents()["history_reader"](plugin.config)
    request = {"task": "", "context": {"path": str(repository.path)}}
    lines = [line async for line in reader.process_request(request)]
    assert sum(line.startswith("commit ") for line in lines) == 10
    assert any("max_commits" in line for line in lines if line.startswith("note "))


@pytest.mark.asyncio
async def test_a_config_that_no_run_could_use_is_refused():
    with pytest.raises(PluginInitializationError, match="`max_commits` must be a whole number"):
        await ReleaseNotesPlugin({"max_commits": 0}).initialize()
