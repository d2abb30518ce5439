"""What is read from a page's text."""

from __future__ import annotations

import pytest

from plugins.docs_service.markdown import Heading, Link, read_page


def anchors(text: str) -> list[str]:
    return [heading.anchor for heading in read_page("a.md", text).headings]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Plain words", "plain-words"),
        ("What's new in 2.0?", "whats-new-in-20"),
        ("`config/plugins/<name>.json`", "configpluginsnamejson"),
        ("A -- b", "a----b"),
        ("snake_case & *emphasis*", "snake_case--emphasis"),
        ("Über die Straße", "über-die-straße"),
        ("日本語", "日本語"),
        ("हिन्दी", "हिन्दी"),
        ("Party 🎉 time", "party--time"),
        ("[A link](x.md) here", "a-link-here"),
    ],
)
def test_anchors_are_githubs(heading: str, anchor: str) -> None:
    assert anchors(f"# {heading}\n") == [anchor]


def test_repeated_anchors_are_numbered_past_those_that_are_taken() -> None:
    assert anchors("# A\n# A\n# A-1\n# A\n") == ["a", "a-1", "a-1-1", "a-2"]


def test_code_holds_neither_headings_nor_links() -> None:
    text = "```\n# no\n[a](b.md)\n```\n\n    # no\n\n`[a](b.md)`\n\n~~~\n<a href='x'>\n~~~\n"
    page = read_page("a.md", text)
    assert (page.headings, page.links) == ([], [])


def test_links_know_their_lines() -> None:
    text = (
        "# [One](1.md)\n\ntext\nand `code` [two](2.md)\n*and [three](3.md)*\n\n"
        "- item\n  ![four](4.png)\n\n"
        "> [five][f]\n\n| a |\n|---|\n| [six](6.md) |\n\n[f]: 5.md\n<https://seven.example>\n"
    )
    assert read_page("a.md", text).links == [
        Link("1.md", 1),
        Link("2.md", 4),
        Link("3.md", 5),
        Link("4.png", 8, image=True),
        Link("5.md", 10),
        Link("6.md", 14),
        Link("https://seven.example", 17),
    ]


def test_html_gives_anchors_links_and_headings() -> None:
    text = (
        '<h1 align="center">\n  The   name\n</h1>\n\n'
        '<p><img src="logo.png">\n<a href="x.md">x</a></p>\n\n'
        'See <a id="here"></a> it.\n\n<!-- <a href="no.md"> -->\n'
    )
    page = read_page("a.md", text)
    assert page.headings == [Heading(1, "The name", "the-name", 1)]
    assert page.links == [Link("logo.png", 5, image=True), Link("x.md", 6)]
    assert page.anchors == {"the-name": 1, "here": 8}


def test_an_html_anchor_that_a_heading_has_is_repeated() -> None:
    page = read_page("a.md", '<a name="usage"></a>\n\n# Usage\n')
    assert page.repeated_anchors == [("usage", 1)]


def test_an_unknown_declaration_is_no_crash() -> None:
    page = read_page("a.md", '<div id="x">\n<![no[\n</div>\n\n[a](b.md)\n')
    assert page.links == [Link("b.md", 5)]


def test_references_without_definition() -> None:
    text = "[a][none] and [b][]\n[c][is], `[d][e]`, m[i][j], [f][^note]\n\n[is]: x.md\n"
    assert read_page("a.md", text).undefined == [("none", 1), ("b", 1)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_front_matter_is_no_text_and_gives_a_title(newline: str) -> None:
    text = newline.join(
        ["---", 'title: "The title"', "x: y", "---", "", "## Part", "", "[a](b.md)", ""]
    )
    page = read_page("a.md", text)
    assert page.title == "The title"
    assert page.headings == [Heading(2, "Part", "part", 6)]
    assert page.links == [Link("b.md", 8)]


def test_the_title_is_the_first_heading_else_the_path() -> None:
    assert read_page("a.md", "## Small\n# Great\n").title == "Great"
    assert read_page("a.md", "no heading\n").title == "a.md"


def test_sections_have_the_text_below_their_heading() -> None:
    page = read_page("a.md", "before\n\n# One\n\ntext `code`\nmore\n\n```\nfenced\n```\n\n## Two\n")
    sections = [(s.heading.text if s.heading else None, s.line, s.text) for s in page.sections]
    assert sections == [(None, 1, "before"), ("One", 3, "text code more"), ("Two", 12, "")]
