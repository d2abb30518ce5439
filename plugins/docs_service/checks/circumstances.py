"""What a check knows beside the page, for all pages of one run."""

from __future__ import annotations

import re
from collections import Counter

from ..library import Library
from ..report import counted
from .forms import wrong_forms


class Circumstances:
    """The library that the pages are from, and what is counted without being a finding."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.counts: Counter[str] = Counter()
        self.preferred: dict[str, str]
        """From a wrong form to the right one."""
        self.wrong: re.Pattern[str] | None
        self.preferred, self.wrong = wrong_forms(library.settings.terms)

    def remarks(self) -> str:
        """What was counted, in words for the summary; empty if there is nothing."""
        external = self.counts["external"]
        return f"{counted(external, 'external link')} not fetched" if external else ""
