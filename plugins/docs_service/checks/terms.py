"""Terms in a form that is not the preferred one, outside code and links."""

from __future__ import annotations

from collections.abc import Iterator

from ..markdown import Page
from ..report import Finding
from .circumstances import Circumstances


def check_terms(page: Page, circumstances: Circumstances) -> Iterator[Finding]:
    """Finds the wrong forms that the setting `terms` lists."""
    if circumstances.wrong is None:
        return
    for prose in page.prose:
        for found in circumstances.wrong.finditer(prose.text):
            form = " ".join(found[0].split())
            right = circumstances.preferred[form]
            yield Finding(page.path, prose.line, "warning", "term", f"write {right}, not {form}")
