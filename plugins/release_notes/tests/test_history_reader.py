"""Which commits are read, and what is said about those that are not."""

import pytest
from plugins.release_notes.agents import HistoryReader
from plugins.release_notes.notes.lines import read_commits, read_notes


async def read(repository, task="", **context):
    """The reader's lines."""
    request = {"task": task, "context": {"path": str(repository.path), **context}}
    return [line async for line in HistoryReader({}).process_request(request)]


def subjects(lines):
    """What the commits say that notes are about, newest first."""
    kept = read_commits("".join(lines))
    told = [line.rstrip().partition(": ") for line in lines if line.startswith("commit ")]
    return [subject for place, _, subject in told if place.split()[1] in kept]


@pytest.fixture
def released(repository):
    """Two releases, and two commits since."""
    repository.commit("First")
    repository.tag("v1.0.0")
    repository.commit("Second")
    repository.tag("v1.1.0")
    repository.commit("Third")
    repository.commit("Fourth")
    return repository


@pytest.mark.asyncio
async def test_it_begins_after_the_last_tag(released):
    lines = await read(released)
    assert lines[0] == "range v1.1.0..HEAD\n"
    assert subjects(lines) == ["Fourth", "Third"]
    assert lines[-1] == "summary 2 commits by 1 author\n"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("task", "context", "expected"),
    [
        ("", {"from": "v1.0.0"}, ["Fourth", "Third", "Second"]),
        ("", {"from": "v1.0.0", "to": "v1.1.0"}, ["Second"]),
        ("", {"last": 1}, ["Fourth"]),
        ("", {"version": "1.1.0"}, ["Second"]),
        ("since v1.0.0", {}, ["Fourth", "Third", "Second"]),
        ("notes for 1.1.0 since 1.0.0", {}, ["Second"]),
        ("since v1.0.0", {"last": 1}, ["Fourth"]),
    ],
)
async def test_a_range_may_be_named(released, task, context, expected):
    assert subjects(await read(released, task, **context)) == expected


@pytest.mark.asyncio
async def test_notes_of_a_tagged_commit_begin_at_the_tag_before(released):
    released.tag("v1.2.0")
    assert (await read(released))[0] == "range v1.1.0..HEAD\n"


@pytest.mark.asyncio
async def test_only_tags_that_match_are_releases(released):
    released.tag("nightly")
    released.commit("Fifth")
    lines = await read(released, tags="v*")
    assert lines[0] == "range v1.1.0..HEAD\n"


@pytest.mark.asyncio
async def test_without_tags_it_begins_with_the_first_commit(repository):
    repository.commit("First")
    lines = await read(repository)
    assert subjects(lines) == ["First"]
    assert read_notes("".join(lines)) == [
        "There is no earlier tag: the notes begin with the first commit."
    ]


@pytest.mark.asyncio
async def test_a_limit_is_said(repository):
    for number in range(5):
        repository.commit(f"Change {number}")
    lines = await read(repository, max_commits=3)
    assert subjects(lines) == ["Change 4", "Change 3", "Change 2"]
    assert "latest 3 commits" in read_notes("".join(lines))[-1]
    assert "max_commits" not in "".join(await read(repository, max_commits=5))
    # Who asks for three has got what was asked for.
    assert "max_commits" not in "".join(await read(repository, last=3, max_commits=3))


@pytest.mark.asyncio
async def test_lines_come_before_all_is_read(repository, monkeypatch):
    monkeypatch.setattr("plugins.release_notes.git.log.BATCH", 2)
    for number in range(5):
        repository.commit(f"Change {number}")
    agent = HistoryReader({})
    asked = []
    execute = agent._exec

    async def counted(program, args, **options):
        asked.append(args)
        return await execute(program, args, **options)

    monkeypatch.setattr(agent, "_exec", counted)
    reads_at_commit = []
    request = {"task": "", "context": {"path": str(repository.path)}}
    async for line in agent.process_request(request):
        if line.startswith("commit "):
            reads_at_commit.append(sum("log" in args for args in asked))
    assert reads_at_commit == [1, 1, 2, 2, 3]


@pytest.mark.asyncio
async def test_merges_are_told_and_not_counted(repository):
    repository.commit("First")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit("On the side", "side.c")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    lines = await read(repository)
    assert subjects(lines) == ["On the side", "First"]
    assert any(line.startswith("merge ") for line in lines)
    assert lines[-1] == "summary 2 commits by 1 author, 1 merge\n"


@pytest.mark.asyncio
async def test_what_was_taken_back_is_dropped(repository):
    kept = repository.commit("Keep this")
    repository.tag("v1")
    taken_back = repository.commit("Try that")
    repository.commit(f'Revert "Try that"\n\nThis reverts commit {taken_back}.')
    repository.commit(f'Revert "Keep this"\n\nThis reverts commit {kept}.')
    lines = await read(repository)
    # What was released before is gone now, which is a change.
    assert subjects(lines) == ['Revert "Keep this"']
    assert lines[-1] == "summary 1 commit by 1 author, 2 taken back\n"


@pytest.mark.asyncio
async def test_people_and_issues_are_told(repository):
    trailer = "Closes #7\n\nCo-authored-by: Grace Hopper <grace@example.org>"
    repository.commit(f"Fix it (#12)\n\n{trailer}")
    repository.commit("Bump", author="dependabot[bot] <bot@example.org>")
    lines = await read(repository)
    assert "author Ada Lovelace (1)\n" in lines
    assert "author Grace Hopper (1)\n" in lines
    assert lines[-1] == "summary 2 commits by 2 authors, issues #12 #7\n"


@pytest.mark.asyncio
async def test_a_message_in_another_encoding_is_read(repository):
    repository.git("config", "i18n.commitEncoding", "ISO-8859-1")
    message = repository.path / "message"
    message.write_bytes("Größe ändern".encode("latin-1"))
    repository.git("commit", "--quiet", "--allow-empty", f"--file={message}")
    repository.git("config", "i18n.logOutputEncoding", "ISO-8859-1")
    assert subjects(await read(repository)) == ["Größe ändern"]


@pytest.mark.asyncio
async def test_a_message_that_is_no_text_is_read_as_far_as_possible(repository):
    repository.commit("First")
    head, _, _ = repository.git("cat-file", "commit", "HEAD").partition("\n\n")
    raw = repository.path / "raw"
    raw.write_bytes(head.encode() + b"\n\nChange \xff\xfe and more\n")
    made = repository.git("hash-object", "-t", "commit", "-w", str(raw))
    repository.git("update-ref", "HEAD", made)
    lines = await read(repository)
    assert subjects(lines) == ["Change \ufffd\ufffd and more"]
    assert "not UTF-8" in read_notes("".join(lines))[-1]


@pytest.mark.asyncio
async def test_a_shallow_clone_is_said(released, tmp_path):
    clone = tmp_path / "clone"
    released.git("clone", "--quiet", "--depth=1", f"file://{released.path}", str(clone))
    request = {"task": "", "context": {"path": str(clone)}}
    lines = [line async for line in HistoryReader({}).process_request(request)]
    assert "shallow" in read_notes("".join(lines))[0]
    assert subjects(lines) == ["Fourth"]


@pytest.mark.asyncio
async def test_a_beginning_beside_the_history_is_said(released):
    released.git("checkout", "--quiet", "-b", "side", "v1.0.0")
    released.commit("Elsewhere", "side.c")
    notes = read_notes("".join(await read(released, **{"from": "side", "to": "main"})))
    assert notes == [
        "side is not in the history of main: the notes hold what main has and side has not."
    ]
