"""What is kept of a page. Lines count from 1."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading and the anchor that leads to it."""

    level: int
    text: str
    anchor: str
    line: int


@dataclass(frozen=True)
class Link:
    """A link's or an image's target, as it is written."""

    target: str
    line: int
    image: bool = False


@dataclass(frozen=True)
class Prose:
    """Text outside code and links; never longer than a line."""

    text: str
    line: int


@dataclass(frozen=True)
class Section:
    """A heading and the text up to the next one. The text before the first has no heading."""

    heading: Heading | None
    text: str

    @property
    def line(self) -> int:
        return self.heading.line if self.heading else 1


@dataclass
class Page:
    """One Markdown file, read."""

    path: str
    """Relative to the folder that is looked at, with `/`."""
    front_title: str | None = None
    """The title that its front matter gives it."""
    headings: list[Heading] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)
    """Every anchor and its line."""
    repeated_anchors: list[tuple[str, int]] = field(default_factory=list)
    """Anchors written in HTML that the page has already, and their lines."""
    links: list[Link] = field(default_factory=list)
    undefined: list[tuple[str, int]] = field(default_factory=list)
    """Labels that reference links name and no definition has, and their lines."""
    prose: list[Prose] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first heading of the highest level that has text, else the front matter's, else the
        path."""
        named = [heading for heading in self.headings if heading.text]
        first = min(named, key=lambda heading: heading.level, default=None)
        if first is not None and (first.level == 1 or self.front_title is None):
            return first.text
        return self.front_title or self.path
