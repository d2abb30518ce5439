"""What can't be read is said in words."""

import pytest
from orchestrator_sdk import AgentError
from plugins.release_notes.agents import ChangeSorter, HistoryReader, NotesWriter


async def refusal(path, agent=HistoryReader, **context):
    """What an agent says instead of its work."""
    with pytest.raises(AgentError) as caught:
        request = {"task": "", "context": {"path": str(path), **context}}
        async for _ in agent({}).process_request(request):
            pass
    return str(caught.value)


@pytest.mark.asyncio
@pytest.mark.parametrize("agent", [HistoryReader, ChangeSorter, NotesWriter])
async def test_a_folder_without_a_repository(agent, tmp_path):
    assert "no git repository" in await refusal(tmp_path, agent)


@pytest.mark.asyncio
async def test_a_repository_without_commits(repository):
    assert "no commits yet" in await refusal(repository.path)


@pytest.mark.asyncio
async def test_a_name_that_is_not_there(repository):
    repository.commit("First")
    said = await refusal(repository.path, **{"from": "v9"})
    assert "no commit, tag or branch `v9`" in said
    assert "git fetch --tags" in said


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["--output=stolen", "-p", "^main", "a..b", "new\nline", "main:x"])
async def test_a_name_is_never_an_option_and_is_one_commit(repository, name):
    repository.commit("First")
    await refusal(repository.path, **{"from": name})
    await refusal(repository.path, to=name)
    assert sorted(file.name for file in repository.path.iterdir()) == [".git", "code.c"]


@pytest.mark.asyncio
async def test_a_machine_without_git(repository, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "git can't be started" in await refusal(repository.path)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("setting", "value"),
    [("max_commits", 0), ("last", "many"), ("include_internal", 1), ("from", ["v1"])],
)
async def test_a_setting_of_the_wrong_kind(repository, setting, value):
    assert f"`{setting}` must be" in await refusal(repository.path, **{setting: value})


@pytest.mark.asyncio
async def test_a_commit_that_is_not_there(repository):
    repository.commit("First")
    assert "git log" in await refusal(repository.path, ChangeSorter, commits=["1234567"])
