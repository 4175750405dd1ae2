"""What a flow showed, in the reader's words: 实际结果 of the reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reports.observations import Seen
from reports.report_parts import TROUBLE, Report, ReportCase, Verdict
from reports.said_members import yuan
from reports.timeline_parts import AuthorisationRow
from reports.words import Words

FLOWS_SAID = 2
"""Flows of one case whose observations are said; the others are named in the table of scenarios."""
ROWS_SAID = 3
LINES_SAID = 8
"""Lines of one case; the others stand with the scenario."""
RECORDS_SAID = 4
MESSAGE_CODES = 60
"""Characters of what a message was answered with."""


def records_said(records: Sequence[int], words: Words) -> str:
    """`（#12、#15）`; empty without records."""
    if not records:
        return ""
    few = words.listed([f"#{seq}" for seq in records[:RECORDS_SAID]])
    more = words("more.records", n=len(records)) if len(records) > RECORDS_SAID else ""
    return words("in.records", list=few + more)


def amounts_said(amounts: Mapping[str, int], words: Words) -> str:
    """`60.00 元 = 基金 30.00 + 个账 9.00 + 现金 21.00`; what is zero is left out."""
    parts = [
        f"{words('part.' + name)} {yuan(fen)}" for name, fen in amounts.items() if name != "total" and fen
    ]
    if "total" not in amounts:
        return words.listed(parts)
    whole = words("yuan", n=yuan(amounts["total"]))
    return f"{whole} = {' + '.join(parts)}" if parts else whole


def _order(values: Mapping[str, Any], words: Words) -> str:
    state = f"{values['state']} {words.known('state', values['state'])}".strip()
    return words.joined(words("seen.order", state=state), amounts_said(values["amounts"], words))


def _refund(values: Mapping[str, Any], words: Words) -> str:
    kind, status, stated = values["kind"], values["status"], values["stated"]
    parts = [
        f"{words('part.' + name)} {stated[name]}"
        for name in ("fund", "account", "cash")
        if stated.get(name, "").strip("0.")
    ]
    amount = (
        f"{words('yuan', n=stated['total'])} = {' + '.join(parts)}" if stated.get("total") and parts else ""
    )
    known = f"{status} {words.known('world', status)}" if status else ""
    said = known or words.say(values["answer"])[:MESSAGE_CODES] or words("seen.noanswer")
    return words.joined(words("seen.refund", kind=words.label("refd", kind), said=said.strip()), amount)


def _cash(values: Mapping[str, Any], words: Words) -> str:
    return words.joined(words("seen.cash." + values["kind"]), words("yuan", n=yuan(values["fen"])))


def _hospital(values: Mapping[str, Any], words: Words) -> str:
    booked, screen = values["booked"], values["screen"]
    amounts = words("seen.same") if values["same"] else amounts_said(values["amounts"], words)
    return words.joined(
        words("seen.hospital", state=words.label("order_state", values["state"])),
        words("seen.booked", n=booked) if booked is not None else "",
        amounts,
        words.label("screen", screen) if screen else "",
    )


def _refused(values: Mapping[str, Any], words: Words) -> str:
    code = values["code"]
    why = " ".join(part for part in (code, words.known("refusal", code)) if part)
    return words("seen.refused", action=words.label("action", values["action"]), why=why)


def _declined(values: Mapping[str, Any], words: Words) -> str:
    return words("seen.declined", biz=values["biz"])


def _message(values: Mapping[str, Any], words: Words) -> str:
    count, bad = values["count"], values["count"] - values["accepted"]
    name = words.label("number", values["interface"]) + (f" × {count}" if count > 1 else "")
    if not bad:
        return name
    answer = words.say(values["answer"])[:MESSAGE_CODES] or words("seen.noanswer")
    return f"{name} {words('seen.notaccepted', n=bad)}{answer}"


_SAY: Mapping[str, Callable[[Mapping[str, Any], Words], str]] = {
    "order": _order,
    "refund": _refund,
    "cash": _cash,
    "hospital": _hospital,
    "refused": _refused,
    "declined": _declined,
    "message": _message,
}


def said(seen: Seen, words: Words) -> str:
    """One thing that was observed, with the numbers of its records."""
    return _SAY[seen.kind](seen.values, words) + records_said(seen.records, words)


def flow_said(seen: Sequence[Seen], words: Words, *, messages: bool = True) -> list[str]:
    """The lines of a flow: a line for each thing, one for all messages unless they are not wanted."""
    lines = [said(one, words) for one in seen if one.kind != "message"]
    told = [said(one, words) for one in seen if one.kind == "message"]
    if not told or (lines and not messages):
        return lines
    return [*lines, words("seen.messages", list=words.sentences(told))]


def row_said(row: Verdict, words: Words) -> str:
    """What one requirement observed."""
    observed = words.say(row.observed) or words.label("verdict", row.verdict)
    mark = f"{words.label('short', row.verdict)} " if row.verdict in TROUBLE else ""
    return f"{mark}{row.requirement} {observed[:160]}{records_said(row.records, words)}"


def rest_said(case: ReportCase, words: Words) -> str:
    """What of a case nobody looked at, in one sentence; empty when it was looked at whole."""
    if not case.rest:
        return ""
    return words("case.rest", list=words.listed([words.say(one) for one in case.rest]))


def exchanged(row: AuthorisationRow, words: Words) -> str:
    """What the exchange of an authorisation code was answered with."""
    if not row.interface:
        return words("nil")
    return words(
        "seen.exchange",
        interface=words.label("number", row.interface),
        said=words.say(row.answer) or words("nil"),
    )


def case_said(case: ReportCase, report: Report, words: Words) -> list[str]:
    """实际结果 of a case: what did not pass first, then what its flows showed. A security case rests on its rows."""
    bad = [row for row in case.actual if row.verdict in TROUBLE]
    lines = [row_said(row, words) for row in bad[:ROWS_SAID]]
    if len(bad) > ROWS_SAID:
        lines.append(words("more.rows", n=len(bad) - ROWS_SAID))
    if case.group == "SEC" or not case.scenarios:
        return lines + _rows(case, words)
    flows = [flow for name in case.scenarios for flow in report.flows_of.get(name, ())]
    for flow in flows[:FLOWS_SAID]:
        told = flow_said(report.seen.get(flow, ()), words, messages=False)
        lines += [words("of.flow", flow=flow), *told] if len(flows) > 1 and told else told
    if len(flows) > FLOWS_SAID:
        lines.append(words("more.flows", n=len(flows) - FLOWS_SAID))
    if len(lines) > LINES_SAID:
        lines = [*lines[: LINES_SAID - 1], words("more.lines")]
    return lines or _rows(case, words)


def _rows(case: ReportCase, words: Words) -> list[str]:
    """The requirements that passed, each once with its first records."""
    first: dict[str, list[Verdict]] = {}
    for row in case.actual:
        if row.verdict not in TROUBLE and row.verdict not in ("skip", "n/a"):
            first.setdefault(row.requirement, []).append(row)
    lines = []
    for rows in list(first.values())[:ROWS_SAID]:
        more = words("more.places", n=len(rows)) if len(rows) > 1 else ""
        lines.append(row_said(rows[0], words) + more)
    return lines
