"""From the agents' text to the run's result. What was shown is what is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..report import Report, Summary, counted
from ..settings import FailOn

_MAX_FINDINGS = 100
_MAX_SKIPPED = 20


@dataclass(frozen=True)
class Outcome:
    """What an agent said, or why it could not."""

    report: Report
    error: str | None = None

    def in_short(self) -> str:
        """In a sentence."""
        if self.error is not None:
            return f"failed: {self.error}"
        summary = self.report.summary
        return str(summary).removeprefix("summary: ") if summary else "ended without a summary"

    @property
    def failed(self) -> bool:
        """Whether the agent did not get to its end."""
        return self.error is not None or self.report.summary is None


def result_of(
    root: Path, fail_on: FailOn, indexed: Outcome | None, checked: Mapping[str, Outcome]
) -> tuple[dict[str, Any], str | None]:
    """The run's results, and why it failed if it did. `indexed` is absent if nothing can be
    indexed here."""
    outcomes = {"docs_indexer": indexed} if indexed else {}
    outcomes |= checked
    summaries = [
        o.report.summary for o in checked.values() if isinstance(o.report.summary, Summary)
    ]
    pages = max((summary.pages for summary in summaries), default=0)
    errors = sum(summary.errors for summary in summaries)
    warnings = sum(summary.warnings for summary in summaries)
    findings = [finding for outcome in checked.values() for finding in outcome.report.findings]
    findings.sort(key=lambda finding: (finding.severity, finding.path, finding.line))
    # All agents pass over the same files.
    skipped = list(dict.fromkeys(s for o in outcomes.values() for s in o.report.skipped))
    results: dict[str, Any] = {
        "summary": str(Summary(errors, warnings, pages)).removeprefix("summary: "),
        "folder": str(root),
        "pages": pages,
        "errors": errors,
        "warnings": warnings,
        "by_check": dict(sorted(Counter(finding.check for finding in findings).items())),
        "agents": {name: outcome.in_short() for name, outcome in outcomes.items()},
        "findings": [asdict(finding) for finding in findings[:_MAX_FINDINGS]],
        "findings_left_out": errors + warnings - len(findings[:_MAX_FINDINGS]),
        "skipped": [asdict(one) for one in skipped[:_MAX_SKIPPED]],
        "skipped_left_out": len(skipped) - len(skipped[:_MAX_SKIPPED]),
    }
    return results, _why_failed(root, fail_on, results, outcomes)


def _why_failed(
    root: Path, fail_on: FailOn, results: Mapping[str, Any], outcomes: Mapping[str, Outcome]
) -> str | None:
    broken = [
        f"{name} {outcome.in_short()}" for name, outcome in outcomes.items() if outcome.failed
    ]
    if broken:
        return "; ".join(broken)
    if results["pages"] == 0:
        skipped = len(results["skipped"]) + results["skipped_left_out"]
        passed_over = f" ({counted(skipped, 'path')} passed over)" if skipped else ""
        remedy = "set `folder`, `include` and `exclude` so that some are found"
        return f"no Markdown could be read in {root}{passed_over}; {remedy}"
    if fail_on == "error" and results["errors"]:
        return f"{counted(results['errors'], 'error')}, and `fail_on` is error"
    if fail_on == "warning" and results["errors"] + results["warnings"]:
        return f"{results['summary']}, and `fail_on` is warning"
    return None
