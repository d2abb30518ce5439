"""The handlers."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query

from .. import __version__
from ..checking import run_check
from ..files import Skipped
from ..indexing import refresh
from ..library import Library
from ..report import Finding
from ..search import Index
from ..service import current
from .errors import answered
from .models import (
    CheckFinding,
    CheckRequest,
    CheckResponse,
    OutlineEntry,
    PageResponse,
    PagesResponse,
    PageSummary,
    SearchHit,
    SearchResponse,
    SkippedFile,
    StatusResponse,
)

_MAX_SKIPPED = 100

router = APIRouter(prefix="/docs-service", tags=["docs_service"])


@router.get("/search", response_model=SearchResponse)
async def search(
    q: Annotated[str, Query(min_length=1, max_length=400, description="Words to look for")],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> SearchResponse:
    """The sections that fit the words best."""
    index = await _filled_index()
    hits = await asyncio.to_thread(index.search, q, limit)
    return SearchResponse(query=q, results=[SearchHit(**asdict(hit)) for hit in hits])


@router.get("/pages", response_model=PagesResponse)
async def pages(
    limit: Annotated[int, Query(ge=1, le=1000)] = 100, offset: Annotated[int, Query(ge=0)] = 0
) -> PagesResponse:
    """All pages that are indexed."""
    index = await _filled_index()
    found = await asyncio.to_thread(index.pages, limit, offset)
    totals = await asyncio.to_thread(index.totals)
    summaries = [
        PageSummary(path=page.path, title=page.title, words=page.words, headings=len(page.outline))
        for page in found
    ]
    return PagesResponse(total=totals.pages, pages=summaries)


@router.get("/pages/{path:path}", response_model=PageResponse)
async def page_outline(path: str) -> PageResponse:
    """One page's headings."""
    index = await _filled_index()
    page = await asyncio.to_thread(index.page, path)
    if page is None:
        raise HTTPException(404, f"no page {path} is indexed; GET /docs-service/pages lists them")
    outline = [OutlineEntry(**asdict(heading)) for heading in page.outline]
    return PageResponse(path=page.path, title=page.title, words=page.words, outline=outline)


@router.post("/check", response_model=CheckResponse)
async def check(request: CheckRequest) -> CheckResponse:
    """Checks a folder within the project as it is now, and changes nothing."""
    asked = request.model_dump(include={"folder", "include", "exclude", "terms"}, exclude_none=True)
    with answered():
        # The config may name a folder outside the project, a client may not.
        library = await asyncio.to_thread(current().library, asked, request.folder is not None)
    return await _checked(library, request)


@router.get("/status", response_model=StatusResponse)
async def status() -> StatusResponse:
    """Whether the plugin works, and how much it has indexed so far."""
    service = current()
    with answered():
        library = await asyncio.to_thread(service.library)
    counts = {"pages": 0, "sections": 0, "words": 0}
    if service.can_search:
        totals = await asyncio.to_thread(service.index(library).totals)
        counts = asdict(totals)
    return StatusResponse(
        plugin="docs_service",
        version=__version__,
        status="active" if service.can_search else "degraded",
        folder=str(library.root),
        **counts,
    )


async def _filled_index() -> Index:
    """The index of the folder that the config names; made now if nothing was indexed before."""
    service = current()
    with answered():
        library = await asyncio.to_thread(service.library)
        index = await asyncio.to_thread(service.index, library)
    if (await asyncio.to_thread(index.totals)).pages == 0:
        async for _ in refresh(library, index):
            pass
    return index


async def _checked(library: Library, request: CheckRequest) -> CheckResponse:
    findings: list[Finding] = []
    skipped: dict[Skipped, None] = {}
    answer = CheckResponse(
        pages=0,
        errors=0,
        warnings=0,
        findings=[],
        findings_left_out=0,
        skipped=[],
        skipped_left_out=0,
        remarks=[],
    )
    for name in dict.fromkeys(request.checks):
        async for said in run_check(name, library):
            if isinstance(said, Finding):
                findings.append(said)
            elif isinstance(said, Skipped):
                skipped[said] = None
            else:
                answer.pages = max(answer.pages, said.pages)
                answer.errors += said.errors
                answer.warnings += said.warnings
                if said.more:
                    answer.remarks.append(said.more)
    findings.sort(key=lambda finding: (finding.severity, finding.path, finding.line))
    answer.findings = [CheckFinding(**asdict(one)) for one in findings[: request.limit]]
    answer.findings_left_out = answer.errors + answer.warnings - len(answer.findings)
    answer.skipped = [SkippedFile(**asdict(one)) for one in list(skipped)[:_MAX_SKIPPED]]
    answer.skipped_left_out = len(skipped) - len(answer.skipped)
    return answer
