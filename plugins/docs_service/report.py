"""What the agents say, line by line: written by the agents, read back by the workflow.

A finding is `path:line: severity: message [check]`, a file that was passed over `skipped path:
reason`, and the last line begins with `summary:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from .files import Skipped

Severity = Literal["error", "warning"]

_MAX_MESSAGE = 300
_FINDING = re.compile(
    r"(?P<path>.+?):(?P<line>\d+): (?P<severity>error|warning): "
    r"(?P<message>.*) \[(?P<check>[a-z-]+)\]"
)
_SKIPPED = re.compile(r"skipped (?P<path>.+?): (?P<reason>.*)")
_SUMMARY = re.compile(
    r"summary: (?P<errors>\d+) errors?, (?P<warnings>\d+) warnings? in (?P<pages>\d+) pages?"
    r"(?:; (?P<more>.*))?"
)
_INDEXED = re.compile(
    r"summary: (?P<pages>\d+) pages?, (?P<sections>\d+) sections?, (?P<words>\d+) words?; "
    r"(?P<read>\d+) read anew, (?P<forgotten>\d+) forgotten"
)


def one_line(text: str) -> str:
    """`text` as it can stand in a line: without control characters, and not endless."""
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 1] + "…"


def counted(number: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True)
class Finding:
    """Something to mend, and where."""

    path: str
    line: int
    severity: Severity
    check: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {one_line(self.message)} [{self.check}]"


def skipped_line(skipped: Skipped) -> str:
    """The line about a file that was passed over."""
    return f"skipped {skipped.path}: {one_line(skipped.reason)}"


@dataclass(frozen=True)
class Summary:
    """What a checker counted. `more` is for people."""

    errors: int
    warnings: int
    pages: int
    more: str = ""

    def __str__(self) -> str:
        counts = f"{counted(self.errors, 'error')}, {counted(self.warnings, 'warning')}"
        more = f"; {self.more}" if self.more else ""
        return f"summary: {counts} in {counted(self.pages, 'page')}{more}"


@dataclass(frozen=True)
class Indexed:
    """How much is in the index, and how much of it the indexer had to change."""

    pages: int
    sections: int
    words: int
    read: int
    forgotten: int

    def __str__(self) -> str:
        counts = f"{counted(self.pages, 'page')}, {counted(self.sections, 'section')}"
        changes = f"{self.read} read anew, {self.forgotten} forgotten"
        return f"summary: {counts}, {counted(self.words, 'word')}; {changes}"


@dataclass
class Report:
    """An agent's output, read back."""

    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    summary: Summary | Indexed | None = None
    """Absent if the agent did not get to its end."""

    @classmethod
    def read(cls, text: str) -> Report:
        """Reads every line that is a report's; other text, which a hook may have put in, is passed
        over."""
        report = cls()
        for line in text.splitlines():
            if found := _FINDING.fullmatch(line):
                severity: Severity = "error" if found["severity"] == "error" else "warning"
                at = int(found["line"])
                report.findings.append(
                    Finding(found["path"], at, severity, found["check"], found["message"])
                )
            elif found := _SKIPPED.fullmatch(line):
                report.skipped.append(Skipped(found["path"], found["reason"]))
            elif found := _SUMMARY.fullmatch(line):
                errors, warnings, pages = int(found[1]), int(found[2]), int(found[3])
                report.summary = Summary(errors, warnings, pages, found["more"] or "")
            elif found := _INDEXED.fullmatch(line):
                report.summary = Indexed(
                    **{key: int(text) for key, text in found.groupdict().items()}
                )
        return report


class Tally:
    """Counts findings, and says which of them are still listed."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.errors = 0
        self.warnings = 0

    def take(self, findings: Iterable[Finding]) -> list[Finding]:
        """Counts all, and gives back those within the limit."""
        listed = []
        for finding in findings:
            if self.errors + self.warnings < self._limit:
                listed.append(finding)
            if finding.severity == "error":
                self.errors += 1
            else:
                self.warnings += 1
        return listed

    @property
    def left_out(self) -> int:
        """How many were counted and not listed."""
        return max(0, self.errors + self.warnings - self._limit)
