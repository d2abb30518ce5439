"""What the hooks change, and what they leave."""

import pytest
from plugins.release_notes.hooks import add_counts, fill_range


def context(requirements, **config):
    return {"workflow_type": "release_notes", "requirements": requirements, "config": config}


@pytest.mark.asyncio
async def test_the_requirements_fill_the_config():
    changed = await fill_range(context("notes for 1.4.0 since v1.3", remote="up"))
    assert changed["config"] == {"remote": "up", "version": "1.4.0", "from": "v1.3"}


@pytest.mark.asyncio
async def test_the_config_counts_more():
    changed = await fill_range(context("notes for 1.4.0 since v1.3", last=5))
    assert changed["config"] == {"last": 5, "version": "1.4.0"}
    assert await fill_range(context("for 1.4.0", version="1.5.0")) is None


@pytest.mark.asyncio
async def test_other_runs_are_left_alone():
    other = {"workflow_type": "other", "requirements": "since v1", "config": {}}
    assert await fill_range(other) is None
    assert await add_counts(other, {"status": "completed", "results": {"groups": {}}}) is None
    assert await fill_range(context("")) is None
    assert await add_counts(context(""), {"status": "failed", "results": {}}) is None


@pytest.mark.asyncio
async def test_a_result_gets_its_counts():
    groups = {"added": [{}, {}], "fixed": [{}]}
    results = {"groups": groups, "commits": 4, "authors": ["Ada"]}
    changed = await add_counts(context(""), {"status": "completed", "results": results})
    assert changed["counts"] == {
        "changes": 3,
        "groups": {"added": 2, "fixed": 1},
        "commits": 4,
        "authors": 1,
    }
