"""Anchors, links and headings in raw HTML, which READMEs like to begin with."""

from __future__ import annotations

from html.parser import HTMLParser

from .page import Link

_HEADINGS = {f"h{level}": level for level in range(1, 7)}


class RawHtml(HTMLParser):
    """Reads one piece of HTML that begins on `line`."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__()
        self.anchors: list[tuple[str, int]] = []
        self.links: list[Link] = []
        self.headings: list[tuple[int, str, int]] = []
        """Level, text, line."""
        self._first_line = line
        self._open: tuple[int, int, list[str]] | None = None
        try:
            self.feed(text)
            self.close()
        except AssertionError:
            # The library's answer to declarations that it does not know; what came before them is
            # kept.
            pass

    @property
    def _line(self) -> int:
        return self._first_line + self.getpos()[0] - 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value}
        names = [values.get("id"), values.get("name") if tag == "a" else None]
        self.anchors += [(name, self._line) for name in dict.fromkeys(names) if name]
        if tag == "a" and "href" in values:
            self.links.append(Link(values["href"] or "", self._line))
        elif tag == "img" and "src" in values:
            self.links.append(Link(values["src"] or "", self._line, image=True))
        elif tag in _HEADINGS:
            self._open = (_HEADINGS[tag], self._line, [])

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open is not None and _HEADINGS.get(tag) == self._open[0]:
            level, line, parts = self._open
            self.headings.append((level, " ".join("".join(parts).split()), line))
            self._open = None
