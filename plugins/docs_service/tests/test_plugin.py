"""The plugin and its agents, as a host uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from orchestrator_sdk import AgentError
from orchestrator_sdk.testing import running
from plugins.base import PluginInitializationError

from plugins.docs_service import service
from plugins.docs_service.main import DocsServicePlugin

from .conftest import Write


async def run(plugin: DocsServicePlugin, name: str, **context: Any) -> list[str]:
    agent = plugin.get_agents()[name]()
    request = {"task": "look", "context": context}
    pieces = [piece async for piece in agent.process_request(request)]
    assert all(piece.endswith("\n") and piece.count("\n") == 1 for piece in pieces)
    return [piece.rstrip("\n") for piece in pieces]


@pytest.mark.asyncio
async def test_plugin_initialization(plugin: DocsServicePlugin) -> None:
    assert plugin.metadata.name == "docs_service"
    assert plugin.degraded_mode is False
    assert set(plugin.get_workflows()) == {"check_docs"}


@pytest.mark.asyncio
async def test_the_manifest_and_the_code_name_the_same_components(project: Path) -> None:
    pytest.importorskip("yaml")
    async with running(Path(__file__).parents[1], project_dir=project) as run:
        names = {"docs_indexer", "link_checker", "heading_checker", "term_checker"}
        assert set(run.components.agents) == names
        assert all(agent.role for agent in run.components.agents.values())
        assert set(run.components.workflows["check_docs"].agents) == names
        assert len(run.components.routers) == 1
        final = (await run.run_workflow("check_docs", config={"folder": "docs"}))[-1]
        assert final["results"]["summary"] == "1 error, 1 warning in 2 pages"
        assert {name for name, _ in run.host.requests} == names


@pytest.mark.asyncio
async def test_a_config_that_does_not_fit_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        PluginInitializationError, match=r"the setting `max_files`.*the plugin's config"
    ):
        await DocsServicePlugin({"max_files": "many"}).initialize()


@pytest.mark.asyncio
async def test_without_full_text_search_the_plugin_is_degraded(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "is_available", lambda: False)
    plugin = DocsServicePlugin({"folder": str(project)})
    await plugin.initialize()
    assert "FTS5" in str(plugin.degraded_mode)
    assert (await run(plugin, "heading_checker"))[-1] == "summary: 0 errors, 0 warnings in 2 pages"
    with pytest.raises(AgentError, match="FTS5"):
        await run(plugin, "docs_indexer")
    await plugin.shutdown()


@pytest.mark.asyncio
async def test_the_indexer_reads_only_what_changed(plugin: DocsServicePlugin, write: Write) -> None:
    assert await run(plugin, "docs_indexer") == [
        "guide.md: 2 sections: Guide",
        "setup.md: 2 sections: Setup",
        "summary: 2 pages, 4 sections, 20 words; 2 read anew, 0 forgotten",
    ]
    write({"docs/setup.md": "# New\n"})
    (plugin.project_dir / "docs/guide.md").unlink()
    assert await run(plugin, "docs_indexer") == [
        "setup.md: 1 section: New",
        "summary: 1 page, 1 section, 0 words; 1 read anew, 1 forgotten",
    ]


@pytest.mark.asyncio
async def test_the_indexer_answers_a_query(plugin: DocsServicePlugin) -> None:
    lines = await run(plugin, "docs_indexer", query="searching manuals")
    assert "guide.md:5: Search: Every word of the manual can be searched." in lines
    assert "nothing found for zebra" in await run(plugin, "docs_indexer", query="zebra")


@pytest.mark.asyncio
async def test_the_checkers_stream_findings_and_end_with_a_summary(
    plugin: DocsServicePlugin,
) -> None:
    assert await run(plugin, "link_checker") == [
        "setup.md:5: error: "
        "the anchor #serch is not in guide.md; is #search meant? [broken-anchor]",
        "summary: 1 error, 0 warnings in 2 pages",
    ]
    assert await run(plugin, "term_checker") == [
        "guide.md:3: warning: write GitHub, not Github [term]",
        "summary: 0 errors, 1 warning in 2 pages",
    ]


@pytest.mark.asyncio
async def test_what_can_not_be_read_is_said_and_the_rest_is_checked(
    plugin: DocsServicePlugin, write: Write
) -> None:
    write({"docs/latin.md": b"caf\xe9", "docs/long.md": "x" * 200})
    for agent in ("docs_indexer", "link_checker"):
        lines = await run(plugin, agent, max_file_bytes=150)
        assert "skipped latin.md: not UTF-8: byte 0xe9 in line 1" in lines
        assert "skipped long.md: more than 150 bytes, which is `max_file_bytes`" in lines
        assert " 2 pages" in lines[-1]


@pytest.mark.asyncio
async def test_a_page_that_was_read_before_is_too_large_for_a_smaller_limit(
    plugin: DocsServicePlugin,
) -> None:
    await run(plugin, "link_checker")
    assert (await run(plugin, "link_checker", max_file_bytes=1))[-1].endswith(" in 0 pages")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("context", "words"),
    [({"folder": "absent"}, "can't look into .*absent"), ({"max_files": 0}, "`max_files`")],
)
async def test_what_can_not_be_done_is_said_in_words(
    plugin: DocsServicePlugin, context: dict[str, Any], words: str
) -> None:
    for name in plugin.get_agents():
        with pytest.raises(AgentError, match=words):
            await run(plugin, name, **context)


@pytest.mark.asyncio
async def test_findings_beyond_the_limit_are_counted(
    plugin: DocsServicePlugin, write: Write
) -> None:
    write({"docs/many.md": "# Many\n" + "[x](y.md)\n" * 5 + "[z](https://z.invalid)\n"})
    lines = await run(plugin, "link_checker", max_findings=2, include=["many.md"])
    assert lines[2:] == [
        "summary: 5 errors, 0 warnings in 1 page; "
        "1 external link not fetched; 3 findings not listed"
    ]


@pytest.mark.asyncio
async def test_a_changed_file_is_read_again(plugin: DocsServicePlugin, write: Write) -> None:
    assert len(await run(plugin, "link_checker")) == 2
    write({"docs/setup.md": "# Setup\n\n## First steps\n\nNothing to click.\n"})
    assert await run(plugin, "link_checker") == ["summary: 0 errors, 0 warnings in 2 pages"]
