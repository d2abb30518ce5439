"""The workflow from its requirements to its result."""

import pytest
from plugins.release_notes.main import ReleaseNotesPlugin
from plugins.release_notes.workflows.release_notes import divide


@pytest.fixture
async def run():
    """Runs the workflow and returns its events."""
    plugin = ReleaseNotesPlugin({})
    await plugin.initialize()

    async def run(requirements, **config):
        workflow = plugin.get_workflows()["release_notes"](plugin.config)
        return [event async for event in workflow.execute(requirements, config)]

    yield run
    await plugin.shutdown()


@pytest.mark.asyncio
async def test_a_run(run, repository):
    repository.commit("Start")
    repository.tag("v1.0.0")
    repository.commit("Add tests", "tests/a.c")
    added = repository.commit("Add colours", author="Grace Hopper <grace@example.org>")
    events = await run("", path=str(repository.path))
    assert [(event["type"], event.get("phase")) for event in events] == [
        ("phase_start", "reading"),
        ("phase_complete", "reading"),
        ("phase_start", "sorting"),
        ("phase_complete", "sorting"),
        ("phase_start", "writing"),
        ("phase_complete", "writing"),
        ("final_result", None),
    ]
    assert events[1]["result"] == {"range": "v1.0.0..HEAD", "commits": 2}
    assert events[3]["result"] == {"added": 1, "internal": 1}
    assert events[-1]["status"] == "completed"
    results = events[-1]["results"]
    notes = results.pop("notes")
    groups = results.pop("groups")
    assert groups["added"] == [{"commit": added[:12], "scope": "", "text": "Add colours"}]
    assert list(groups) == ["added", "internal"]
    assert results == {
        "version": "Unreleased",
        "suggested_version": "1.1.0",
        "range": "v1.0.0..HEAD",
        "commits": 2,
        "authors": ["Grace Hopper", "Ada Lovelace"],
        "notices": [],
    }
    assert notes.startswith("## Unreleased - 2026-01-01\n\n### Added\n\n- Add colours (")


@pytest.mark.asyncio
async def test_requirements_name_version_and_range(run, repository):
    for version in ("v1.2.0", "v1.3.0", "v1.4.0"):
        repository.commit(f"Add {version}")
        repository.tag(version)
    results = (await run("Notes for 1.4.0 since v1.2.0.", path=str(repository.path)))[-1]["results"]
    assert (results["version"], results["range"]) == ("1.4.0", "v1.2.0..v1.4.0")
    assert results["commits"] == 2


@pytest.mark.asyncio
async def test_parts_are_sorted_apart_and_told_in_order(run, repository, monkeypatch):
    monkeypatch.setattr("plugins.release_notes.workflows.release_notes.SMALLEST_PART", 2)
    for number in range(7):
        repository.commit(f"Fix {number}")
    results = (await run("", path=str(repository.path), sorters=3))[-1]["results"]
    told = [entry["text"] for entry in results["groups"]["fixed"]]
    assert told == [f"Fix {number}" for number in reversed(range(7))]


@pytest.mark.asyncio
async def test_nothing_new_is_a_result_too(run, repository):
    repository.commit("Start")
    events = await run("since HEAD", path=str(repository.path))
    assert events[-1]["status"] == "completed"
    assert events[-1]["results"]["groups"] == {}
    assert "No changes." in events[-1]["results"]["notes"]
    assert "suggested_version" not in events[-1]["results"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({}, "no git repository"),
        ({"max_commits": "none"}, "`max_commits` must be a whole number"),
    ],
)
async def test_what_can_not_be_done_is_a_failure_in_words(run, tmp_path, config, reason):
    last = (await run("", path=str(tmp_path), **config))[-1]
    assert (last["type"], last["status"]) == ("final_result", "failed")
    assert reason in last["reason"]


@pytest.mark.parametrize(
    ("commits", "sorters", "sizes"),
    [
        (0, 4, []),
        (1, 4, [1]),
        (50, 4, [50]),
        (51, 4, [26, 25]),
        (1000, 4, [250] * 4),
        (90, 1, [90]),
    ],
)
def test_parts_are_worth_their_sorter(commits, sorters, sizes):
    parts = divide([str(number) for number in range(commits)], sorters)
    assert [len(part) for part in parts] == sizes
    assert [one for part in parts for one in part] == [str(number) for number in range(commits)]
