"""The anchors of headings, as GitHub makes them."""

from __future__ import annotations

import unicodedata

# Letters, marks, digits and connectors stay; so do hyphens, and spaces become hyphens.
_KEPT = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"}


def slug(text: str) -> str:
    """The anchor of a heading's text, if it is the only one on its page."""
    kept = (c for c in text.lower() if c in " -" or unicodedata.category(c) in _KEPT)
    return "".join(kept).replace(" ", "-")


class Anchors:
    """Numbers the anchors of a page: the second `usage` is `usage-1`."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def take(self, text: str) -> str:
        """The anchor of the next heading."""
        base = anchor = slug(text)
        while anchor in self._seen:
            self._seen[base] += 1
            anchor = f"{base}-{self._seen[base]}"
        self._seen[anchor] = 0
        return anchor
