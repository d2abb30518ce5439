"""The index: what is found, in which order, and how it keeps up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from plugins.docs_service.files import Found
from plugins.docs_service.markdown import read_page
from plugins.docs_service.search import Index, Stores
from plugins.docs_service.settings import Settings

Fill = Callable[[dict[str, str]], Index]


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Puts pages into an index."""
    index = Index(tmp_path / "index.db")

    def put(pages: dict[str, str]) -> Index:
        index.put(
            (Found(path, len(text), 1), read_page(path, text)) for path, text in pages.items()
        )
        return index

    return put


def found(index: Index, text: str) -> list[str]:
    return [f"{hit.path}#{hit.anchor}" for hit in index.search(text, 10)]


def test_headings_and_titles_weigh_more_than_text(fill: Fill) -> None:
    index = fill(
        {
            "a.md": "# Other\n\nOne remark on grants among many other words.\n",
            "b.md": "# Permissions\n\n## Grants\n\nWhat they are.\n\n## Other\n\nNothing.\n",
        }
    )
    assert found(index, "grants") == ["b.md#grants", "a.md#other"]
    hits = index.search("grants", 10)
    assert hits[0].score > hits[1].score
    assert (hits[0].title, hits[0].heading, hits[0].line) == ("Permissions", "Grants", 3)
    assert found(index, "permissions nothing") == ["b.md#other"]


def test_all_words_first_then_any(fill: Fill) -> None:
    index = fill({"a.md": "# A\n\nred apples\n\n# B\n\ngreen apples\n"})
    assert found(index, "green apples") == ["a.md#b"]
    assert sorted(found(index, "blue apples")) == ["a.md#a", "a.md#b"]


@pytest.mark.parametrize("text", ["search", "SEARCHES", "sear", "Ma\u00f1ana", "manana"])
def test_forms_of_words_are_found(fill: Fill, text: str) -> None:
    assert found(fill({"a.md": "# A\n\nSearching ma\u00f1ana\n"}), text) == ["a.md#a"]


@pytest.mark.parametrize(
    "text", ["", '"', "a AND", "NEAR(", "col:x*", "-- ' OR 1=1", "\0", "x " * 500]
)
def test_no_query_is_an_error(fill: Fill, text: str) -> None:
    assert fill({"a.md": "# Zebra\n"}).search(text, 10) == []


def test_code_fences_are_left_out_and_code_words_are_not(fill: Fill) -> None:
    index = fill({"a.md": "# A\n\nUse `frobnicate`.\n\n```\nhidden_word\n```\n"})
    assert found(index, "frobnicate") == ["a.md#a"]
    assert found(index, "hidden_word") == []


def test_snippets_show_the_place(fill: Fill) -> None:
    index = fill({"a.md": "# A\n\n" + "word " * 200 + "needle " + "word " * 200})
    (hit,) = index.search("needle", 1)
    assert "needle" in hit.snippet and len(hit.snippet) < 200


def test_a_page_is_replaced_and_forgotten(fill: Fill) -> None:
    index = fill({"a.md": "# Old\n\nalpha\n", "b.md": "# B\n"})
    fill({"a.md": "# New\n\nbeta\n"})
    assert (found(index, "alpha"), found(index, "beta")) == ([], ["a.md#new"])
    assert index.totals().pages == 2
    index.drop(["a.md", "absent.md"])
    assert (found(index, "beta"), list(index.stamps())) == ([], ["b.md"])


def test_pages_are_listed_in_parts(fill: Fill) -> None:
    index = fill({f"{name}.md": f"# {name}\n## Part\n" for name in "cab"})
    assert [page.path for page in index.pages(2)] == ["a.md", "b.md"]
    assert [page.path for page in index.pages(2, offset=2)] == ["c.md"]
    page = index.page("a.md")
    assert page is not None
    assert [(h.level, h.text, h.anchor, h.line) for h in page.outline] == [
        (1, "a", "a", 1),
        (2, "Part", "part", 2),
    ]
    assert index.page("absent.md") is None


def test_a_file_that_is_no_index_is_made_anew(tmp_path: Path, fill: Fill) -> None:
    (tmp_path / "index.db").write_text("this is no database, but long enough to look like one" * 20)
    assert found(fill({"a.md": "# A\n"}), "a") == ["a.md#a"]


def test_an_index_of_another_version_is_made_anew(tmp_path: Path, fill: Fill) -> None:
    index = fill({"a.md": "# A\n"})
    with sqlite3.connect(index.path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    assert index.totals().pages == 0


def test_pages_are_taken_up_together_or_not_at_all(fill: Fill) -> None:
    index = fill({"a.md": "# A\n"})

    def broken() -> object:
        yield Found("b.md", 1, 1), read_page("b.md", "# B\n")
        raise OSError("the disk is gone")

    with pytest.raises(OSError):
        index.put(broken())  # type: ignore[arg-type]
    assert list(index.stamps()) == ["a.md"]


def test_each_folder_and_choice_has_its_index_and_old_ones_make_room(tmp_path: Path) -> None:
    stores = Stores(tmp_path / "data")
    all_files = Settings.from_layers()
    first = stores.open(tmp_path, all_files)
    first.put([(Found("a.md", 1, 1), read_page("a.md", "# A\n"))])
    assert stores.open(tmp_path, all_files).totals().pages == 1
    narrow = Settings.from_layers({"include": "docs/*.md"})
    assert stores.open(tmp_path, narrow).totals().pages == 0
    for number in range(20):
        stores.open(tmp_path / str(number), all_files).totals()
    assert len(list((tmp_path / "data").glob("*.db"))) == 8
    assert not first.path.exists()
