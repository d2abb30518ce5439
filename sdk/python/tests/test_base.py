"""The plugin's class, as an author uses it."""

import logging

import pytest

from orchestrator_sdk import BasePlugin, PluginMetadata
from orchestrator_sdk.hooks import HookManager


class WithConfig(BasePlugin):
    def __init__(self, config):
        super().__init__(config)


class WithoutConfig(BasePlugin):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.metadata = PluginMetadata(name="without", version="1.2.3", description="says so")


class Forgetful(BasePlugin):
    def __init__(self, config):
        self.seen = dict(config)


@pytest.mark.parametrize("plugin_class", [WithConfig, WithoutConfig, BasePlugin])
def test_both_ways_of_calling_super_give_the_config(plugin_class):
    assert plugin_class({"api_key": "x"}).config == {"api_key": "x"}


def test_everything_is_there_even_without_super():
    plugin = Forgetful({"a": 1})
    assert plugin.config == {}
    assert plugin.logger.name == __name__
    assert plugin.degraded_mode is False
    assert plugin.metadata.name
    assert plugin.project_dir.is_dir() and plugin.plugin_dir.is_dir()


def test_metadata_that_the_plugin_sets_is_kept():
    metadata = WithoutConfig({}).metadata
    assert (metadata.name, metadata.version, metadata.description) == (
        "without",
        "1.2.3",
        "says so",
    )


@pytest.mark.asyncio
async def test_a_plugin_may_leave_everything_out():
    plugin = BasePlugin()
    await plugin.initialize()
    assert (plugin.get_agents(), plugin.get_workflows(), plugin.get_api_routers()) == ({}, {}, [])
    manager = HookManager()
    plugin.register_hooks(manager)
    assert manager.handlers == []
    await plugin.shutdown()


def test_the_configs_level_is_the_loggers():
    assert WithoutConfig({"log_level": "debug"}).logger.level == logging.DEBUG
    assert WithConfig({"log_level": "ERROR"}).logger.level == logging.ERROR


def test_a_level_that_is_none_is_said_and_info_is_used(caplog):
    assert WithConfig({"log_level": "LOUD"}).logger.level == logging.INFO
    assert "'LOUD' is no level" in caplog.text and "WARNING" in caplog.text


def test_outside_of_a_host_there_is_a_folder_for_data_while_the_plugin_lives():
    plugin = BasePlugin()
    folder = plugin.data_dir
    (folder / "kept").write_text("yes")
    assert (plugin.data_dir / "kept").read_text() == "yes"
    del plugin
    assert not folder.exists()
