"""Headings: a title, no level left out, none empty, none twice in the same place."""

from __future__ import annotations

from collections.abc import Iterator

from ..markdown import Heading, Page
from ..report import Finding
from .circumstances import Circumstances


def check_headings(page: Page, _: Circumstances) -> Iterator[Finding]:
    """Finds empty headings, skipped levels, more than one of level 1, and the same one twice under
    one parent."""
    above: list[Heading] = []
    titles = [heading for heading in page.headings if heading.level == 1 and heading.text]
    seen: dict[tuple[tuple[int, ...], int, str], int] = {}
    # A title in the front matter stands above the headings.
    last_level = 1 if page.front_title else 0
    for heading in page.headings:
        if not heading.text:
            yield Finding(
                page.path, heading.line, "error", "empty-heading", "a heading without text"
            )
            continue
        if heading.level > last_level + 1:
            before = f"after level {last_level}" if last_level else "as the first heading"
            message = f"level {heading.level} {before}: {heading.text}"
            yield Finding(page.path, heading.line, "warning", "skipped-level", message)
        last_level = heading.level
        if len(titles) > 1 and heading is titles[1]:
            message = f"{len(titles)} headings of level 1, the first in line {titles[0].line}"
            yield Finding(page.path, heading.line, "warning", "several-titles", message)
        while above and above[-1].level >= heading.level:
            above.pop()
        place = (tuple(parent.line for parent in above), heading.level, heading.text)
        first = seen.setdefault(place, heading.line)
        if first != heading.line:
            message = f"the same heading as in line {first}: {heading.text}"
            yield Finding(page.path, heading.line, "warning", "duplicate-heading", message)
        above.append(heading)
