"""The agents that check: links, headings, and the spelling of terms."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from agents.base_agent import BaseAgent

from ..checking import run_check
from ..files import Skipped
from ..report import skipped_line
from ..service import current
from .asked import context_of, refusing


class _Checker(BaseAgent):
    """Streams the findings of one check. The request's context may hold any of the settings."""

    check: str

    async def _execute_task(self, request: dict[str, Any]) -> AsyncGenerator[str, None]:
        with refusing():
            library = current().library(context_of(request))
        async for said in run_check(self.check, library):
            line = skipped_line(said) if isinstance(said, Skipped) else str(said)
            yield f"{line}\n"


class LinkChecker(_Checker):
    """Finds links to files and anchors that are not there."""

    check = "links"

    def __init__(self) -> None:
        super().__init__(
            name="link_checker",
            role="Finds links, images and anchors in Markdown that lead nowhere",
        )


class HeadingChecker(_Checker):
    """Finds headings that are empty, repeated or on the wrong level."""

    check = "headings"

    def __init__(self) -> None:
        super().__init__(
            name="heading_checker",
            role="Finds empty and repeated headings and skipped levels in Markdown",
        )


class TermChecker(_Checker):
    """Finds terms that are not in their preferred form."""

    check = "terms"

    def __init__(self) -> None:
        super().__init__(
            name="term_checker", role="Finds misspelt terms in Markdown, outside code and links"
        )
