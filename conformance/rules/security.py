"""Envelope, signature, encryption (centre sheet 2, 3, 4): facts of every sealed request. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conformance.evidence.centre import pay_ord_id
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import child, text, whole
from conformance.finding import Finding, Rule, absent, failed, passed
from conformance.rules.named_causes import UNKNOWN, Breach, breach, cipher_kind, compositions
from conformance.rules.signs import premature
from simulator.protocol.text.said import Said, Text, listed, said_in

CAUSE = "sign.cause"
UNVERIFIED: Mapping[str, str] = {"sign.present": "missing", "sign.verify": "wrong"}
CANONICAL, ENCODING = "sign.canonical", "sign.encoding"
CIPHER: Mapping[str, str] = {"enc.hex": "hex", "enc.decrypt": "", "enc.json": "json"}
"""The facts of a cipher text and, where they name no cause, the kind that they are."""
FIELDS: Mapping[str, str] = {
    "env.fields": "missing", "env.version": "version", "env.enc_type": "algorithm", "env.sign_type": "algorithm",
    "env.app_known": "app",
}  # fmt: skip
HOUR_MS, NEAR_MS, STILL_MS = 3_600_000, 300_000, 2_000
"""An hour; how near to whole hours a difference is a time zone; how long a timestamp may stand still."""
Kinds = Mapping[str, str]
NO_KINDS: Kinds = {}
BAD_SIGNATURE = ("tamper_sign", "wrong_key", "unsigned")
BAD_CIPHER = ("tamper_cipher", "not_json", "empty_body", "relay_wrapped")


def _judge(
    flow: FlowView, expected: Text, needs: tuple[str, ...], bad: tuple[str, ...], kinds: Kinds = NO_KINDS
) -> Finding:
    """Fail for the first sealed request with one of the facts `bad`; absent when none of `needs` was observed.

    `kinds`: fact -> the kind of the row that it is.
    """
    seen = [e for e in flow.sealed if any(name in e.request.facts for name in (*needs, *bad))]
    wrong = [(e, name) for e in seen for name in bad if e.request.bad(name)]
    if wrong:
        exchange, name = wrong[0]
        said = said_in(exchange.request.bad(name), "note") or Said("{} 不符", name)
        found = failed(
            expected,
            Said("{} 请求: {}{}", exchange.interface, said, _count(wrong)),
            [e.seq for e, _ in wrong],
            kind=kinds.get(name, ""),
        )
        return replace(found, fact=name)
    if not seen:
        return absent(expected, Said("没有可以判断的加密请求"))
    return passed(expected, Said("{} 个请求均符合", len(seen)), [e.seq for e in seen])


def _count(wrong: Sequence[object]) -> Text:
    return Said(" (共 {} 处)", len(wrong)) if len(wrong) > 1 else ""


def _breaches(flow: FlowView, requirement: str) -> list[tuple[Exchange, Breach]]:
    found = ((e, breach(e.request.bad(CAUSE), requirement)) for e in flow.sealed)
    return [(e, broken) for e, broken in found if broken is not None]


def _clause(flow: FlowView, expected: Text, requirement: str) -> Finding:
    """Fail for a signature that is wrong in what `requirement` says, whatever else is wrong with it."""
    wrong = _breaches(flow, requirement)
    if wrong:
        exchange, broken = wrong[0]
        said = said_in(exchange.request.bad(CAUSE), "note") or "+".join(broken.causes)
        found = failed(
            expected,
            Said("{} 请求: {}", exchange.interface, said),
            [e.seq for e, _ in wrong],
            kind=broken.kind,
        )
        return replace(found, fact=CAUSE, named="+".join(broken.causes))
    right = [e.seq for e in flow.sealed if e.verified]
    strange = [e.seq for e in flow.sealed if e.request.bad("sign.verify")]
    if not right and strange:
        return _not_told(expected, strange)
    if not right:
        return absent(expected, Said("没有验签通过的请求可以佐证"))
    return passed(expected, Said("{} 个请求验签通过", len(right)), right)


def _not_told(expected: Text, strange: list[int]) -> Finding:
    """No request verified, and of none it is known that it is for this cause: unknown does not mean wrong."""
    said = Said("没有请求验签通过, 原因不在这一项, 或还不知道; 见验签本身的判定")
    return Finding("skip", expected, said, tuple(strange[:1]), "inconclusive", blocked=True)


def sign_verifies(flow: FlowView) -> Finding:
    """ENV-SIGN-001."""
    facts = ("sign.present", "sign.verify")
    return _judge(flow, Said("每个请求都能用机构公钥验签"), ("sign.verify",), facts, UNVERIFIED)


def sign_is_raw(flow: FlowView) -> Finding:
    """ENV-SIGN-002: what signData decodes to, and what a signature was found to be that decodes to 64 bytes all the same."""
    expected = Said("signData 为 64 字节 r||s 的 base64")
    found = _judge(flow, expected, (), (ENCODING,))
    odd = next((e.request for e in flow.sealed if e.request.bad(ENCODING)), None)
    if odd is None:
        return _clause(flow, expected, "ENV-SIGN-002") if _breaches(flow, "ENV-SIGN-002") else found
    told = compositions(odd.bad(CAUSE))
    if told and told != ((UNKNOWN,),):
        named = breach(odd.bad(CAUSE), "ENV-SIGN-002")
        return replace(found, kind=named.kind if named else "")
    return replace(found, kind="der" if text(child(odd.bad(ENCODING), "d"), "form") == "der" else "other")


def canonical_text(flow: FlowView) -> Finding:
    """ENV-SIGN-003: also where bare numbers are let pass."""
    expected = Said("签名原文中标量加引号、空值去除")
    found = _clause(flow, expected, "ENV-SIGN-003")
    let = [e for e in flow.sealed if e.request.bad(CANONICAL) and not e.request.bad(CAUSE)]
    if found.verdict == "fail" or not let:
        return found
    said = said_in(let[0].request.bad(CANONICAL), "note") or Said("{} 不符", CANONICAL)
    observed = Said("{} 请求: {}", let[0].interface, said)
    return replace(failed(expected, observed, [e.seq for e in let], kind="numbers"), fact=CANONICAL)


def key_tail(flow: FlowView) -> Finding:
    """ENV-SIGN-004."""
    return _clause(flow, Said("签名原文以 &key=密钥 结尾"), "ENV-SIGN-004")


def user_id(flow: FlowView) -> Finding:
    """ENV-SIGN-005."""
    return _clause(flow, Said("用户标识为 1234567812345678"), "ENV-SIGN-005")


def own_key(flow: FlowView) -> Finding:
    """ENV-SIGN-006: only a key that is known to be another's. Where no known mistake fits nothing is said of the key."""
    return _clause(flow, Said("用本机构登记的私钥签名"), "ENV-SIGN-006")


def decrypts(flow: FlowView) -> Finding:
    """ENV-ENC-001: every mistake of the first request that does not open is told."""
    expected = Said("encData 能用派生密钥解开且为 JSON")
    found = _judge(flow, expected, (), tuple(CIPHER))
    wrong = [(e, bad) for e in flow.sealed if (bad := [f for name in CIPHER if (f := e.request.bad(name))])]
    if not wrong:
        return found
    exchange, bad = wrong[0]
    said = listed("; ", [said_in(fact, "note") or Said("{} 不符", text(fact, "n")) for fact in bad])
    observed = Said("{} 请求: {}{}", exchange.interface, said, _count(wrong))
    return replace(found, observed=observed, fact=text(bad[0], "n"), kind=cipher_kind(bad, CIPHER))


def no_plain_data(flow: FlowView) -> Finding:
    """ENV-ENC-002."""
    return _judge(flow, Said("外层没有明文 data"), (), ("env.plain_absent",))


def envelope_fields(flow: FlowView) -> Finding:
    """ENV-FIELD-001."""
    expected = Said("外层字段齐全, version 2.0.1, encType SM4, signType SM2")
    return _judge(flow, expected, (), tuple(FIELDS), FIELDS)


def timestamp(flow: FlowView) -> Finding:
    """ENV-TIME-001."""
    facts = ("env.time_form", "env.time_window")
    found = _judge(flow, Said("timestamp 格式可识别且偏差在窗口之内"), (), facts, {"env.time_form": "form"})
    if found.fact != "env.time_window":
        return found
    outside = [e for e in flow.sealed if e.request.bad("env.time_window")]
    return replace(found, kind=_off(outside))


def _off(outside: Sequence[Exchange]) -> str:
    """How the timestamps of requests are wrong: they stand still, are whole hours off, or the clock is."""
    stamps = {e.request.stamped_ms for e in outside}
    apart = outside[-1].request.mono_ms - outside[0].request.mono_ms
    if len(outside) > 1 and len(stamps) == 1 and apart > STILL_MS:
        return "frozen"
    skew = whole(child(outside[0].request.bad("env.time_window"), "d"), "skew_ms") or 0
    hours = round(skew / HOUR_MS)
    return "zone" if hours and abs(skew - hours * HOUR_MS) < NEAR_MS else "clock"


def fresh_seal(flow: FlowView) -> Finding:
    """ENV-REPLAY-001."""
    return _judge(flow, Said("每次请求重新加签"), (), ("replay.fresh",))


def schema(flow: FlowView) -> Finding:
    """ENV-SCHEMA-001: sealed and plain requests alike."""
    expected = Said("业务字段、长度与代码符合字段表")
    seen = [e for e in flow.all_exchanges if not e.request.ours and "schema" in e.request.facts]
    wrong = [e for e in seen if e.request.bad("schema") or e.request.bad("amounts.form")]
    if wrong:
        fact = wrong[0].request.bad("schema") or wrong[0].request.bad("amounts.form")
        said = said_in(fact, "note") or Said("字段不符")
        kind = "amounts" if text(fact, "n") == "amounts.form" else "fields"
        said = Said("{} 请求: {}", wrong[0].interface, said)
        return replace(failed(expected, said, [e.seq for e in wrong], kind=kind), fact=text(fact, "n"))
    if not seen:
        return absent(expected, Said("没有可以判断的请求"))
    return passed(expected, Said("{} 个请求均符合", len(seen)), [e.seq for e in seen])


def _not_believed(flow: FlowView, expected: Text, faults: tuple[str, ...]) -> Finding:
    spoiled = [e for e in flow.all_exchanges if e.response and any(name in faults for name in e.faults)]
    if not any(_would_mislead(flow, e) for e in spoiled):
        return absent(
            expected,
            Said("没有送出这样的应答")
            if not spoiled
            else Said("这样的应答都在结算完成之前, 采信与否看不出来"),
        )
    early = [sign for sign in premature(flow) if sign.seq > spoiled[0].end]
    if early:
        said = Said("{} 的应答不可信, 之后没有可信的结算消息, 但{}", spoiled[0].interface, early[0].what)
        kind = next(name for name in spoiled[0].faults if name in faults)
        return failed(expected, said, [*spoiled[0].records, early[0].seq], kind=kind)
    return passed(
        expected, Said("送出 {} 个这样的应答, 均未采信", len(spoiled)), [e.end for e in spoiled], absence=True
    )


def _would_mislead(flow: FlowView, spoiled: Exchange) -> bool:
    """Whether a vendor that believes it would take the order for paid: any other answer tells nothing of it.

    What cannot be opened says nothing at all: whoever believes it believes what it likes, before the settlement too.
    """
    order = flow.order(pay_ord_id(spoiled))
    settled = order.reached("6") if order else None
    closed = any(name in BAD_CIPHER for name in spoiled.faults)
    return spoiled.interface == "6301" and settled is not None and (closed or settled < spoiled.end)


def bad_signature_not_believed(flow: FlowView) -> Finding:
    """ENV-RESP-001."""
    return _not_believed(flow, Said("验签不通过的应答不入账、不显示成功"), BAD_SIGNATURE)


def bad_cipher_not_believed(flow: FlowView) -> Finding:
    """ENV-RESP-002."""
    return _not_believed(flow, Said("解不开的应答不入账、不显示成功"), BAD_CIPHER)


RULES: tuple[tuple[str, Rule], ...] = (
    ("security.sign_verifies", sign_verifies),
    ("security.sign_is_raw", sign_is_raw),
    ("security.canonical_text", canonical_text),
    ("security.key_tail", key_tail),
    ("security.user_id", user_id),
    ("security.own_key", own_key),
    ("security.decrypts", decrypts),
    ("security.no_plain_data", no_plain_data),
    ("security.envelope_fields", envelope_fields),
    ("security.timestamp", timestamp),
    ("security.fresh_seal", fresh_seal),
    ("security.schema", schema),
    ("security.bad_signature_not_believed", bad_signature_not_believed),
    ("security.bad_cipher_not_believed", bad_cipher_not_believed),
)
