"""The verdict lines of one flow: each requirement that bears on it, by its rule and by what became of its scenario. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance import run_findings
from conformance.became import Became
from conformance.consequences import Judged, followers
from conformance.declaration import Declaration
from conformance.evidence import run_view
from conformance.evidence.envelope_watch import stopped_at_envelope
from conformance.evidence.flow_stream import ClosedFlow
from conformance.evidence.flow_view import FlowView, Promise, by_profile
from conformance.evidence.hearing import Hearing
from conformance.evidence.records import Record
from conformance.evidence.strangers import doubtful
from conformance.evidence.values import whole
from conformance.explaining import explained, missed
from conformance.finding import Finding, beyond_reach
from conformance.ledger import EXPLAINED, Ledger, Requirement
from conformance.meant import Meant
from conformance.quoting import quoted
from conformance.rules import RULES
from conformance.rules.ended import other_ending
from conformance.rules.expect import hindered
from conformance.run_noted import RunNoted
from conformance.scenario import Plan
from conformance.why_broken import why
from simulator.protocol.text.said import Said, Text, stored

Verdict = Mapping[str, Any]
SECURITY = "SEC"
EXPECTATIONS = "EXP"
STRAYS, WHOLE_RUN = "未能归属的报文", "整次运行"
"""The titles of the lines of no scenario; titles are Chinese, as those of scenarios are."""
_RULES = dict(RULES)
HOLLOW = ("expect.final_states", "expect.driver_answers")
"""Rules that say that the end is another one, and nothing of why."""


@dataclass(frozen=True, slots=True)
class FlowJudge:
    """Judges flows of one run: under one ledger, declaration and plan, with what was noted of the run as a whole."""

    ledger: Ledger
    declaration: Declaration
    plan: Plan
    noted: RunNoted
    hearing: Hearing

    def view(self, closed: ClosedFlow, meant: Meant, more: Sequence[Record] = ()) -> FlowView:
        """A flow as rules read it, with `more` records that count as its own."""
        declared = self.declaration
        promise = Promise(
            services=declared.services,
            modes=declared.modes,
            level=declared.driver.level,
            notified=declared.notify_6302 != "none" and not run_view.notice_unsent(closed.records),
            converge_ms=declared.timers.get("converge_ms", Promise().converge_ms),
            **by_profile(declared.profile),
            screen=declared.driver.kind != "manual",
        )
        local = any(case.local and case.id in meant.covers for case in self.ledger.cases)
        records = closed.records
        if more:
            records = tuple(sorted((*records, *more), key=lambda record: whole(record, "seq") or 0))
        return FlowView(closed.id, records, promise, local, closed.quiet)

    def unsettled(self, closed: ClosedFlow, flow: FlowView) -> bool:
        """Whether messages of nobody may count in this flow; where one of its own verified they do not."""
        if not closed.doubtful and not closed.near:
            return False
        if any(exchange.verified for exchange in flow.sealed):
            self._apart(closed.doubtful)
            return False
        self.noted.fell.update(whole(one, "seq") or 0 for one in closed.near)
        return True

    def of_unsettled(self, closed: ClosedFlow, meant: Meant) -> Iterator[Verdict]:
        """The verdict lines of a flow of which no request verified, with what of nobody counts in it."""
        mine = [seq for one in closed.doubtful if self._vendors(one) and (seq := whole(one, "seq"))]
        more = [one for one in closed.doubtful if (whole(one, "link") or whole(one, "seq")) in mine]
        self._apart(one for one in closed.doubtful if one not in more)
        near = [whole(one, "seq") or 0 for one in closed.near if self._vendors(one)]
        return self.of_flow(self.view(closed, meant, more), meant, near)

    def _vendors(self, record: Record) -> bool:
        return doubtful(record) and self.noted.senders.may_have_sent(record)

    def _apart(self, records: Iterable[Record]) -> None:
        for record in records:
            if doubtful(record):
                self.noted.strangers.put(record)

    def of_flow(self, flow: FlowView, meant: Meant, near: Sequence[int]) -> Iterator[Verdict]:
        """The verdict lines of one flow; one that no scenario opened gets what always holds and occurred in it."""
        became = Became.of(flow) if meant.id else Became()
        blocked = self._blocked(flow, near) if became.outcome in ("ran", "error") else ""
        yield from self._judged(flow, meant, became, blocked)

    def of_nothing(self, name: str, meant: Meant) -> Iterator[Verdict]:
        """The verdict lines of a flow that was meant and did not begin."""
        yield from self._judged(
            FlowView(name, ()), meant, Became("skipped", self.noted.stopped or Said("本次没有执行")), ""
        )

    def of_late(self, flow: FlowView, meant: Meant) -> Iterator[Verdict]:
        """What messages that came after a flow had closed say about the envelope: each stands for itself."""
        yield from self._envelopes(flow, meant)

    def of_strays(self, closed: ClosedFlow) -> Iterator[Verdict]:
        """What the messages of nobody that count say about the envelope; the others are put apart."""
        mine = {
            whole(one, "seq")
            for one in closed.records
            if self._vendors(one) and whole(one, "seq") in self.noted.fell
        }
        more = tuple(one for one in closed.records if (whole(one, "link") or whole(one, "seq")) in mine)
        self._apart(one for one in closed.records if one not in more)
        yield from self._envelopes(FlowView("", more), Meant("", STRAYS))

    def _envelopes(self, flow: FlowView, meant: Meant) -> Iterator[Verdict]:
        for row in self.ledger.requirements:
            if row.group == SECURITY and row.always and flow.sealed:
                found = self._by_even_clock(row, flow, _RULES[row.rule](flow))
                if found.verdict == "fail":
                    line = self._line(row, meant.id, meant.title, flow.id, self._pinned(row, found))
                    yield {**line, "id": f"{line['id']}@{min(found.records, default=0)}"}

    def _judged(self, flow: FlowView, meant: Meant, became: Became, blocked: Text) -> Iterator[Verdict]:
        judged = []
        for row in self.ledger.requirements:
            named = row.id in meant.requirements
            if not named and not row.always:
                continue
            found = self._find(row, flow, became, blocked, named)
            if found is not None:
                found = self._by_even_clock(row, flow, run_findings.instead(found, self.hearing))
                found = self._pinned(row, found)
                judged.append(Judged(row, found))
        after = followers(judged, flow)
        for one in judged:
            more = {"consequence_of": f"{flow.id}/{after[one.row.id]}"} if one.row.id in after else {}
            line = self._line(one.row, meant.id, meant.title, flow.id, one.found)
            yield {**line, **quoted(flow, one.found), **more}

    def _find(
        self, row: Requirement, flow: FlowView, became: Became, blocked: Text, named: bool
    ) -> Finding | None:
        """The finding of one requirement in one flow; None when there is nothing to say."""
        if became.outcome in ("n/a", "skipped"):
            verdict = "n/a" if became.outcome == "n/a" else "skip"
            return Finding(verdict, "", became.reason, offered=became.offered) if named else None
        out = self._out_of_scope(row)
        if out is not None:
            return out if named else None
        found = _RULES[row.rule](flow)
        if blocked and (row.group != SECURITY or not found.ready):
            said = Finding("skip", Said("至少一个请求验签通过"), blocked, (), "inconclusive", blocked=True)
            return said if named or found.ready else None
        if became.outcome == "error":
            if found.verdict == "fail" and not found.absence:
                return found
            expected = found.expected or Said("场景执行到结束")
            return (
                Finding("error", expected, became.reason, (), became.domain)
                if named or row.group == EXPECTATIONS
                else None
            )
        settled = self._settled(flow, found, named)
        if settled is not None and row.rule in HOLLOW and settled.verdict in ("fail", "waiting"):
            return explained(flow, settled)
        return settled

    def _by_even_clock(self, row: Requirement, flow: FlowView, found: Finding) -> Finding:
        """The finding, unless a jump of the machine's clock may have caused it.

        Where a request was out of the window after a jump, everything that follows in its flow may be.
        """
        if not self.noted.jumps.found:
            return found
        out = any(exchange.request.bad("env.time_window") for exchange in flow.sealed)
        first = 0 if out else whole(flow.records[0], "seq") or 0 if flow.records else 0
        excused = run_findings.excuse(row, found, self.noted.jumps, first, flow.last)
        self.noted.excused += excused is not None
        return excused or found

    def of_run(self) -> Iterator[Verdict]:
        """What is found of the run as a whole."""
        for row, found in run_findings.found_of(
            self.hearing, tuple(self.noted.strangers.rows()), self.noted.jumps, self.noted.excused
        ):
            yield self._line(row, "", WHOLE_RUN, "", found)
        scans = FlowView("", tuple(self.noted.scans))
        for row in self.ledger.requirements:
            if row.artefact and self.declaration.artefacts.get(row.artefact):
                found = run_findings.instead(self._of_scans(row, scans), self.hearing)
                yield self._line(row, "", WHOLE_RUN, "", self._pinned(row, found))

    def _of_scans(self, row: Requirement, scans: FlowView) -> Finding:
        out = self._out_of_scope(row)
        found = out or _RULES[row.rule](scans)
        if found.ready:
            return found
        return Finding(
            "skip", found.expected, Said("没有扫描记录: 运行在扫描之前中断, 或由更早的版本执行"), ()
        )

    def _settled(self, flow: FlowView, found: Finding, named: bool) -> Finding | None:
        if not found.ready:
            if named and (hindrance := hindered(flow)):
                return replace(hindrance, expected=found.expected, offered=True)
            if named and not other_ending(flow):
                said = Said("前提没有出现: {}", found.observed)
                return explained(flow, replace(found, verdict="error", observed=said, domain="inconclusive"))
            return None
        if found.verdict == "n/a" and not named:
            return None
        if found.absence and found.verdict == "fail" and (hindrance := hindered(flow)):
            return replace(hindrance, expected=found.expected, offered=True)
        if found.absence and flow.quiet.get("quiet") is False:
            said = Said("{}; 但流程在时限内没有静止, 不能下结论", found.observed)
            return replace(found, verdict="waiting", observed=said, domain="inconclusive")
        if found.absence:
            said = Said("{} (观察到记录 {}, 静止 {} 秒)", found.observed, flow.last, flow.window_s)
            found = replace(found, observed=missed(flow, found) if found.verdict == "fail" else said)
        return found

    def _pinned(self, row: Requirement, found: Finding) -> Finding:
        """A rule newer than the pinned rule set never does more than warn (contracts 2)."""
        pin, since = self.declaration.ruleset, row.since_of(found.kind)
        if since <= pin or found.verdict not in ("fail", "error", "waiting", "review"):
            return found
        said = Said("{} (第 {} 版的新规则, 声明锁定在第 {} 版)", found.observed, since, pin)
        return replace(found, verdict="warn", observed=said)

    def _out_of_scope(self, row: Requirement) -> Finding | None:
        """n/a for what the declaration does not offer, skip for what the driver level cannot reach."""
        missing = [name for name in row.services if name not in self.declaration.services]
        if self.plan.mode not in row.modes:
            return Finding("n/a", "", Said("不适用于模式 {}", self.plan.mode))
        if missing:
            return Finding("n/a", "", Said("声明未提供服务: {}", ", ".join(missing)))
        if row.vendor_level > self.declaration.driver.level:
            return beyond_reach(
                Said("需要驱动级别 {}, 声明为 {}", row.vendor_level, self.declaration.driver.level)
            )
        return None

    def _blocked(self, flow: FlowView, near: Sequence[int]) -> Text:
        """Why nothing else can be said of a flow of which no request got through its envelope, or the empty text."""
        if any(one.verified and not stopped_at_envelope(one) for one in flow.sealed):
            return ""
        bad = [*(exchange.seq for exchange in flow.sealed), *near]
        if not bad:
            return ""
        return Said("本流程没有一个加密请求通过信封校验, 先解决信封问题(记录 {})", bad[0])

    def _line(self, row: Requirement, scenario: str, title: str, flow: str, found: Finding) -> Verdict:
        only = f" --only {scenario}" if scenario else ""
        options = "".join(f" {shlex.quote(word)}" for word in self.declaration.options)
        told = why(row, found)
        explained = {name: told.get(name, getattr(row, name)) for name in EXPLAINED}
        return {
            "schema": 1,
            "id": f"{flow}/{row.id}",
            "scenario": scenario,
            "scenario_title": title,
            "flow": flow,
            "requirement": row.id,
            "group": row.group,
            "level": row.level,
            "status": row.status,
            "origin": row.origin,
            "source": row.source,
            "title": row.title,
            "title_en": row.title_en,
            "clause": row.clause,
            "cases": list(row.cases),
            "verdict": found.verdict,
            **stored("expected", found.expected),
            **stored("observed", found.observed),
            "records": [seq for seq in found.records if seq > 0],
            "domain": found.domain,
            "cause": told["cause"],
            "confirm": row.confirm,
            "fix": told["fix"],
            "patient": row.patient,
            "replay": f"liantiao run --declaration {self.declaration.file or 'vendor.yaml'}{options}{only}",
            "since": row.since_of(found.kind),
            **({"kind": found.kind} if found.kind else {}),
            **({} if found.verdict in ("pass", "n/a") else explained),
            **({"fact": ":".join(filter(None, (found.fact, found.named)))} if found.fact else {}),
            **({} if found.offered else {"offered": False}),
            **({"endings": dict(found.endings)} if found.endings else {}),
            **self._deviation(row, found),
        }

    def _deviation(self, row: Requirement, found: Finding) -> dict[str, Any]:
        """The declared known deviation that stands beside a fail, and whether its time is over."""
        declared = (item for item in self.declaration.deviations if item.get("requirement") == row.id)
        known = next(declared, None) if found.verdict == "fail" else None
        if known is None:
            return {}
        shown = {name: known[name] for name in ("owner", "until", "comment") if name in known}
        return {"deviation": {**shown, "expired": str(known.get("until", "")) < self.noted.today}}
