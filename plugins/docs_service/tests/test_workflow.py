"""The workflow from its config to its result."""

from __future__ import annotations

from typing import Any

import pytest
from orchestrator_sdk.testing import FakeHost, run_workflow

from plugins.docs_service import service
from plugins.docs_service.main import DocsServicePlugin

from .conftest import Write


async def run(plugin: DocsServicePlugin, **config: Any) -> list[dict[str, Any]]:
    workflow = plugin.get_workflows()["check_docs"]()
    return [event async for event in workflow.execute("Check these", config)]


@pytest.mark.asyncio
async def test_phases_and_result(plugin: DocsServicePlugin) -> None:
    *phases, final = await run(plugin)
    assert [(event["type"], event["phase"]) for event in phases] == [
        (kind, phase)
        for phase in ("indexing", "checking", "summary")
        for kind in ("phase_start", "phase_complete")
    ]
    assert (final["type"], final["status"]) == ("final_result", "completed")
    results = final["results"]
    assert results["summary"] == "1 error, 1 warning in 2 pages"
    assert results["by_check"] == {"broken-anchor": 1, "term": 1}
    assert results["findings"][0] == {
        "path": "setup.md",
        "line": 5,
        "severity": "error",
        "check": "broken-anchor",
        "message": "the anchor #serch is not in guide.md; is #search meant?",
    }
    assert results["findings_left_out"] == 0
    assert results["agents"]["docs_indexer"].startswith("2 pages, 4 sections")
    assert "reason" not in final


@pytest.mark.asyncio
async def test_findings_are_bounded_and_what_is_left_out_is_counted(
    plugin: DocsServicePlugin, write: Write
) -> None:
    write({"docs/many.md": "# Many\n" + "[x](y.md)\n" * 700})
    results = (await run(plugin))[-1]["results"]
    assert results["errors"] == 701
    assert (len(results["findings"]), results["findings_left_out"]) == (100, 602)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("fail_on", "status", "reason"),
    [
        ("never", "completed", None),
        ("warning", "failed", "0 errors, 1 warning in 1 page, and `fail_on` is warning"),
        ("error", "completed", None),
    ],
)
async def test_findings_fail_a_run_only_if_asked(
    plugin: DocsServicePlugin, fail_on: str, status: str, reason: str | None
) -> None:
    final = (await run(plugin, fail_on=fail_on, include="guide.md"))[-1]
    assert (final["status"], final.get("reason")) == (status, reason)


@pytest.mark.asyncio
async def test_errors_fail_a_run_if_asked(plugin: DocsServicePlugin) -> None:
    final = (await run(plugin, fail_on="error"))[-1]
    assert (final["status"], final["reason"]) == (
        "failed",
        "1 error, and `fail_on` is error",
    )


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"folder": "absent"}, "absent: No such file or directory; set `folder`"),
        ({"include": ["*.rst"]}, "no Markdown could be read in"),
        ({"max_file_bytes": 1}, "(2 paths passed over)"),
        ({"max_files": 0}, "the setting `max_files`"),
    ],
)
async def test_a_run_that_reads_nothing_fails_with_the_reason(
    plugin: DocsServicePlugin, config: dict[str, Any], reason: str
) -> None:
    final = (await run(plugin, **config))[-1]
    assert final["status"] == "failed"
    assert reason in final["reason"]


@pytest.mark.asyncio
async def test_an_agent_that_fails_does_not_take_the_others_findings_along(
    plugin: DocsServicePlugin,
) -> None:
    def fail(_: dict[str, Any]) -> str:
        raise OSError("the disk is gone")

    workflow = plugin.get_workflows()["check_docs"]()
    final = (await run_workflow(workflow, host=FakeHost(agents={"link_checker": fail})))[-1]
    assert final["status"] == "failed"
    assert "link_checker failed: " in final["reason"]
    assert "the disk is gone" in final["reason"]
    assert final["results"]["by_check"] == {"term": 1}


@pytest.mark.asyncio
async def test_a_denied_run_ends_as_denied(plugin: DocsServicePlugin) -> None:
    workflow = plugin.get_workflows()["check_docs"]()
    with pytest.raises(PermissionError):
        await run_workflow(workflow, host=FakeHost(denied=["execute_agent"]))


@pytest.mark.asyncio
async def test_without_full_text_search_the_checks_are_made(
    plugin: DocsServicePlugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.current(), "can_search", False)
    events = await run(plugin)
    assert events[1]["result"] == service.NO_SEARCH
    assert events[-1]["status"] == "completed"
    assert events[-1]["results"]["summary"] == "1 error, 1 warning in 2 pages"
