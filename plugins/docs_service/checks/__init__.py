"""The checks: each looks at one page and says what there is to mend.

A check is a function of a page and its `Circumstances`. Nothing here knows agents, workflows or the
API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..markdown import Page
from ..report import Finding
from .circumstances import Circumstances
from .headings import check_headings
from .links import check_links
from .terms import check_terms

Check = Callable[[Page, Circumstances], Iterator[Finding]]

CHECKS: dict[str, Check] = {
    "links": check_links,
    "headings": check_headings,
    "terms": check_terms,
}

__all__ = ["CHECKS", "Check", "Circumstances", "check_headings", "check_links", "check_terms"]
