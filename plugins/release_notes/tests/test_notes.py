"""The parts that notes are made of."""

import pytest
from plugins.release_notes.notes.commit import Commit
from plugins.release_notes.notes.forge import find_forge
from plugins.release_notes.notes.groups import Group
from plugins.release_notes.notes.lines import SortedLine, read_sorted, sorted_line
from plugins.release_notes.notes.markdown import escape
from plugins.release_notes.notes.reverts import find_reverted
from plugins.release_notes.notes.rules import Verdict
from plugins.release_notes.notes.sentence import understand
from plugins.release_notes.notes.version import next_version, version_of_tag


def commit(subject="s", body="", commit_id="0" * 40):
    return Commit(commit_id, (), "Ada", "a@b", "2026-01-01", subject, body, ())


@pytest.mark.parametrize(
    ("sentence", "settings"),
    [
        ("", {}),
        ("Write the release notes", {}),
        ("notes for 1.4.0 since v1.3", {"version": "1.4.0", "from": "v1.3"}),
        ("Release version v2.0.0-rc.1.", {"version": "2.0.0-rc.1"}),
        ("what changed from v1 to main?", {"from": "v1", "to": "main"}),
        ("v1.0..v1.1", {"from": "v1.0", "to": "v1.1"}),
        ("everything in v1.0.. please", {"from": "v1.0"}),
        ("the last 20 commits", {"last": 20}),
        ("since `a/b`, with internal changes", {"from": "a/b", "include_internal": True}),
        ("up to the tag v3", {"to": "v3"}),
        ("since the last release", {}),
        ("Notes to read... for everybody", {}),
    ],
)
def test_a_sentence_is_understood(sentence, settings):
    assert understand(sentence) == settings


def test_references_are_issues_and_not_other_numbers():
    body = "Colour #5, of\nFixes #7, GH-8 and other/place#9\nSee !10"
    names = commit("Handle #12 and a#13 (#12) #ffffff v#0", body).references()
    assert names == ["#12", "#7", "#8", "other/place#9", "!10"]


def test_a_breaking_note_ends_with_its_paragraph():
    body = "Why.\n\nBREAKING CHANGE: one\n two\n\nNot this.\nBREAKING-CHANGE: three\nRefs: #1"
    assert commit(body=body).breaking_notes() == ["one two", "three"]


def test_a_revert_of_a_revert_brings_the_first_back():
    first, second, third = (
        commit(commit_id="a" * 40),
        commit(body=f"This reverts commit {'a' * 40}.", commit_id="b" * 40),
        commit(body=f"This reverts commit {'b' * 12}.", commit_id="c" * 40),
    )
    assert find_reverted([second, first]) == {first.id: second.id, second.id: first.id}
    assert find_reverted([third, second, first]) == {second.id: third.id, third.id: second.id}
    assert find_reverted([first, second]) == {}


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/ada/engine.git", "https://github.com/ada/engine"),
        ("https://ada:secret@github.com/ada/engine", "https://github.com/ada/engine"),
        (
            "git@gitlab.example.org:group/sub/engine.git",
            "https://gitlab.example.org/group/sub/engine",
        ),
        ("ssh://git@codeberg.org:22/ada/engine", "https://codeberg.org/ada/engine"),
        ("https://example.org/ada/engine", None),
        ("/srv/github/engine", None),
        ("ext::sh -c github.com/ada/engine", None),
        ("https://github.com/a b/c)", None),
    ],
)
def test_a_remote_is_known_by_its_host(remote, address):
    forge = find_forge(remote)
    assert (forge and forge.address) == address


def test_links_have_the_forges_shape():
    hub = find_forge("https://github.com/ada/engine")
    assert hub.issue_link("#3") == "https://github.com/ada/engine/issues/3"
    assert hub.issue_link("bob/lib#3") == "https://github.com/bob/lib/issues/3"
    assert hub.issue_link("!3") is None
    lab = find_forge("https://gitlab.com/a/b/engine")
    assert lab.issue_link("!3") == "https://gitlab.com/a/b/engine/-/merge_requests/3"
    assert lab.compare_link("v1", "v2") == "https://gitlab.com/a/b/engine/-/compare/v1...v2"
    assert hub.compare_link("a)(b", "v2").endswith("/compare/a%29%28b...v2")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain, with-dashes (and such) 1.0", "plain, with-dashes (and such) 1.0"),
        ("snake_case _stressed_ __init__", "snake_case \\_stressed\\_ \\_\\_init\\_\\_"),
        ("use `Vec<T>` not Vec<T>", "use `Vec<T>` not Vec\\<T\\>"),
        ("one ` alone", "one \\` alone"),
        ("# no heading", "\\# no heading"),
        ("- no item", "\\- no item"),
        ("1. is no number", "1\\. is no number"),
        ("1.4.0 is, and -1 too", "1.4.0 is, and -1 too"),
        ("---", "\\---"),
        ("&lt; is not <", "\\&lt; is not \\<"),
        ("two\nlines\u200b", "two lines"),
    ],
)
def test_text_stays_text(text, escaped):
    assert escape(text) == escaped


def test_versions():
    assert version_of_tag("v1.4.0-rc.1") == "1.4.0-rc.1"
    assert version_of_tag("engine-2.1") == "2.1"
    assert version_of_tag("nightly") == "nightly"
    assert next_version("v1.4.2", {Group.FIXED}) == "1.4.3"
    assert next_version("v1.4.2", {Group.FIXED, Group.ADDED}) == "1.5.0"
    assert next_version("v1.4.2", {Group.BREAKING}) == "2.0.0"
    assert next_version("v0.4.2", {Group.BREAKING}) == "0.5.0"
    assert next_version("nightly", {Group.FIXED}) is None


@pytest.mark.parametrize("summary", ["read it", "(odd) read [it]", "ends with ]", "[only]"])
def test_a_sorters_line_is_read_as_it_was_written(summary):
    verdict = Verdict(Group.FIXED, "parser", summary, "because")
    [line] = read_sorted(sorted_line(commit(), verdict))
    assert line == SortedLine(Group.FIXED, "0" * 12, "parser", summary)
