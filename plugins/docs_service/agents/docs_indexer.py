"""The agent that indexes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from agents.base_agent import BaseAgent

from ..files import Skipped
from ..indexing import refresh
from ..report import Indexed, counted, one_line, skipped_line
from ..service import current
from .asked import context_of, refusing

_MAX_HITS = 10


class DocsIndexer(BaseAgent):
    """Brings the index up to date and, if the request's context holds a `query`, searches it."""

    def __init__(self) -> None:
        super().__init__(name="docs_indexer", role="Indexes a folder of Markdown and searches it")

    async def _execute_task(self, request: dict[str, Any]) -> AsyncGenerator[str, None]:
        asked = context_of(request)
        service = current()
        with refusing():
            library = service.library(asked)
            index = service.index(library)
        last: Indexed | None = None
        async for said in refresh(library, index):
            if isinstance(said, Skipped):
                yield f"{skipped_line(said)}\n"
            elif isinstance(said, Indexed):
                last = said
            else:
                sections = counted(len(said.sections), "section")
                yield f"{said.path}: {sections}: {one_line(said.title)}\n"
        query = asked.get("query")
        if isinstance(query, str) and query.strip():
            hits = await asyncio.to_thread(index.search, query, _MAX_HITS)
            for hit in hits:
                heading = f"{hit.heading}: " if hit.heading else ""
                yield f"{hit.path}:{hit.line}: {one_line(heading + hit.snippet)}\n"
            if not hits:
                yield f"nothing found for {one_line(query)}\n"
        if last is not None:
            yield f"{last}\n"
