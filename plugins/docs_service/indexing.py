"""Keeping a library's index up to date: what changed is read anew, what is gone is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from .files import Found, Skipped, Unreadable
from .library import Library
from .markdown import Page
from .report import Indexed
from .search import Index

# So many pages are taken up at once; a search sees all of them or none.
_BATCH = 32


async def refresh(library: Library, index: Index) -> AsyncGenerator[Page | Skipped | Indexed, None]:
    """Brings `index` up to date and tells every page that was read anew and everything that was
    passed over, as it happens; one `Indexed` comes last. May be ended at any point: what was taken
    up stays."""
    listing = await asyncio.to_thread(library.listing)
    for skipped in listing.skipped:
        yield skipped
    known = await asyncio.to_thread(index.stamps)
    kept: set[str] = set()
    batch: list[tuple[Found, Page]] = []
    read = 0
    for found in listing.files:
        if known.get(found.path) == (found.size, found.mtime_ns):
            kept.add(found.path)
            continue
        try:
            page = await asyncio.to_thread(library.page, found.path)
        except Unreadable as error:
            yield Skipped(found.path, str(error))
            continue
        kept.add(found.path)
        batch.append((found, page))
        read += 1
        yield page
        if len(batch) == _BATCH:
            await asyncio.to_thread(index.put, batch)
            batch = []
    await asyncio.to_thread(index.put, batch)
    gone = known.keys() - kept
    await asyncio.to_thread(index.drop, gone)
    totals = await asyncio.to_thread(index.totals)
    yield Indexed(totals.pages, totals.sections, totals.words, read, len(gone))
