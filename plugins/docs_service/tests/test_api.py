"""The API, called without a socket."""

from __future__ import annotations

from typing import Any

import pytest
from orchestrator_sdk.testing import api

from plugins.docs_service import service
from plugins.docs_service.main import DocsServicePlugin

from .conftest import Write


@pytest.mark.asyncio
async def test_search(plugin: DocsServicePlugin) -> None:
    answer = await api(plugin).get("/docs-service/search", query={"q": "install", "limit": 1})
    assert answer.status == 200
    (hit,) = answer.json()["results"]
    assert hit.pop("score") > 0
    assert hit == {
        "path": "setup.md",
        "title": "Setup",
        "heading": "First steps",
        "anchor": "first-steps",
        "line": 3,
        "snippet": "Install the widget, then read the guide.",
    }
    answer = await api(plugin).get("/docs-service/search?q=zebra")
    assert answer.json() == {"query": "zebra", "results": []}


@pytest.mark.asyncio
@pytest.mark.parametrize("query", ["", "?q=", "?q=a&limit=0", "?q=a&limit=101", "?q=" + "a" * 401])
async def test_a_bad_search_is_the_clients_fault(plugin: DocsServicePlugin, query: str) -> None:
    assert (await api(plugin).get(f"/docs-service/search{query}")).status == 422


@pytest.mark.asyncio
async def test_the_agents_index_is_what_is_searched(
    plugin: DocsServicePlugin, write: Write
) -> None:
    client = api(plugin)
    assert (await client.get("/docs-service/status")).json()["pages"] == 0
    assert (await client.get("/docs-service/pages")).json()["total"] == 2
    write({"docs/new.md": "# Zebra\n"})
    assert (await client.get("/docs-service/search?q=zebra")).json()["results"] == []
    async for _ in plugin.get_agents()["docs_indexer"]().process_request({"task": ""}):
        pass
    (hit,) = (await client.get("/docs-service/search?q=zebra")).json()["results"]
    assert hit["path"] == "new.md"


@pytest.mark.asyncio
async def test_pages_and_outline(plugin: DocsServicePlugin, write: Write) -> None:
    write({"docs/deep/er.md": "# Deeper\n"})
    client = api(plugin)
    assert (await client.get("/docs-service/pages?limit=1&offset=1")).json() == {
        "total": 3,
        "pages": [{"path": "guide.md", "title": "Guide", "words": 13, "headings": 2}],
    }
    assert (await client.get("/docs-service/pages/deep/er.md")).json() == {
        "path": "deep/er.md",
        "title": "Deeper",
        "words": 0,
        "outline": [{"level": 1, "text": "Deeper", "anchor": "deeper", "line": 1}],
    }
    absent = await client.get("/docs-service/pages/../../etc/passwd")
    assert absent.status == 404
    assert "GET /docs-service/pages lists them" in absent.json()["detail"]


@pytest.mark.asyncio
async def test_check(plugin: DocsServicePlugin) -> None:
    answer = (await api(plugin).post("/docs-service/check", json={})).json()
    assert (answer["pages"], answer["errors"], answer["warnings"]) == (2, 1, 1)
    assert [finding["check"] for finding in answer["findings"]] == ["broken-anchor", "term"]
    chosen: dict[str, Any] = {"checks": ["terms"], "terms": {"gadget": "widget"}, "limit": 0}
    answer = (await api(plugin).post("/docs-service/check", json=chosen)).json()
    assert (answer["warnings"], answer["findings"], answer["findings_left_out"]) == (1, [], 1)


@pytest.mark.asyncio
async def test_a_check_says_what_it_passed_over(plugin: DocsServicePlugin, write: Write) -> None:
    write({"docs/latin.md": b"\xe9", "docs/out.md": "[x](https://x.invalid)\n"})
    answer = (await api(plugin).post("/docs-service/check", json={})).json()
    assert answer["skipped"] == [{"path": "latin.md", "reason": "not UTF-8: byte 0xe9 in line 1"}]
    assert answer["remarks"] == ["1 external link not fetched"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("request_body", "status", "detail"),
    [
        ({"folder": "absent"}, 404, "No such file or directory"),
        ({"folder": ".."}, 403, "outside the project"),
        ({"folder": "/"}, 403, "outside the project"),
        ({"folder": "docs/guide.md"}, 404, "not a folder"),
        ({"checks": []}, 422, ""),
        ({"checks": ["spelling"]}, 422, ""),
        ({"limit": 100_000}, 422, ""),
    ],
)
async def test_a_check_that_can_not_be_made(
    plugin: DocsServicePlugin, request_body: dict[str, Any], status: int, detail: str
) -> None:
    answer = await api(plugin).post("/docs-service/check", json=request_body)
    assert answer.status == status
    assert detail in str(answer.json()["detail"])


@pytest.mark.asyncio
async def test_status_and_what_works_without_full_text_search(
    plugin: DocsServicePlugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = api(plugin)
    status = (await client.get("/docs-service/status")).json()
    assert (status["plugin"], status["status"]) == ("docs_service", "active")
    monkeypatch.setattr(service.current(), "can_search", False)
    assert (await client.get("/docs-service/status")).json()["status"] == "degraded"
    for path in ("search?q=guide", "pages", "pages/guide.md"):
        answer = await client.get(f"/docs-service/{path}")
        assert (answer.status, answer.json()["detail"]) == (503, service.NO_SEARCH)
    assert (await client.post("/docs-service/check", json={})).status == 200
