"""The agents' lines: what is written can be read back."""

from __future__ import annotations

import pytest

from plugins.docs_service.files import Skipped
from plugins.docs_service.report import Finding, Indexed, Report, Summary, skipped_line


@pytest.mark.parametrize(
    "finding",
    [
        Finding("a.md", 3, "error", "broken-link", "the file x is not there"),
        Finding("a b/c:1: d.md", 12, "warning", "term", "write [x]: not y [z]"),
    ],
)
def test_findings(finding: Finding) -> None:
    assert Report.read(str(finding)).findings == [finding]


@pytest.mark.parametrize(
    "summary",
    [Summary(1, 2, 3), Summary(0, 0, 1, "2 external links not fetched"), Indexed(1, 2, 3, 4, 5)],
)
def test_summaries(summary: Summary | Indexed) -> None:
    assert Report.read(f"{summary}\n").summary == summary


def test_other_text_is_passed_over() -> None:
    skipped = Skipped("a.md", "not UTF-8: byte 0xe9 in line 1")
    text = f"Reviewed by a hook.\n\n{skipped_line(skipped)}\na.md: 3 sections: Title\n"
    assert Report.read(text) == Report(skipped=[skipped])


def test_a_message_stays_in_its_line_and_is_not_endless() -> None:
    line = str(Finding("a.md", 1, "error", "broken-link", "one\ntwo\x1b[31m" + "x" * 1000))
    assert line.isprintable()
    assert len(line) < 400
