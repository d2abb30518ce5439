"""From a file's text to a `Page`."""

from __future__ import annotations

import logging
import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .anchors import Anchors
from .html import RawHtml
from .inline import NumberingInline, line_within
from .page import Heading, Link, Page, Prose, Section

# The library tells of every rule that it tries, which would be most of the plugin's log.
logging.getLogger("markdown_it").setLevel(logging.WARNING)

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<body>(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FRONT_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
# `[text][label]` and `[label][]` that are still text; not `matrix[i][j]`, nor footnotes.
_REFERENCE = re.compile(r"(?<![\w\]])\[([^\[\]]+)\]\[([^\[\]^][^\[\]]*)?\]")


def read_page(path: str, text: str) -> Page:
    """Reads the Markdown of the file at `path`. Any text is Markdown, so this never fails."""
    return _Reader(path).read(text)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.inline = NumberingInline()
    # Once more, for the new inline parser.
    return parser.configure("commonmark").enable(["table", "strikethrough"])


class _Reader:
    def __init__(self, path: str) -> None:
        self.page = Page(path)
        self._anchors = Anchors()
        self._html_anchors: list[tuple[str, int]] = []
        self._heading: Heading | None = None
        self._body: list[str] = []

    def read(self, text: str) -> Page:
        text = self._without_front_matter(text.replace("\r\n", "\n").replace("\r", "\n"))
        env: dict[str, Any] = {}
        line = 1
        level: int | None = None
        for token in _parser().parse(text, env):
            if token.map is not None:
                line = token.map[0] + 1
            if token.type == "heading_open":
                level = int(token.tag[1])
            elif token.type == "inline":
                words = self._inline(token, line)
                if level is None:
                    self._body.append(words)
                else:
                    self._add_heading(level, self._heading_text(token), line)
                    level = None
            elif token.type == "html_block":
                self._html(token.content, line)
        self._end_section()
        self._add_html_anchors()
        return self.page

    def _without_front_matter(self, text: str) -> str:
        """The text with blank lines for its front matter, so that lines keep their numbers."""
        found = _FRONT_MATTER.match(text)
        if found is None:
            return text
        title = _FRONT_TITLE.search(found["body"])
        if title is not None:
            self.page.front_title = title[1].strip("\"'") or None
        return "\n" * found[0].count("\n") + text[found.end() :]

    def _inline(self, block: Token, first_line: int) -> str:
        """Takes links and prose from a block's inline tokens; its words are for the index."""
        words: list[str] = []
        depth = 0
        for token in block.children or []:
            line = first_line + line_within(token)
            if token.type == "link_open":
                depth += 1
                self.page.links.append(Link(str(token.attrs.get("href", "")), line))
            elif token.type == "link_close":
                depth -= 1
            elif token.type == "image":
                self.page.links.append(Link(str(token.attrs.get("src", "")), line, image=True))
                words.append(token.content)
            elif token.type == "text":
                words.append(token.content)
                if depth == 0 and token.content.strip():
                    self.page.prose.append(Prose(token.content, line))
                    self._find_undefined(token.content, line)
            elif token.type == "code_inline":
                words.append(token.content)
            elif token.type in ("softbreak", "hardbreak"):
                words.append(" ")
            elif token.type == "html_inline":
                self._html(token.content, line)
        return "".join(words)

    @staticmethod
    def _heading_text(block: Token) -> str:
        kinds = {"text", "code_inline"}
        parts = [
            " " if token.type == "softbreak" else token.content
            for token in block.children or []
            if token.type in kinds or token.type == "softbreak"
        ]
        return "".join(parts).strip()

    def _find_undefined(self, text: str, line: int) -> None:
        # Had the label a definition, the parser would have made a link of it.
        for found in _REFERENCE.finditer(text):
            label = found[2] or found[1]
            if not label.startswith("^"):
                self.page.undefined.append((label, line))

    def _html(self, text: str, line: int) -> None:
        raw = RawHtml(text, line)
        self._html_anchors += raw.anchors
        self.page.links += raw.links
        for level, words, at in raw.headings:
            self._add_heading(level, words, at)

    def _add_heading(self, level: int, text: str, line: int) -> None:
        self._end_section()
        self._heading = Heading(level, text, self._anchors.take(text), line)
        self.page.headings.append(self._heading)
        self.page.anchors.setdefault(self._heading.anchor, line)

    def _end_section(self) -> None:
        text = "\n".join(part for part in self._body if part.strip())
        if self._heading is not None or text:
            self.page.sections.append(Section(self._heading, text))
        self._body = []

    def _add_html_anchors(self) -> None:
        """After the headings', which are numbered without regard to these."""
        for anchor, line in self._html_anchors:
            if anchor in self.page.anchors:
                self.page.repeated_anchors.append((anchor, line))
            else:
                self.page.anchors[anchor] = line
