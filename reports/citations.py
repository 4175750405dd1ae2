"""What the citations of a report mean: every public source that a requirement or a case names, with title and issuing body. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from reports.report_parts import Report
from reports.words import Words
from simulator.protocol.codes.citation import Cited, cited


def citations(report: Report, words: Words) -> list[tuple[str, str, str]]:
    """`(how it is cited, title, issuing body)` of each source, in the order of sheet and key."""
    found = {(one.sheet, one.key): one for text in _texts(report) for one in cited(text) if one.title}
    return [
        (
            f"{sheet} {key}",
            words.pick(words.typed(one.title), one.title_en),
            words.pick(words.typed(one.body), one.body_en),
        )
        for (sheet, key), one in sorted(found.items(), key=lambda item: _order(item[1]))
    ]


def _texts(report: Report) -> Iterator[str]:
    for row in report.requirements:
        yield from (row.source, row.origin)
    for case in report.cases:
        yield f"acceptance {case.source}"


def _order(one: Cited) -> tuple[str, int, str]:
    return one.sheet, int(one.key) if one.key.isdigit() else 10_000, one.key
