"""Which files there are, and their text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plugins.docs_service.files import (
    FolderError,
    FolderOutside,
    Globs,
    Listing,
    Unreadable,
    read_text,
    resolve_folder,
    walk,
)

from .conftest import Write


def listed(root: Path, exclude: tuple[str, ...] = (), max_files: int = 100) -> Listing:
    return walk(root, Globs(["*.md"]), Globs(exclude), max_files)


def paths(listing: Listing) -> list[str]:
    return [found.path for found in listing.files]


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("*.md", "a/b/c.md", True),
        ("*.md", "a/b/c.mdx", False),
        ("/*.md", "a.md", True),
        ("/*.md", "a/b.md", False),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/a/b.md", False),
        ("docs/**/*.md", "docs/a/b/c.md", True),
        ("docs/**/*.md", "docs/c.md", True),
        ("target", "a/target/b.md", True),
        ("target/", "target/b.md", True),
        ("docs/old", "docs/old/a/b.md", True),
        ("docs/old", "more/docs/old/a.md", False),
        ("a?.md", "ab.md", True),
        ("a[1].md", "a[1].md", True),
        ("a[1].md", "a1.md", False),
    ],
)
def test_globs(pattern: str, path: str, meant: bool) -> None:
    assert Globs([pattern]).match(path) is meant


def test_no_globs_mean_nothing() -> None:
    assert not Globs([]).match("a.md")
    assert not Globs(["", "/"]).match("a.md")


def test_the_walk_leaves_out_what_is_hidden_or_excluded(write: Write) -> None:
    names = ["a.md", "b/c.md", "b/d.txt", ".git/e.md", "target/f.md", "b/.g.md"]
    listing = listed(write(dict.fromkeys(names, "x")), exclude=("target",))
    assert paths(listing) == ["a.md", "b/c.md"]
    assert listing.skipped == []


def test_links_to_folders_are_not_followed_so_that_there_are_no_loops(write: Write) -> None:
    root = write({"a/b.md": "x"})
    (root / "a/loop").symlink_to(root)
    listing = listed(root)
    assert paths(listing) == ["a/b.md"]
    assert [(s.path, s.reason) for s in listing.skipped] == [
        ("a/loop", "a symbolic link to a folder")
    ]


def test_a_link_to_a_file_is_another_path_to_it_within_the_folder_alone(write: Write) -> None:
    root = write({"docs/a.md": "x", "secret.md": "x"}) / "docs"
    (root / "b.md").symlink_to("a.md")
    (root / "c.md").symlink_to("../secret.md")
    (root / "d.md").symlink_to("d.md")
    (root / "e.md").symlink_to("absent.md")
    listing = listed(root.resolve())
    assert paths(listing) == ["a.md", "b.md"]
    assert [skipped.path for skipped in listing.skipped] == ["c.md", "d.md", "e.md"]
    assert listing.skipped[0].reason == "a symbolic link that leads outside the folder"


def test_what_is_no_file_is_passed_over_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    listing = listed(tmp_path)
    assert [(s.path, s.reason) for s in listing.skipped] == [("pipe.md", "not a regular file")]
    with pytest.raises(Unreadable, match="not a regular file"):
        read_text(tmp_path / "pipe.md", 100)


def test_names_that_can_not_be_shown_are_said_in_ascii(tmp_path: Path) -> None:
    (tmp_path / "a\nb.md").write_text("x")
    (tmp_path / os.fsdecode(b"\xff.md")).write_text("x")
    skipped = [s.path for s in listed(tmp_path).skipped]
    assert skipped == [r"'a\nb.md'", r"'\udcff.md'"]


def test_the_walk_ends_at_its_limit_and_says_so(write: Write) -> None:
    listing = listed(write({f"{n}.md": "x" for n in range(5)}), max_files=3)
    assert paths(listing) == ["0.md", "1.md", "2.md"]
    assert listing.skipped[0].path == "3.md"
    assert "`max_files`" in listing.skipped[0].reason


def test_text_is_utf_8_with_or_without_a_mark(write: Write) -> None:
    root = write({"a.md": b"\xef\xbb\xbf# A", "b.md": b"one\ntwo \xe9\n", "c.md": "12345"})
    assert read_text(root / "a.md", 100) == "# A"
    with pytest.raises(Unreadable, match="not UTF-8: byte 0xe9 in line 2"):
        read_text(root / "b.md", 100)
    assert read_text(root / "c.md", 5) == "12345"
    with pytest.raises(Unreadable, match="more than 4 bytes, which is `max_file_bytes`"):
        read_text(root / "c.md", 4)
    with pytest.raises(Unreadable, match="No such file"):
        read_text(root / "d.md", 4)


def test_the_folder_is_the_project_or_named_from_there(write: Write) -> None:
    project = write({"docs/a.md": "x"}).resolve()
    assert resolve_folder("", project) == project
    assert resolve_folder("docs", project, within=True) == project / "docs"
    with pytest.raises(FolderError, match=r"absent.*No such file.*`folder`"):
        resolve_folder("absent", project)
    with pytest.raises(FolderError, match="not a folder"):
        resolve_folder("docs/a.md", project)
    with pytest.raises(FolderError):
        resolve_folder("a\0b", project)


def test_a_folder_outside_the_project_only_where_it_may_be(write: Write) -> None:
    project = write({"project/a.md": "x", "other/b.md": "x"}).resolve() / "project"
    (project / "link").symlink_to("../other")
    assert resolve_folder("../other", project) == project.parent / "other"
    for outside in ("../other", "link", "/", "../absent"):
        with pytest.raises(FolderOutside):
            resolve_folder(outside, project, within=True)
