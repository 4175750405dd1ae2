"""`build(manifest, records, verdicts)`: one run as a frozen `Report`. Pure; nothing is judged again.

Roll-ups only repeat the order of contracts 7; what is missing reads as 未执行 (`skip`), never as passed.
Every text is cleaned (`display`), so renderers may trust lengths and characters, not markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from conformance.evidence.flow_view import FlowView
from reports import flows as fl
from reports import payments
from reports import verdict_rows as rows_of
from reports.display import VALUE_LIMIT, clean, shown
from reports.observations import observed
from reports.report_parts import (
    ORDER,
    TROUBLE,
    Conclusion,
    Report,
    ReportCase,
    ReportRequirement,
    ReportRun,
    ReportScenario,
    Share,
    Verdict,
    worst,
)
from reports.shown_values import listed, members, number, text, texts, whole
from reports.timeline_parts import File, FlowTimeline, TimelineEvent, Writer
from simulator.protocol.text.said import Said, Text, from_json, said_in

STATUSES = ("official", "channel-official", "provincial", "vendor-code", "vendor-code-single", "assumed")
"""Source statuses, strongest first (design 6)."""
_SECRET = re.compile(r"token|secret|private|passw|authorization|cookie", re.IGNORECASE)


def build(
    manifest: Any,
    records: Iterable[Mapping[str, Any]],
    verdicts: Iterable[Mapping[str, Any]],
    files: Sequence[File] = (),
    problems: Sequence[Text] = (),
) -> Report:
    """The report model of one run. Tolerates missing members; never raises for the content of a run."""
    manifest = members(clean(members(manifest)))
    records = [members(record) for record in records]
    heads = [members(raw) for raw in listed(members(manifest.get("evidence")).get("writers"))]
    main = text(heads[0].get("writer")) if heads else next((text(r.get("writer")) for r in records), "")
    records = [clean(record, VALUE_LIMIT) for record in records]
    timelines = fl.timeline(records, main)
    views = _views(records)
    rows = tuple(rows_of.verdict(clean(members(raw)), at) for at, raw in enumerate(verdicts, 1))
    orders = payments.orders(views)
    hashes = _last_hashes(records)
    groups = rows_of.groups(rows)
    scenarios = tuple(
        _scenario(members(raw), at, rows, groups, timelines, orders, hashes)
        for at, raw in enumerate(listed(manifest.get("scenarios")), 1)
    )
    return Report(
        run=_run(manifest),
        conclusion=_conclusion(members(manifest.get("conclusion"))),
        groups=groups,
        scenarios=scenarios,
        findings=rows_of.findings(rows),
        skipped=rows_of.skipped(rows),
        cases=tuple(_case(members(raw), rows, scenarios) for raw in listed(manifest.get("cases"))),
        requirements=_requirements(listed(manifest.get("requirements")), rows),
        flows=_flows(timelines, scenarios, rows),
        orders=orders,
        refunds=payments.refunds(views),
        authorisations=payments.authorisations(views),
        latencies=fl.latencies(timelines),
        facts=fl.fact_counts(timelines),
        files=tuple(files),
        writers=_writers(heads, records),
        problems=(*problems, *_strangers(listed(manifest.get("strangers")))),
        verdicts=rows,
        events={event.seq: event for flow in timelines.values() for event in flow if event.writer == main},
        records=len(records),
        seen={name: observed(view) for name, view in views.items() if name},
    )


def _views(records: Sequence[Mapping[str, Any]]) -> dict[str, FlowView]:
    """The flows of a run as rules see them, each with its own records only."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for record in records:
        found.setdefault(text(record.get("flow")), []).append(record)
    return {name: FlowView(name, tuple(rows)) for name, rows in found.items()}


def _flat(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Dotted names and texts of a declaration; whatever is named like a secret shows as set, not what."""
    if isinstance(value, Mapping):
        return [pair for key, part in value.items() for pair in _flat(part, f"{prefix}.{key}".lstrip("."))]
    if isinstance(value, list):
        if all(not isinstance(part, Mapping | list) for part in value):
            value = ", ".join(text(part) for part in value)
        else:
            return [pair for at, part in enumerate(value, 1) for pair in _flat(part, f"{prefix}[{at}]")]
    return [(prefix, "******" if value and _SECRET.search(prefix) else text(value))]


def _run(manifest: Mapping[str, Any]) -> ReportRun:
    tool, driver = members(manifest.get("tool")), members(manifest.get("driver"))
    profile, declared = members(manifest.get("profile")), members(manifest.get("declaration"))
    return ReportRun(
        id=text(manifest.get("run")),
        started=text(manifest.get("started")),
        ended=text(manifest.get("ended")),
        elapsed_s=number(manifest.get("elapsed_s")) or 0.0,
        tool=text(tool.get("name")) or "liantiao",
        version=text(tool.get("version")),
        ruleset=text(manifest.get("ruleset")),
        target=text(manifest.get("target")) or "simulator",
        label=text(manifest.get("label")) or "预验",
        institution={
            key: text(members(manifest.get("institution")).get(key)) for key in ("code", "name", "region")
        },
        modes=texts(manifest.get("modes")),
        services=texts(manifest.get("services")),
        driver_kind=text(driver.get("kind")),
        driver_level=text(driver.get("level")),
        profile=text(profile.get("name")),
        overrides=tuple(_flat(members(profile.get("overrides")))),
        plan=text(manifest.get("plan")),
        declaration=tuple(_flat({name: part for name, part in declared.items() if name != "report"})),
        deviations=tuple(
            {key: text(value) for key, value in members(row).items()}
            for row in listed(declared.get("deviations"))
        ),
        about=members(declared.get("report")),
    )


def _conclusion(raw: Mapping[str, Any]) -> Conclusion:
    counts = {key: whole(value) for key, value in members(raw.get("counts")).items()}
    shares = (
        Share(status, whole(members(row).get("must")), whole(members(row).get("pass")))
        for status, row in members(raw.get("by_status")).items()
    )
    return Conclusion(
        text=text(raw.get("text")) or "未完成",
        exit=whole(raw.get("exit"), 3),
        must_executed=whole(raw.get("must_executed")),
        must_applicable=whole(raw.get("must_applicable")),
        counts=tuple((name, counts[name]) for name in ORDER if counts.get(name)),
        shares=tuple(
            sorted(shares, key=lambda share: STATUSES.index(share.status) if share.status in STATUSES else 99)
        ),
        notes=_notes(raw),
        cases={key: whole(value) for key, value in members(raw.get("cases")).items()},
        id=text(raw.get("id")),
        musts={key: whole(value) for key, value in members(raw.get("musts")).items()},
    )


def _notes(raw: Mapping[str, Any]) -> tuple[Text, ...]:
    """Why the conclusion is what it is; the text alone where the manifest has no sentence beside it."""
    shown_as, said = texts(raw.get("notes")), listed(raw.get("notes_said"))
    return tuple(from_json(one) or note for note, one in zip_longest(shown_as, said[: len(shown_as)]))


def _scenario(
    raw: Mapping[str, Any],
    at: int,
    rows: Sequence[Verdict],
    groups: Sequence[str],
    timelines: Mapping[str, Sequence[TimelineEvent]],
    orders: Sequence[Any],
    hashes: Mapping[str, str],
) -> ReportScenario:
    name = text(raw.get("id"))
    flow = text(raw.get("flow")) or name
    mine = [row for row in rows if row.scenario == name and row.flow == flow]
    by_group = {group: [row for row in mine if row.group == group] for group in groups}
    outcome = text(raw.get("outcome"))
    verdict = worst(row.verdict for row in mine)
    if outcome == "n/a" or (not mine and outcome == "error"):
        verdict = outcome
    own = [order for order in orders if order.flow == flow]
    events = timelines.get(flow, ())
    return ReportScenario(
        id=name,
        folder=name.split("/")[0] if "/" in name else "",
        anchor=f"s{at}",
        title=text(raw.get("title")) or name,
        title_en=text(raw.get("title_en")),
        purpose=text(raw.get("purpose")),
        covers=texts(raw.get("covers")),
        outcome=outcome,
        reason=said_in(raw, "reason"),
        started=text(raw.get("started")),
        ended=text(raw.get("ended")),
        flow=flow,
        verdict=verdict,
        cells={group: rows_of.cell(part) for group, part in by_group.items() if part},
        steps=tuple(
            (text(members(s).get("verb")), text(members(s).get("text"))) for s in listed(raw.get("steps"))
        ),
        orders=tuple(order.pay_ord_id for order in own),
        composition=next((order.composition for order in own if order.composition), ""),
        span=(events[0].seq, events[-1].seq) if events else None,
        last_hash=hashes.get(flow, ""),
    )


def _case(raw: Mapping[str, Any], rows: Sequence[Verdict], scenarios: Sequence[ReportScenario]) -> ReportCase:
    name, word = text(raw.get("id")), text(raw.get("verdict"))
    listed_in = texts(raw.get("scenarios"))
    mine = [row for row in rows if row.scenario in listed_in]
    named = [row for row in mine if name in row.cases]
    return ReportCase(
        id=name,
        group=text(raw.get("group")) or [*name.split("-"), "", ""][1],
        title=text(raw.get("title")),
        level=text(raw.get("level")),
        modes=", ".join(texts(raw.get("modes"))),
        steps=text(raw.get("steps")),
        expected=text(raw.get("expected")),
        source=text(raw.get("source")),
        verdict=word if word in ORDER else "skip",
        reason=said_in(raw, "reason"),
        scenarios=listed_in,
        actual=tuple(named or mine),
        orders=tuple(order for one in scenarios if one.id in listed_in for order in one.orders),
        rest=_rest(raw),
        title_en=text(raw.get("title_en")),
        steps_en=text(raw.get("steps_en")),
        expected_en=text(raw.get("expected_en")),
    )


def _strangers(rows: Sequence[Any]) -> Iterator[Text]:
    """Who sent messages that belong to nobody of this run: they count in no verdict (contracts 10)."""
    for row in map(members, rows):
        interfaces = ", ".join(texts(row.get("interfaces")))
        yield Said(
            "不计入判定的外来报文 {} 条, 来自 {}: {}, {}",
            whole(row.get("count")), text(row.get("peer")) or Said("未知地址"), interfaces, said_in(row, "reason"),
        )  # fmt: skip


def _rest(raw: Mapping[str, Any]) -> tuple[Text, ...]:
    """What of a case nobody looked at: the sentences of the judge, or the texts beside them."""
    shown_as = [text(members(one).get("text")) for one in listed(raw.get("rest"))]
    said = listed(raw.get("rest_said"))
    both = zip_longest(shown_as, said[: len(shown_as)] if shown_as else said)
    return tuple(sentence for note, one in both if (sentence := from_json(one) or note or ""))


def _requirements(ledger: Sequence[Any], rows: Sequence[Verdict]) -> tuple[ReportRequirement, ...]:
    by_id: dict[str, list[Verdict]] = {}
    for row in rows:
        by_id.setdefault(row.requirement, []).append(row)
    out = []
    for raw in map(members, ledger):
        name = text(raw.get("id"))
        words = [row.verdict for row in by_id.get(name, ())]
        out.append(
            ReportRequirement(
                id=name,
                group=text(raw.get("group")) or name.split("-")[0],
                level=text(raw.get("level")),
                status=text(raw.get("status")),
                origin=text(raw.get("origin")),
                source=text(raw.get("source")),
                title=text(raw.get("title")),
                title_en=text(raw.get("title_en")),
                verdict=worst(words),
                counts=tuple((word, words.count(word)) for word in ORDER if word in words),
            )
        )
    return tuple(out)


def _flows(
    timelines: Mapping[str, Sequence[TimelineEvent]],
    scenarios: Sequence[ReportScenario],
    rows: Sequence[Verdict],
) -> tuple[FlowTimeline, ...]:
    by_flow = {one.flow: one for one in scenarios}
    trouble = {row.flow for row in rows if row.verdict in TROUBLE}
    names = [*(name for name in by_flow if name in timelines), *(n for n in timelines if n not in by_flow)]
    out = []
    for at, name in enumerate(names, 1):
        events, one = timelines[name], by_flow.get(name)
        out.append(
            FlowTimeline(
                id=name,
                anchor=f"w{at}",
                title=one.title if one else "",
                title_en=one.title_en if one else "",
                verdict=one.verdict if one else "",
                events=tuple(events[: fl.EVENTS_LIMIT]),
                omitted=max(0, len(events) - fl.EVENTS_LIMIT),
                trouble=name in trouble or any(event.bad for event in events),
            )
        )
    return tuple(out)


def _last_hashes(records: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {text(record.get("flow")): shown(text(record.get("hash")), 80) for record in records}


def _writers(heads: Sequence[Mapping[str, Any]], records: Sequence[Mapping[str, Any]]) -> tuple[Writer, ...]:
    count: dict[str, int] = {}
    last: dict[str, str] = {}
    for record in records:
        name = shown(text(record.get("writer")), 120)
        count[name] = count.get(name, 0) + 1
        last[name] = shown(text(record.get("hash")), 80)
    stated = {text(head.get("writer")): head for head in heads}
    return tuple(
        Writer(
            name,
            whole(members(stated.get(name)).get("count")),
            text(members(stated.get(name)).get("head")),
            count.get(name, 0),
            last.get(name, ""),
        )
        for name in dict.fromkeys((*stated, *count))
    )
