"""The first lines of every report: what was tested, how much of it, with what result (contracts 7). Pure."""

from __future__ import annotations

from reports.report_parts import Report
from reports.words import Words


def headline(report: Report, words: Words) -> tuple[str, str]:
    """Modes, level, executed MUSTs and target; then what of the MUSTs and 必 cases was not looked at."""
    run, made = report.run, report.conclusion
    first = "  |  ".join(
        (
            words.label("label", run.label),
            f"{words('head.modes')} {words.listed(run.modes) or '—'}",
            f"{words('head.level')} L{run.driver_level or '0'}",
            f"{words('head.must')} {made.must_executed} / {made.must_applicable}",
            f"{words('head.target')} {words.label('target', run.target)}",
        )
    )
    return first, left_open(report, words)


def left_open(report: Report, words: Words) -> str:
    """How many MUSTs and 必 cases were not executed, and how many cases were looked at in part."""
    made = report.conclusion
    must = made.cases.get("must", 0)
    return words.joined(
        words("head.musts_open", n=made.musts_open, all=made.must_applicable),
        words("head.cases_open", n=made.cases_open, all=must) if must else "",
        words("head.partial", n=made.partial) if made.partial else "",
    )
