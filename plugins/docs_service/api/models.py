"""What the API takes and gives."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from ..settings import Texts


class SearchHit(BaseModel):
    """A section that was found."""

    path: str
    title: str = Field(description="The page's title")
    heading: str = Field(description="The section's heading; empty before the first one")
    anchor: str = Field(description="What leads to the heading, without `#`")
    line: int
    snippet: str
    score: float = Field(description="Higher is better; comparable within one answer alone")


class SearchResponse(BaseModel):
    """The best sections, the best first."""

    query: str
    results: list[SearchHit]


class PageSummary(BaseModel):
    """A page in the list of all."""

    path: str
    title: str
    words: int
    headings: int


class PagesResponse(BaseModel):
    """A part of the list of pages, in the order of their paths."""

    total: int
    pages: list[PageSummary]


class OutlineEntry(BaseModel):
    """A heading of a page."""

    level: int
    text: str
    anchor: str
    line: int


class PageResponse(BaseModel):
    """A page and its headings."""

    path: str
    title: str
    words: int
    outline: list[OutlineEntry]


class CheckRequest(BaseModel):
    """What to check; whatever is absent is as the plugin's config has it."""

    folder: str | None = Field(None, description="Relative to the project, and within it")
    include: Texts | None = None
    exclude: Texts | None = None
    terms: dict[str, Texts] | None = None
    checks: list[Literal["links", "headings", "terms"]] = Field(
        ["links", "headings", "terms"], min_length=1, description="Which checks to make"
    )
    limit: int = Field(100, ge=0, le=1000, description="How many findings to list; all are counted")


class CheckFinding(BaseModel):
    """Something to mend."""

    path: str
    line: int
    severity: Literal["error", "warning"]
    check: str
    message: str


class SkippedFile(BaseModel):
    """A file that was passed over."""

    path: str
    reason: str


class CheckResponse(BaseModel):
    """What the checks found."""

    pages: int
    errors: int
    warnings: int
    findings: list[CheckFinding]
    findings_left_out: int
    skipped: list[SkippedFile]
    skipped_left_out: int
    remarks: list[str] = Field(description="What was counted without being a finding")


class StatusResponse(BaseModel):
    """The plugin and its index."""

    plugin: str
    version: str
    status: Literal["active", "degraded"]
    folder: str
    pages: int
    sections: int
    words: int
