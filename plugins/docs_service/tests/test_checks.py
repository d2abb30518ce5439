"""What the checks find, and what they leave alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from plugins.docs_service.checks import CHECKS, Circumstances
from plugins.docs_service.library import Library

from .conftest import Write

Make = Callable[..., Library]


def findings(check: str, library: Library, path: str = "a.md") -> list[str]:
    return [str(finding) for finding in CHECKS[check](library.page(path), Circumstances(library))]


def test_links_to_what_is_there_are_fine(write: Write, library: Make) -> None:
    write(
        {
            "a.md": "# A\n"
            "[1](b/c.md#part) [2](b/) [3](b/c.md?x=1) [4](#a) [5](#) [6](b/d%20e.txt#L3)\n"
            "[7](/b/c.md) ![8](b/i.png) [9](./b/../a.md) [10](#top) [11](mailto:x@y.z)\n",
            "b/c.md": "## Part\n[up](../a.md#a)\n",
            "b/d e.txt": "x",
            "b/i.png": b"\x89",
        }
    )
    assert findings("links", library()) == []
    assert findings("links", library(), "b/c.md") == []


def test_links_to_what_is_not_there(write: Write, library: Make) -> None:
    write(
        {
            "a.md": "# A\n\n[1](absent.md)\n![2](no.png)\n[3](b/C.md)\n"
            "[4](b/c.md#prat)\n[5](#b)\n[6]()\n[7][no]\n",
            "b/c.md": "# Part\n",
        }
    )
    assert findings("links", library()) == [
        "a.md:9: error: no definition of the reference [no] [undefined-reference]",
        "a.md:3: error: the file absent.md is not there [broken-link]",
        "a.md:4: error: the image no.png is not there [missing-image]",
        "a.md:5: error: the file b/C.md is not there; is c.md meant? [broken-link]",
        "a.md:6: error: the anchor #prat is not in b/c.md; is #part meant? [broken-anchor]",
        "a.md:7: error: the anchor #b is not in this page [broken-anchor]",
        "a.md:8: error: a link without a target [empty-link]",
    ]


def test_an_anchor_that_is_there_twice(write: Write, library: Make) -> None:
    write({"a.md": '# Usage\n\n<a id="usage"></a>\n'})
    message = "a.md:3: error: the anchor #usage is in line 1 already [duplicate-anchor]"
    assert findings("links", library()) == [message]


def test_links_out_of_the_project_are_not_followed(
    write: Write, library: Make, tmp_path: Path
) -> None:
    (tmp_path.parent / "outside.md").write_text("x")
    write({"a.md": "[1](../outside.md)\n[2](link.md)\n"})
    (tmp_path / "link.md").symlink_to("../outside.md")
    found = findings("links", library())
    assert [line.rpartition(" ")[2] for line in found] == ["[outside-link]", "[outside-link]"]
    assert found[0].startswith("a.md:1: warning: ../outside.md leads out of ")


def test_a_checked_folder_may_lead_to_the_rest_of_its_project(
    write: Write, tmp_path: Path, library: Make
) -> None:
    write({"README.md": "# Top\n", "docs/a.md": "[1](../README.md#top) [2](../README.md#x)\n"})
    whole = library()
    docs = Library(whole.root / "docs", whole.root, whole.settings, whole._cache)
    assert findings("links", docs) == [
        "a.md:1: error: the anchor #x is not in ../README.md [broken-anchor]"
    ]


def test_external_links_are_counted_and_not_fetched(write: Write, library: Make) -> None:
    write(
        {
            "a.md": "[1](https://x.invalid) <http://y.invalid> [2](//z.invalid) ![3](https://x.invalid/i.png)\n"
        }
    )
    where = Circumstances(library())
    assert list(CHECKS["links"](where.library.page("a.md"), where)) == []
    assert where.remarks() == "4 external links not fetched"


def test_odd_targets_are_findings_and_no_crash(write: Write, library: Make) -> None:
    write({"a.md": f"[1](a%00b.md) [2]({'x' * 5000}) [3](%ff.md)\n", "b.md": b"\xff"})
    assert [line.rpartition(" ")[2] for line in findings("links", library())] == [
        "[broken-link]"
    ] * 3
    write({"a.md": "[1](b.md#x)\n"})
    assert findings("links", library()) == [
        "a.md:1: warning: can't look for #x in b.md: not UTF-8: byte 0xff in line 1 [unread-target]"
    ]


def test_headings(write: Write, library: Make) -> None:
    write({"a.md": "# A\n### B\n#\n## C\n## C\n### D\n## E\n### D\n# F\n## C\n"})
    assert findings("headings", library()) == [
        "a.md:2: warning: level 3 after level 1: B [skipped-level]",
        "a.md:3: error: a heading without text [empty-heading]",
        "a.md:5: warning: the same heading as in line 4: C [duplicate-heading]",
        "a.md:9: warning: 2 headings of level 1, the first in line 1 [several-titles]",
    ]


def test_a_page_begins_with_its_title_or_has_it_in_its_front_matter(
    write: Write, library: Make
) -> None:
    write({"a.md": "## A\n", "b.md": "---\ntitle: B\n---\n## A\n", "c.md": "no headings\n"})
    assert findings("headings", library()) == [
        "a.md:1: warning: level 2 as the first heading: A [skipped-level]"
    ]
    assert findings("headings", library(), "b.md") == []
    assert findings("headings", library(), "c.md") == []


def test_terms_outside_code_and_links(write: Write, library: Make) -> None:
    write(
        {
            "a.md": "# On Github\n\n"
            "`Github`, [Github](x.md), <https://Github>, Github.com, x/Github, Githubs,\n"
            "**Github**. *Mac OS X*\n\n```\nGithub\n```\n"
        }
    )
    assert findings("terms", library()) == [
        "a.md:1: warning: write GitHub, not Github [term]",
        "a.md:4: warning: write GitHub, not Github [term]",
        "a.md:4: warning: write macOS, not Mac OS X [term]",
    ]


def test_terms_are_a_setting(write: Write, library: Make) -> None:
    write({"a.md": "Github and the work bench, a.k.a. C plus plus\n"})
    own = {"workbench": ["work bench"], "C++": ["C plus plus"]}
    assert findings("terms", library(terms=own)) == [
        "a.md:1: warning: write workbench, not work bench [term]",
        "a.md:1: warning: write C++, not C plus plus [term]",
    ]
    assert findings("terms", library(terms={})) == []
