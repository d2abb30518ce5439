"""One check over all pages of a library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from .checks import CHECKS, Circumstances
from .files import Skipped, Unreadable
from .library import Library
from .report import Finding, Summary, Tally, counted


async def run_check(
    name: str, library: Library
) -> AsyncGenerator[Finding | Skipped | Summary, None]:
    """Tells the findings of the check called `name` page by page, as they are found, and everything
    that was passed over; one `Summary` comes last. After `max_findings`, findings are only
    counted."""
    check = CHECKS[name]
    circumstances = Circumstances(library)
    tally = Tally(library.settings.max_findings)
    listing = await asyncio.to_thread(library.listing)
    for skipped in listing.skipped:
        yield skipped
    pages = 0

    def look_at(path: str) -> list[Finding]:
        return list(check(library.page(path), circumstances))

    for found in listing.files:
        try:
            findings = await asyncio.to_thread(look_at, found.path)
        except Unreadable as error:
            yield Skipped(found.path, str(error))
            continue
        pages += 1
        for finding in tally.take(findings):
            yield finding
    remarks = [circumstances.remarks()]
    if tally.left_out:
        remarks.append(f"{counted(tally.left_out, 'finding')} not listed")
    more = "; ".join(remark for remark in remarks if remark)
    yield Summary(tally.errors, tally.warnings, pages, more)
