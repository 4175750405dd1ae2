"""Judging in memory, for tests: records in, verdict lines and all that follows out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from conformance.declaration import Declaration
from conformance.evidence.carry import FlowIndex
from conformance.evidence.hearing import HEARD, hear
from conformance.judgement import Judgement, Meaning, judge
from conformance.ledger import Ledger
from conformance.meant import Meant, by_file
from conformance.mistake import Mistake
from conformance.scenario import Plan, Scenario
from conformance.verdict_file import VerdictFile

Lines = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Judged:
    """What a judgement comes to, lines included; `index` is what closed flows left."""

    verdicts: Lines
    found: Judgement
    index: FlowIndex = field(compare=False)

    @property
    def cases(self) -> Any:
        return self.found.cases

    @property
    def requirements(self) -> Any:
        return self.found.requirements

    @property
    def conclusion(self) -> Any:
        return self.found.conclusion


def judge_records(
    records: Iterable[Any], ledger: Ledger, scenarios: Sequence[Scenario], declaration: Declaration, plan: Plan,
    *, planned: Sequence[Scenario] = (), problem: Callable[[], str] = lambda: "", listening: bool = False,
) -> Judged:  # fmt: skip
    """`scenarios` were meant to run, each once. `listening`: whether anything of the vendor arrived is asked first."""
    by_id = {one.id: by_file(one) for one in scenarios}

    def look_up(name: str) -> Meant:
        if name not in by_id:
            raise Mistake("没有这个场景", file=name)
        return by_id[name]

    spill, target, index = io.BytesIO(), io.BytesIO(), FlowIndex(io.BytesIO())
    lines = VerdictFile(spill)
    meaning = Meaning({name: name for name in by_id}, look_up, [by_file(one) for one in planned])
    records = list(records)
    local = {case.id for case in ledger.cases if case.local}
    hearing = hear(records, local) if listening else HEARD
    found = judge(records, ledger, meaning, declaration, plan, lines.put, index, problem, hearing)
    lines.copy_to(target)
    return Judged(tuple(orjson.loads(line) for line in target.getvalue().splitlines()), found, index)
