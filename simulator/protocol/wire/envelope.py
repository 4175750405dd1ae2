"""Open and seal the SM2/SM4 envelope of the 6xxx interfaces (sheet 2, 3, 4), for every role and direction.

Opening collects all facts in a stated order, decides nothing and never raises for what the peer sent.
Sealing is in `seal.py`; its names are offered here too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, Final

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.keys import PublicKey
from simulator.protocol.diagnosis.deviation import QUICK, Budget, Suspect
from simulator.protocol.diagnosis.facts_of import Found, failed
from simulator.protocol.diagnosis.signers import OTHER_KEYS
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Limits
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.text.times import parse_timestamp
from simulator.protocol.wire import signature
from simulator.protocol.wire.cipher_facts import decipher
from simulator.protocol.wire.dialect import OF_THE_CENTRE, TO_THE_CENTRE, recognised
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.intake import Outer, read_outer
from simulator.protocol.wire.opened import Kind, Opened
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.schema_facts import outer_fact
from simulator.protocol.wire.seal import SealStyle, seal_request, seal_response
from simulator.protocol.wire.signature import ChannelKeys

__all__ = ["ChannelKeys", "Opened", "SealStyle", "open_sealed", "seal_request", "seal_response"]

_TEXTS: Final = ("appId", "version", "encType", "signType")
DIALECTS: Final[Mapping[Kind, Any]] = {"request": TO_THE_CENTRE, "response": OF_THE_CENTRE}
MAX_TEXT: Final = 64
"""Longest `appId`, `version`, `encType` or `signType` that is looked at; 32 characters at most are in use."""


def open_sealed(
    raw: RawMessage,
    keys: Mapping[str, ChannelKeys],
    profile: Profile,
    now_ms: int,
    kind: Kind = "request",
    outer: Outer | None = None,
    guess: bool = False,
    budget: Budget = QUICK,
    ours: PublicKey | None = None,
    kept: Found | None = None,
) -> Opened:
    """Open one sealed message and state every fact about it. Never raises, whatever the bytes.

    `keys` by appId; an answer without appId is opened with the only key there is. `now_ms` is wire time.
    `outer` is the body when it was read before; `budget` the work for naming why a signature fails, `ours` the public key
    of who received it where `keys` do not hold the private one, `kept` where the diagnosis is put too. The replay key is `signData`. The facts come in the order transport,
    body, envelope fields, cipher text, signature; what cannot be observed is left out. A message in another dialect has
    the fact `env.dialect` before the first that is bad. `guess`: where a wrong cipher text was opened by its diagnosis, go
    on with what it holds, so that the signature is judged too; for explanations only, such a message is refused.
    """
    body = read_outer(raw, profile, kind, known=outer)
    how = _Diagnosing(keys, kind, budget, ours, guess, kept)
    opened = _opened(body, keys, profile, now_ms, kind, how)
    found = None if opened.ok else recognised(raw.body, body.value, body.limits, DIALECTS[kind])
    if found is None:
        return opened
    inside: tuple[Text, ...] = ()
    if found.inner is not None:
        bare = _opened(Outer(found.inner, (), body.limits), keys, profile, now_ms, kind, how)
        inside = tuple(fact.note for fact in bare.bads) or (Said("除此之外报文合格"),)
    at = next(index for index, fact in enumerate(opened.facts) if not fact.ok)
    return replace(opened, facts=(*opened.facts[:at], found.fact("env.dialect", inside), *opened.facts[at:]))


@dataclass(frozen=True, slots=True)
class _Diagnosing:
    """What is known for naming the cause of a failed signature, beside the message."""

    keys: Mapping[str, ChannelKeys]
    kind: Kind
    budget: Budget
    ours: PublicKey | None
    guess: bool
    kept: Found | None


def _opened(
    body: Outer,
    keys: Mapping[str, ChannelKeys],
    profile: Profile,
    now_ms: int,
    kind: Kind,
    how: _Diagnosing,
) -> Opened:
    value, facts = body.value, list(body.facts)
    if not isinstance(value, dict):
        if jsontext.was_read(facts):
            note = Said("报文最外层应为 JSON 对象")
            facts.append(Fact("env.fields", False, note, {"missing": [], "wrong": ["(top)"]}))
        return Opened(tuple(facts), None, None, "", kind)
    app = _envelope_facts(value, keys, profile, now_ms, kind, facts)
    data: Any = None
    plain = ""
    readable = kind == "response"  # an answer may have no data; then its text has no data member
    if value.get("encData") not in (None, ""):
        readable = False
        if app is not None:
            others = chain(app.previous, _others(app, keys))
            found = decipher(value["encData"], app, others, Limits.of(profile))
            facts += found.facts
            data, plain = found.data, found.plain
            if how.guess and data is None and found.opening is not None:
                data, plain = found.opening.data, found.opening.text
    elif isinstance(value.get("data"), dict):
        data = value["data"]
        plain = jsontext.dumps(data)
    readable = readable or data is not None
    replay_key = _signature_facts(value, data, plain, app if readable else None, how, profile, facts)
    rest = {key: member for key, member in value.items() if key not in ("data", "encData", "signData")}
    return Opened(tuple(facts), rest, data, app.app_id if app else "", kind, replay_key)


def _envelope_facts(
    envelope: Mapping[str, Any],
    keys: Mapping[str, ChannelKeys],
    profile: Profile,
    now_ms: int,
    kind: Kind,
    facts: list[Fact],
) -> ChannelKeys | None:
    facts.append(_fields(envelope, kind))
    app = _app(envelope.get("appId"), keys, kind, facts)  # who speaks comes before how (sheet 5)
    versions = (str(profile["envelope.version"]), *map(str, profile["envelope.also_versions"]))
    for name, member, wanted in (
        ("env.version", "version", versions),
        ("env.enc_type", "encType", ("SM4",)),
        ("env.sign_type", "signType", ("SM2",)),
    ):
        got = envelope.get(member)
        if _is_text(got):
            note = "" if got in wanted else Said("{} 应为 {}, 收到 {}", member, listed(" / ", wanted), got)
            facts.append(Fact(name, got in wanted, note))
    data = envelope.get("data")
    absent = envelope.get("encData") in (None, "") or data in (None, "", {}, [])
    note = "" if absent else Said("已有密文 encData, 报文里不应再带明文 data")
    facts.append(Fact("env.plain_absent", absent, note))
    _time_facts(envelope, profile, now_ms, facts)
    return app


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, jsontext.Num) and 0 < len(value) <= MAX_TEXT


def _fields(envelope: Mapping[str, Any], kind: Kind) -> Fact:
    """All members of sheet 2.1 (2.2 for an answer) there and of the right JSON type; `signData` has its own fact."""
    needed = _TEXTS if kind == "request" else _TEXTS[1:]
    missing = [name for name in (*needed, "timestamp") if envelope.get(name) in (None, "")]
    wrong = [name for name in _TEXTS if envelope.get(name) not in (None, "") and not _is_text(envelope[name])]
    if kind == "request":
        missing += ["encData"] if envelope.get("encData") in (None, "") else []
    else:
        missing += ["code"] if envelope.get("code") in (None, "") else []
        wrong += ["code"] if isinstance(envelope.get("code"), (bool, dict, list)) else []
    return outer_fact("env.fields", f"centre/envelope.{kind}", missing, wrong, envelope)


def _app(app_id: Any, keys: Mapping[str, ChannelKeys], kind: Kind, facts: list[Fact]) -> ChannelKeys | None:
    if app_id in (None, "") and kind == "response":
        return next(iter(keys.values())) if len(keys) == 1 else None  # older platforms omit it (sheet 2.2)
    app = keys.get(app_id) if _is_text(app_id) else None
    note = "" if app else Said("appId 未登记: 请核对接入反馈单上的渠道 id")
    facts.append(Fact("env.app_known", app is not None, note))
    return app


def _time_facts(envelope: Mapping[str, Any], profile: Profile, now_ms: int, facts: list[Fact]) -> None:
    if envelope.get("timestamp") in (None, ""):
        return
    parsed = parse_timestamp(envelope["timestamp"])
    if parsed is None:
        wanted = Said("timestamp 应为 yyyyMMddHHmmss(北京时间) 或 13 位毫秒数")
        facts.append(Fact("env.time_form", False, wanted, {"form": "other"}))
        return
    form, moment = parsed
    known = form in profile["envelope.timestamp_forms"]
    note = "" if known else Said("此处不用 {} 格式的 timestamp", form)
    facts.append(Fact("env.time_form", known, note, {"form": form, "ms": moment}))
    skew = moment - now_ms
    window = int(profile["envelope.window_ms"])
    inside = abs(skew) <= window
    facts.append(
        Fact("env.time_window", inside, "" if inside else _skew_note(skew, window), {"skew_ms": skew})
    )


def _skew_note(skew: int, window: int) -> Said:
    hours, rest = divmod(abs(skew) + 150_000, 3_600_000)
    if 1 <= hours <= 14 and rest <= 300_000:
        return Said("timestamp 与本机相差整 {} 小时: 多半是时区不对, 14 位时间应为北京时间", hours)
    way = Said("超前") if skew > 0 else Said("落后")
    return Said(
        "timestamp {} {} 秒, 允许 {} 秒: 请校时并每次重新取时间", way, abs(skew) // 1000, window // 1000
    )


def _others(app: ChannelKeys, keys: Mapping[str, ChannelKeys]) -> Iterator[ChannelKeys]:
    """Some other apps, looked for when somebody asks: a good message asks for none."""
    return islice((other for other in keys.values() if other.app_id != app.app_id), OTHER_KEYS)


def _signature_facts(
    envelope: Mapping[str, Any],
    data: Any,
    plain: str,
    app: ChannelKeys | None,
    how: _Diagnosing,
    profile: Profile,
    facts: list[Fact],
) -> str:
    """The signature as it was sent. `app` is None when its text cannot be rebuilt; then only the form is stated."""
    text = envelope.get("signData")
    if not isinstance(text, str) or not text or isinstance(text, jsontext.Num):
        facts.append(Fact("sign.present", False, Said("缺少 signData: 报文没有签名")))
        return ""
    facts.append(Fact("sign.present", True))
    decoded = signature.decode(text)
    facts.append(Fact("sign.encoding", decoded.form == "raw64", decoded.note, {"form": decoded.form}))
    if app is not None:
        _verify(envelope, data, plain, text, app, how, profile, facts)
    return text


def _verify(
    envelope: Mapping[str, Any],
    data: Any,
    plain: str,
    text: str,
    app: ChannelKeys,
    how: _Diagnosing,
    profile: Profile,
    facts: list[Fact],
) -> None:
    decoded = signature.decode(text)
    choice = str(profile["envelope.user_id"])
    wanted = str(profile["envelope.canonical"])
    identity = signature.user_id(choice, app)
    families = ("sdk", "bare") if wanted == "either" else (wanted,)
    signed = sm2.signed_digest(app.peer, decoded.raw) if decoded.form == "raw64" else None
    keep = not profile["envelope.drop_empty_object"]
    may_stay = tuple(profile["envelope.kept_empty"])
    family, kept = signature.matching_family(
        envelope, data, app, signed, families, identity, not keep, may_stay
    )
    if family:
        told = {"canonical": family, "user_id": choice, **({"kept_empty": list(kept)} if kept else {})}
        facts.append(Fact("sign.verify", True, data=told))
        sdk = family == "sdk" or wanted == "bare"
        note = "" if sdk else Said("签名原文里的数字没有加引号(此处放行, 别的地方可能验签失败)")
        facts.append(Fact("sign.canonical", sdk, note, {"canonical": family}))
        return
    others = tuple(_others(app, how.keys))
    facts += failed(
        Suspect(
            envelope, data, plain, text, app, identity, how.kind,
            app.own.public if how.ours is None else how.ours,
            previous=tuple(one.peer for one in app.previous),
            others=tuple(other.peer for other in others),
            other_apps=tuple(other.app_id for other in others),
            secrets=(
                *((Said("轮换前的 appSecret"), one.app_secret) for one in app.previous),
                *((Said("另一个应用的 appSecret"), other.app_secret) for other in others),
            ),
            family="bare" if wanted == "bare" else "sdk",
            drop_empty_object=not keep,
            also_bare=wanted == "either",
            private=app.peer_private,
        ),
        how.budget,
        choice,
        decoded.note,
        how.kept,
    )  # fmt: skip
