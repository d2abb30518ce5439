"""How the notes look."""

import pytest
from plugins.release_notes.agents import NotesWriter


async def write(repository, **context):
    request = {"task": "", "context": {"path": str(repository.path), **context}}
    return "".join([piece async for piece in NotesWriter({}).process_request(request)])


@pytest.mark.asyncio
async def test_whole_notes(repository):
    repository.commit("Start")
    repository.tag("v1.0.0")
    note = "BREAKING CHANGE: rename `a` to\n`b`\nin your config\n\nSigned-off-by: x"
    breaking = f"feat(api)!: new keys (#4)\n\n{note}"
    ids = [
        repository.commit(breaking),
        repository.commit("Fix a_crash in *all*", author="Grace Hopper <grace@example.org>"),
        repository.commit("Add tests", "tests/a.c"),
    ]
    repository.tag("v2.0.0")
    repository.git("config", "remote.origin.url", "https://token@github.com/ada/engine.git")
    site = "https://github.com/ada/engine"
    one, two, _ = (f"[`{i[:8]}`]({site}/commit/{i})" for i in ids)
    assert await write(repository) == (
        "## 2.0.0 - 2026-01-01\n"
        "\n### Breaking changes\n\n"
        f"- **api:** new keys ([#4]({site}/issues/4), {one})\n"
        "\n#### Upgrading\n\n"
        "- rename `a` to `b` in your config\n"
        "\n### Fixed\n\n"
        f"- Fix a_crash in \\*all\\* ({two})\n"
        "\n### Authors\n\n"
        "Ada Lovelace, Grace Hopper\n"
        "\n1 internal change left out.\n"
        f"\nAll changes: [v1.0.0..HEAD]({site}/compare/v1.0.0...HEAD)\n"
    )


@pytest.mark.asyncio
async def test_internal_changes_are_told_if_wanted(repository):
    repository.commit("Add tests", "tests/a.c")
    notes = await write(repository, include_internal=True)
    assert "### Internal\n\n- Add tests" in notes
    assert "left out" not in notes


@pytest.mark.asyncio
async def test_the_title_is_the_version_or_says_that_there_is_none(repository):
    repository.commit("Start")
    assert (await write(repository)).startswith("## Unreleased - 2026-01-01\n")
    assert (await write(repository, version="3.1")).startswith("## 3.1 - ")
    repository.tag("engine-v0.4.0")
    assert (await write(repository)).startswith("## 0.4.0 - ")


@pytest.mark.asyncio
async def test_the_same_said_twice_is_one_line(repository):
    for _ in range(2):
        repository.commit("Fix it (#3)")
    notes = await write(repository)
    assert notes.count("Fix it") == 1
    assert notes.count("#3") == 1


@pytest.mark.asyncio
async def test_a_range_without_commits(repository):
    repository.commit("Start")
    notes = await write(repository, **{"from": "HEAD"})
    assert "\nNo changes.\n" in notes
    assert "Authors" not in notes


@pytest.mark.asyncio
async def test_a_sorters_decision_counts(repository):
    commit = repository.commit("Fix it")
    changes = f"noise\nadded {commit[:12]} (core) Better words [somebody says so]\n"
    notes = await write(repository, changes=changes, notices=["Something is odd."])
    assert f"### Added\n\n- **core:** Better words (`{commit[:8]}`)\n" in notes
    assert "\nSomething is odd.\n" in notes
    assert "Fix it" not in notes
