"""Identity and authorisation (centre sheet 7, channels sheet 1a, institution sheet 6.3, 7.1). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.evidence.calls import ANSWERED, Call, numbers
from conformance.evidence.centre import med_org_ord
from conformance.evidence.ecredential import Authorisation
from conformance.evidence.flow_view import FlowView
from conformance.evidence.institution import (
    asked_credential,
    insured_rows,
    told_psn_no,
    visit_number,
    visit_person,
)
from conformance.evidence.records import Exchange
from conformance.evidence.values import child, key_of, same, text, whole
from conformance.finding import EMPTY, NONE, Finding, Rule, absent, failed, not_offered, passed, several
from conformance.rules.departs import departs
from conformance.rules.signs import sent, window
from simulator.protocol.text.said import Said, Text, listed

Differs = tuple[str, Text]
"""(kind of difference, how)"""
Wanted = Callable[[Authorisation], bool]


def uploads(flow: FlowView) -> tuple[Exchange, ...]:
    """The 6201 whose content could be read."""
    return tuple(e for e in flow.exchanges("6201") if e.request.opened)


def credential(exchange: Exchange) -> str:
    """The authorisation that a 6201, 6202 or 6203 carries."""
    return text(exchange.data, "payAuthNo") or text(exchange.data, "ecToken")


def before(flow: FlowView, upload: Exchange, interface: str) -> tuple[Exchange, ...]:
    """The accepted exchanges of `interface` of the same person before an upload."""
    return tuple(
        e
        for e in flow.exchanges(interface)
        if e.end < upload.seq and e.accepted and e.person == upload.person
    )


def person_query_first(flow: FlowView) -> Finding:
    """IDV-PERSON-001: where 2201 was refused since nobody had asked 1101, there is no 6201 and the fault is the same."""
    expected = Said("每笔 6201 之前有 mdtrt_cert_type=01、凭证编号为本次授权码的 1101")
    found = uploads(flow)
    stopped = [e for e in flow.exchanges("2201") if e.refused and e.genuine and not _asked_before(flow, e)]
    if not found and not stopped:
        return absent(expected, Said("没有 6201"))
    for upload in found:
        queries = before(flow, upload, "1101")
        if not any(_by_credential(query, credential(upload)) for query in queries):
            kind = "other_credential" if queries else "skipped"
            kinds = listed("、", [text(q.data, "mdtrt_cert_type") or EMPTY for q in queries])
            said = (
                Said("之前的 1101 凭证类型为 {}, 没有一次用本次授权码", kinds)
                if queries
                else Said("之前没有成功的 1101")
            )
            asked = [(query, *asked_credential(query)) for query in queries]
            near = next(((query, number) for query, kind, number in asked if kind == "01"), None)
            if near is not None:
                other = departs(near[0].request, "mdtrt_cert_no", near[1], credential(upload))
                said = Said("{}: {}", said, other)
            records = [upload.seq, *numbers(queries)]
            return failed(expected, Said("6201 {}", said), records, absence=True, kind=kind)
    if stopped:
        said = Said("2201 之前没有 1101, 因此被拒绝")
        return failed(expected, said, numbers(stopped), absence=True, kind="stopped_without")
    return passed(expected, Said("{} 笔 6201 之前都有", len(found)), numbers(found))


def _asked_before(flow: FlowView, request: Exchange) -> bool:
    """Whether a 1101 came before a request, however it was answered."""
    return any(e.seq < request.seq and e.person in ("", request.person) for e in flow.exchanges("1101"))


def _by_credential(query: Exchange, number: str) -> bool:
    kind, asked = asked_credential(query)
    return kind == "01" and bool(asked) and same(asked, number)


def person_matches(flow: FlowView) -> Finding:
    """IDV-MATCH-001: in 2201 as in 6201."""
    expected = Said("2201 与 6201 的人员编号、险种、参保地、就诊号为 1101/2201 对本人返回的值")
    found = [e for e in flow.exchanges("2201", "6201") if e.request.opened and before(flow, e, "1101")]
    if not found:
        return absent(expected, Said("没有 2201、6201 与之前的 1101 可以对照"))
    for request in found:
        queries = before(flow, request, "1101")
        wrong = _visit_differences(request, queries) if request.interface == "2201" else []
        wrong = _differences(flow, request, queries) if request.interface == "6201" else wrong
        if wrong:
            return failed(
                expected,
                Said("{} 中{}", request.interface, listed("; ", [said for _, said in wrong])),
                [request.seq, *numbers(queries)],
                kind=wrong[0][0],
            )
    return passed(expected, Said("{} 个请求均一致", len(found)), [e.seq for e in found])


def _person_difference(
    request: Exchange, number: str, queries: tuple[Exchange, ...], name: str
) -> list[Differs]:
    told = {key_of(given): given for given in map(told_psn_no, queries)}
    if key_of(number) in told:
        return []
    return [("person", departs(request.request, name, number, several(list(told.values()), NONE)))]


def _insured(queries: tuple[Exchange, ...]) -> set[tuple[str, str]]:
    """(insutype, insured region) of every row that 1101 gave."""
    return {(row.insutype, row.region) for query in queries for row in insured_rows(query.answer)}


def _visit_differences(visit: Exchange, queries: tuple[Exchange, ...]) -> list[Differs]:
    number, insutype = visit_person(visit)
    wrong = _person_difference(visit, number, queries, "psn_no")
    kinds = sorted({kind for kind, _ in _insured(queries)})
    if insutype not in kinds:
        said = Said("insutype 为 {}, 1101 返回 {}", insutype or EMPTY, several(kinds, EMPTY))
        wrong.append(("insurance", said))
    return wrong


def _differences(flow: FlowView, upload: Exchange, queries: tuple[Exchange, ...]) -> list[Differs]:
    data = upload.data
    wrong = _person_difference(upload, text(data, "psnNo"), queries, "psnNo")
    chosen, given = (text(data, "insutype"), text(data, "insuCode")), _insured(queries)
    if chosen not in given:
        said = several([f"{kind}/{place}" for kind, place in sorted(given)], EMPTY)
        shown = Said("险种/参保地为 {}/{}, 1101 返回 {}", chosen[0] or EMPTY, chosen[1] or EMPTY, said)
        wrong.append(("insurance", shown))
    visits = {visit_number(visit) for visit in before(flow, upload, "2201")}
    visit = text(data, "mdtrtId")
    if (visit or not text(data, "ecToken")) and visit not in visits:
        said = Said("mdtrtId 为 {}, 2201 返回 {}", visit or EMPTY, several(sorted(visits), NONE))
        wrong.append(("visit", said))
    return wrong


def single_use(flow: FlowView) -> Finding:
    """IDV-ONCE-001: when the scenario itself handed the same code to two payments, a refused second order passes."""
    expected = Said("一个授权码只出现在一个 medOrgOrd 的 6201 中")
    found = uploads(flow)
    if not found:
        return absent(expected, Said("没有 6201"))
    codes = [key_of(_code(call)) for call in flow.calls_of("pay")]
    offered_twice = len(set(codes)) < len(codes)
    first: dict[str, Exchange] = {}
    for upload in found:
        mine = first.setdefault(key_of(credential(upload)), upload)
        other = med_org_ord(mine) != med_org_ord(upload)
        if other and credential(upload) and not (offered_twice and not upload.accepted):
            said = Said("订单 {} 与 {} 使用同一个授权码", med_org_ord(mine), med_org_ord(upload))
            return failed(expected, said, [mine.seq, upload.seq])
    return passed(expected, Said("{} 个授权码各用于一笔订单", len(first)), numbers(found))


def _code(call: Call) -> str:
    names = ("auth_code", "pay_auth_no", "ec_code")
    return next((text(call.args, name) for name in names if text(call.args, name)), f"#{call.seq}")


def attempts(flow: FlowView, wanted: Wanted) -> Iterator[tuple[Authorisation, Call]]:
    """The payments made with a code from an authorisation step for which `wanted` holds, and really tried."""
    for act in flow.authorisations:
        if not act.step or act.decision == "shown" or not wanted(act):
            continue
        for call in flow.calls_of("pay"):
            if act.code and same(text(call.args, "auth_code"), act.code) and call.state in ANSWERED:
                yield act, call


def _uploaded(flow: FlowView, call: Call) -> tuple[Exchange, ...]:
    """The 6201 of a payment; also in the name of somebody who has not asked for one: the authorisation may be theirs."""
    first, beyond = window(flow, call)
    others = {other.person for other in flow.calls_of("pay")} - {call.person}
    return tuple(e for e in flow.exchanges("6201") if first < e.seq < beyond and e.person not in others)


def _nothing_paid(flow: FlowView, expected: Text, tried: list[Call], silent: bool) -> Finding:
    """No settlement, no success shown; `silent`: not even a 6201."""
    for call in tried:
        orders = _uploaded(flow, call)
        if silent and orders:
            said = Said("授权未成功, 仍发出 6201")
            return failed(expected, said, [*call.records, orders[0].seq], kind="sent")
        if call.state == "done" or (call.state != "refused" and call.shown == "success"):
            said = Said("pay 应答 {}, 页面 {}", call.state, call.shown or EMPTY)
            return failed(expected, said, call.records, kind="shown")
        first, beyond = window(flow, call)
        for order in flow.orders:
            at = order.reached("6")
            if at and first < at < beyond and any(upload in orders for upload in order.uploads):
                said = Said("订单 {} 已结算", order.pay_ord_id)
                return failed(expected, said, [*call.records, at], kind="settled")
    said = Said(
        "{} 次支付均未产生扣款, pay 应答 {}",
        len(tried),
        listed("、", [call.state or NONE for call in tried]),
    )
    return passed(expected, said, numbers(tried), absence=True)


def refused_sends_nothing(flow: FlowView) -> Finding:
    """IDV-REFUSE-001."""
    expected = Said("拒绝授权后没有 6201, 页面不显示成功")
    tried = [call for _, call in attempts(flow, lambda act: act.decision == "refuse")]
    if not tried:
        return absent(expected, Said("没有用被拒绝的授权发起支付"))
    return _nothing_paid(flow, expected, tried, silent=True)


def expired_pays_nothing(flow: FlowView) -> Finding:
    """IDV-EXPIRE-001: the person is told, and after a refused exchange of the code there is no 6201."""
    expected = Said("过期授权不扣款, 告知患者并引导重新授权")
    late = [
        call for act, call in attempts(flow, _any) if _aged_ms(flow, act, call) >= flow.promise.code_ttl_ms
    ]
    if not late:
        return absent(expected, Said("没有用过期授权发起支付"))
    for call in late:
        if call.state == "refused" and not (
            text(call.answer, "patient_message") or text(call.answer, "message")
        ):
            return failed(expected, Said("拒绝时没有告诉患者原因"), call.records, kind="untold")
    exchanged = [e for call in late for e in sent(flow, call, "userQuery", "modeA")]
    silent = bool(exchanged) and all(e.refused for e in exchanged)
    return _nothing_paid(flow, expected, late, silent)


def _aged_ms(flow: FlowView, act: Authorisation, call: Call) -> int:
    """How far the scenario moved the timers between an authorisation and its use."""
    between = [r for r in flow.steps("advance") if act.step < (whole(r, "seq") or 0) < call.seq]
    return sum(whole(child(r, "d"), "ms") or 0 for r in between if text(r, "person") == act.person)


def foreign_pays_nothing(flow: FlowView) -> Finding:
    """IDV-OWNER-001."""
    expected = Said("用他人的授权不扣款、不显示成功")
    tried = [call for act, call in attempts(flow, _own) if act.person != call.person]
    if not tried:
        return absent(expected, Said("没有用他人的授权发起支付"))
    return _nothing_paid(flow, expected, tried, silent=False)


def _any(_act: Authorisation) -> bool:
    return True


def _own(act: Authorisation) -> bool:
    return not act.family


def family_refused(flow: FlowView) -> Finding:
    """IDV-FAMILY-001."""
    expected = Said("未开通亲情服务时, 亲情授权不产生 6201")
    if "family" in flow.promise.services:
        return not_offered(expected, Said("声明提供亲情服务"))
    tried = [call for _, call in attempts(flow, lambda act: not _own(act))]
    if not tried:
        return absent(expected, Said("没有用亲情授权发起支付"))
    return _nothing_paid(flow, expected, tried, silent=True)


def verify_only_pays_nothing(flow: FlowView) -> Finding:
    """IDV-BIZ-001."""
    expected = Said("04106 的授权不扣款、不显示成功")
    tried = [call for _, call in attempts(flow, lambda act: act.biz == "04106")]
    if not tried:
        return absent(expected, Said("没有用 04106 的授权发起支付"))
    return _nothing_paid(flow, expected, tried, silent=False)


RULES: tuple[tuple[str, Rule], ...] = (
    ("identity.person_query_first", person_query_first),
    ("identity.person_matches", person_matches),
    ("identity.single_use", single_use),
    ("identity.refused_sends_nothing", refused_sends_nothing),
    ("identity.expired_pays_nothing", expired_pays_nothing),
    ("identity.foreign_pays_nothing", foreign_pays_nothing),
    ("identity.family_refused", family_refused),
    ("identity.verify_only_pays_nothing", verify_only_pays_nothing),
)
