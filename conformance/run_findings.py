"""What is found of a run as a whole and is nobody's requirement: no message arrived, the clock jumped. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.evidence.clock_jumps import ClockJumps
from conformance.evidence.hearing import Hearing
from conformance.evidence.values import text
from conformance.finding import Finding
from conformance.ledger import Requirement
from locales import lookup
from simulator.protocol.text.said import Said, Text, render, said_in

GROUP = "RUN"
NO_JUMPS = ClockJumps()


def _row(name: str, title: Said, title_en: str, cause: Said, confirm: Said, fix: Said) -> Requirement:
    clause, say = Said("运行条件"), lookup("en")
    return Requirement(
        id=name, group=GROUP, title=str(title), title_en=title_en, level="MUST",
        status="assumed", source="liantiao", origin="liantiao", cases=(), since=1, always=False, rule="",
        clause=str(clause), cause=str(cause), confirm=str(confirm), fix=str(fix), patient="",
        clause_en=render(clause, say), cause_en=render(cause, say), confirm_en=render(confirm, say),
        fix_en=render(fix, say), patient_en="",
    )  # fmt: skip


REACHED = _row(
    "RUN-HEARD-001",
    Said("被测系统的报文到达本次运行的模拟器"),
    "The messages of the system under test reach the simulator of this run",
    Said("被测系统配置的中心地址不是本次运行监听的地址, 或报文被网络挡住"),
    Said("在被测系统的配置里看中心地址, 从它的主机访问该地址的 /health"),
    Said("把被测系统的中心地址改为监听地址 (init 写出的配置块), 或用 --simulator 指向它正在使用的模拟器"),
)


NOBODY = Said("没有一次支付或退费得到答复, 也没有报文到达: 没有人操作, 或驱动口不提供这些动作")


CLOCK = _row(
    "RUN-CLOCK-001",
    Said("运行期间机器时钟连续"),
    "The machine's clock goes on evenly during a run",
    Said("运行中校时、休眠或虚拟机暂停使系统时钟跳变"),
    Said("看所列记录前后的 t.wire 与 t.mono_ns"),
    Said("先校时并关闭休眠, 再重新运行; 时钟跳变影响到的判定没有结论"),
)
BY_THE_CLOCK = ("security.timestamp", "registration.same_day")
"""Rules that compare a date or time of the vendor with the machine's clock, whenever it jumped before."""


def found_of(
    hearing: Hearing,
    strangers: Sequence[Mapping[str, Any]] = (),
    jumps: ClockJumps = NO_JUMPS,
    excused: int = 0,
) -> Iterator[tuple[Requirement, Finding]]:
    """The findings of the run as a whole: the vendor says it acted and nothing of it arrived; the clock jumped.

    `strangers`: what did come, of nobody (`conformance.evidence.strangers`). `excused`: verdicts that a jump prevented.
    """
    if jumps.found:
        seqs = tuple(jump.seq for jump in jumps.found)
        yield (
            CLOCK,
            Finding(
                "error" if excused else "warn",
                Said("运行期间机器时钟连续"),
                _jumped(jumps, excused),
                seqs,
                "environment",
            ),
        )
    if hearing.deaf:
        wanted, said = Said("至少一条被测系统的报文到达 {}", _where(hearing)), silence(hearing)
        records = hearing.claimed
        if strangers:
            first = strangers[0]
            peer = text(first, "peer") or Said("未知地址")
            came = Said(
                "到达的只有外来报文, 如来自 {} 的 {} 条: {}", peer, first["count"], said_in(first, "reason")
            )
            said, records = Said("{}; {}", said, came), (*records, *first["records"])
        yield REACHED, Finding("error", wanted, said, records, "configuration", absence=True)


def instead(found: Finding, hearing: Hearing) -> Finding:
    """Where nothing of the vendor arrived nothing can be said of it, neither good nor bad."""
    said = silence(hearing)
    if not said or found.verdict == "n/a":
        return found
    return Finding("skip", found.expected, said, (), "configuration", offered=found.offered)


def silence(hearing: Hearing) -> Text:
    """Why nothing can be said of the vendor, as one sentence, or the empty text."""
    if hearing.deaf:
        return Said(
            "被测系统有 {} 次资金动作答复 done 或 accepted, 但没有一条它的报文到达 {}",
            hearing.claims,
            _where(hearing),
        )
    return NOBODY if hearing.idle else ""


def _jumped(jumps: ClockJumps, excused: int) -> Said:
    first = jumps.found[0]
    said = Said("机器时钟在记录 {} 之前跳变 {} 秒, 共 {} 次", first.seq, first.seconds, jumps.count)
    return Said("{}; {} 条判定因此没有结论", said, excused) if excused else said


def unsettled(jumps: ClockJumps, excused: int) -> Text:
    """Why the run is unfinished: verdicts that a jump of the clock prevented; or the empty text."""
    return _jumped(jumps, excused) if excused else ""


def excuse(row: Requirement, found: Finding, jumps: ClockJumps, first: int, last: int) -> Finding | None:
    """What is said instead of a finding that a jump of the clock may have caused; None where it stands.

    `first`, `last`: the records of its flow. What a signature or a cipher says does not hang on a clock.
    """
    by_the_clock = row.rule in BY_THE_CLOCK
    jump = jumps.between(0 if by_the_clock else first, last)
    if jump is None or found.verdict not in ("fail", "waiting", "error") or found.domain == "vendor driver":
        return None
    if row.group == "SEC" and not by_the_clock:
        return None
    said = Said("机器时钟在记录 {} 之前跳变 {} 秒, 不能下结论, 见 {}", jump.seq, jump.seconds, CLOCK.id)
    return Finding("skip", found.expected, said, (jump.seq,), "environment")


def _where(hearing: Hearing) -> Text:
    return hearing.listen or Said("本次运行的模拟器(监听地址没有记录)")
