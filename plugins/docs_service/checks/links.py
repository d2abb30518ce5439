"""Links and images: what they lead to must be there. No address is fetched; external links are
counted."""

from __future__ import annotations

import difflib
import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from ..files import Unreadable, is_inside
from ..markdown import Link, Page
from ..report import Finding
from .circumstances import Circumstances

_EXTERNAL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|//")
_MARKDOWN = (".md", ".markdown")


def check_links(page: Page, circumstances: Circumstances) -> Iterator[Finding]:
    """Finds links to files and anchors that are not there, and anchors and references that lead
    nowhere."""
    for label, line in page.undefined:
        message = f"no definition of the reference [{label}]"
        yield Finding(page.path, line, "error", "undefined-reference", message)
    for anchor, line in page.repeated_anchors:
        message = f"the anchor #{anchor} is in line {page.anchors[anchor]} already"
        yield Finding(page.path, line, "error", "duplicate-anchor", message)
    for link in page.links:
        if _EXTERNAL.match(link.target):
            circumstances.counts["external"] += 1
        elif finding := _check_link(page, link, circumstances):
            yield finding


def _check_link(page: Page, link: Link, circumstances: Circumstances) -> Finding | None:
    path, _, anchor = link.target.partition("#")
    path = unquote(path.partition("?")[0])
    anchor = unquote(anchor)
    if not path:
        if not anchor and link.target != "#":
            return Finding(page.path, link.line, "error", "empty-link", "a link without a target")
        return _check_anchor(page, link, page, anchor)
    library = circumstances.library
    if path.startswith("/"):
        # As GitHub reads it: from the top of the repository.
        place = library.border / path.lstrip("/")
    else:
        place = library.root / posixpath.dirname(page.path) / path
    place = Path(os.path.normpath(place))
    if not is_inside(place, library.border) or not is_inside(_real(place), library.border):
        message = f"{link.target} leads out of {library.border.name or 'the folder'}"
        return Finding(page.path, link.line, "warning", "outside-link", message)
    if not _exists(place):
        check, what = ("missing-image", "the image") if link.image else ("broken-link", "the file")
        message = f"{what} {link.target.partition('#')[0]} is not there{_suggestion(place)}"
        return Finding(page.path, link.line, "error", check, message)
    if anchor and place.suffix.lower() in _MARKDOWN and place.is_file():
        try:
            target = library.page(os.path.relpath(place, library.root))
        except Unreadable as error:
            message = f"can't look for #{anchor} in {path}: {error}"
            return Finding(page.path, link.line, "warning", "unread-target", message)
        return _check_anchor(page, link, target, anchor)
    return None


def _real(place: Path) -> Path:
    """Where symbolic links lead; `place` itself if they can't be followed."""
    try:
        return place.resolve()
    except (OSError, RuntimeError, ValueError):
        return place


def _exists(place: Path) -> bool:
    try:
        place.stat()
    except (OSError, ValueError):
        # ValueError is the answer to a null byte.
        return False
    return True


def _check_anchor(page: Page, link: Link, target: Page, anchor: str) -> Finding | None:
    # `#` and `#top` are the top of any page.
    if not anchor or anchor in target.anchors or anchor.lower() == "top":
        return None
    close = difflib.get_close_matches(anchor, target.anchors, n=1)
    hint = f"; is #{close[0]} meant?" if close else ""
    where = "this page" if target is page else target.path
    message = f"the anchor #{anchor} is not in {where}{hint}"
    return Finding(page.path, link.line, "error", "broken-anchor", message)


def _suggestion(place: Path) -> str:
    """A file beside the missing one that has almost its name."""
    try:
        with os.scandir(place.parent) as entries:
            names = [entry.name for entry, _ in zip(entries, range(2000))]
    except (OSError, ValueError):
        return ""
    by_lower = {name.lower(): name for name in names}
    close = difflib.get_close_matches(place.name.lower(), by_lower, n=1, cutoff=0.75)
    return f"; is {by_lower[close[0]]} meant?" if close else ""
