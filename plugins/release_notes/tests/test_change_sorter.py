"""Which group a change comes to, and why."""

import pytest
from plugins.release_notes.agents import ChangeSorter
from plugins.release_notes.notes.commit import Commit
from plugins.release_notes.notes.groups import Group
from plugins.release_notes.notes.rules import judge


def commit(subject, body="", paths=("src/a.c",)):
    return Commit("0" * 40, ("1" * 40,), "Ada", "a@b", "2026-01-01", subject, body, tuple(paths))


@pytest.mark.parametrize(
    ("subject", "group"),
    [
        ("feat: add colours", Group.ADDED),
        ("feat(ui)!: new keys", Group.BREAKING),
        ("fix(parser): read the column", Group.FIXED),
        ("PERF: less work", Group.PERFORMANCE),
        ("docs: say how", Group.DOCUMENTATION),
        ("chore(deps): bump x", Group.INTERNAL),
        ("Add a theme", Group.ADDED),
        ("Adds a theme", Group.ADDED),
        ("Fixed a crash", Group.FIXED),
        ("Handling of empty input", Group.FIXED),
        ("parser: don't lose the last line", Group.FIXED),
        ("Let nothing outside the folder count", Group.FIXED),
        ("Let agents have colours", Group.ADDED),
        ("Make the search faster", Group.PERFORMANCE),
        ("Refactor the walk", Group.INTERNAL),
        ("Release v1.4.0-rc.1", Group.INTERNAL),
        ("Remove the old key", Group.CHANGED),
        ("Addition of nothing known", Group.CHANGED),
        ("", Group.CHANGED),
    ],
)
def test_what_the_subject_says(subject, group):
    assert judge(commit(subject)).group is group


@pytest.mark.parametrize(
    ("paths", "group"),
    [
        (["README.md", "docs/a.png"], Group.DOCUMENTATION),
        (["tests/a.rs", "src/x_test.go"], Group.INTERNAL),
        ([".github/workflows/ci.yml", "Cargo.lock"], Group.INTERNAL),
        (["README.md", "tests/a.rs"], Group.INTERNAL),
        (["README.md", "src/a.c"], Group.ADDED),
        (["requirements.txt"], Group.ADDED),
        ([], Group.ADDED),
    ],
)
def test_what_is_touched_counts_before_the_words(paths, group):
    assert judge(commit("Add more", paths=paths)).group is group


def test_what_the_author_declared_counts_first():
    assert judge(commit("fix: typo", paths=["README.md"])).group is Group.FIXED
    breaking = judge(commit("docs: typo", "BREAKING CHANGE: it is", ["README.md"]))
    assert (breaking.group, breaking.reason) == (Group.BREAKING, "a footer says BREAKING CHANGE")


def test_a_named_weakness_is_a_fix():
    verdict = judge(commit("Update x", "For CVE-2026-12345"))
    assert (verdict.group, verdict.reason) == (Group.FIXED, "it names CVE-2026-12345")


def test_the_place_is_told_apart_from_the_summary():
    for subject in ("fix(parser): read it", "parser: read it"):
        verdict = judge(commit(subject))
        assert (verdict.scope, verdict.summary) == ("parser", "read it")
    assert judge(commit("Say why: it helps")).scope == ""


@pytest.mark.asyncio
async def test_given_commits_are_sorted_and_no_others(repository):
    repository.commit("Add one")
    wanted = [repository.commit("Fix two"), repository.commit("feat: three")]
    repository.commit("Add four")
    request = {"task": "", "context": {"path": str(repository.path), "commits": wanted}}
    lines = [line async for line in ChangeSorter({}).process_request(request)]
    assert lines == [
        f'fixed {wanted[0][:12]} Fix two [the subject begins with "fix"]\n',
        f"added {wanted[1][:12]} three [its type is feat]\n",
        "summary added 1, fixed 1\n",
    ]
