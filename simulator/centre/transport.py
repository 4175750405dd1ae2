"""The SM2/SM4 envelope of the 6xxx interfaces as a transport: credentials, opening, answers, notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.protocol.codes.numbers import code_members
from simulator.protocol.crypto.keys import (
    KeyFormatError,
    PrivateKey,
    parse_private_key,
    parse_public_key,
    private_key_from_seed,
)
from simulator.protocol.model.interface import Interface
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Notify, Reply
from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Limits
from simulator.protocol.text.said import Said, Text, listed, said_of
from simulator.protocol.text.times import wire_timestamp
from simulator.protocol.wire import mirrors
from simulator.protocol.wire.dialect import TO_THE_CENTRE, recognised, unwrapped
from simulator.protocol.wire.envelope import ChannelKeys, open_sealed, seal_request, seal_response
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.intake import read_outer
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.outcome import AnswerOutcome, is_page, object_of, text_in
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import (
    JSON_HEADERS,
    Caller,
    CredentialError,
    Directory,
    Draw,
    Identified,
    Issue,
    Texts,
    Transport,
    answer_of,
    demand,
)

SECRETS = ("encData", "signData", "data")
PAGE = Said("以 HTTP 2xx 返回了 HTML 网页(登录页或网关页): 通知没有到达接收程序")
READ_LIMIT = 65_536  # an acknowledgement longer than this is not read for an explicit failure


def _platform(draw: Draw) -> Texts:
    key = private_key_from_seed(draw(32))
    return {"private": key.text, "public": key.public.text}


def _make(draw: Draw) -> Texts:
    return {"app_id": draw(16).hex().upper(), **_fresh(draw)}


def _rotate(own: Texts, draw: Draw) -> Texts:
    """New keys and a new secret; the appId stays. What went before is kept to name who still uses it."""
    before = {"previous_secret": own["app_secret"], "previous_public": own["public"]}
    return {**own, **_fresh(draw), **before}


def _fresh(draw: Draw) -> Texts:
    return {"app_secret": draw(16).hex().upper(), **_platform(draw)}


def _keys(platform: Texts, own: Texts) -> ChannelKeys:
    """`private` is empty when the vendor keeps its key and gave us the public one only."""
    demand(own, "app_id", "app_secret", "private", "public")
    which = "private" if own["private"] else "public"
    try:
        issued = parse_private_key(own["private"]) if own["private"] else None
        peer = issued.public if issued is not None else parse_public_key(own["public"])
        ours = parse_private_key(platform["private"])
    except KeyFormatError as error:
        raise CredentialError(which, said_of(error)) from None
    return ChannelKeys(own["app_id"], own["app_secret"], ours, peer, issued, _previous(own, ours))


def _previous(own: Texts, ours: PrivateKey) -> tuple[ChannelKeys, ...]:
    """What the institution had before its keys were rotated. Raises CredentialError."""
    if not own.get("previous_public") or not own.get("previous_secret"):
        return ()
    try:
        peer = parse_public_key(own["previous_public"])
    except KeyFormatError as error:
        raise CredentialError("previous_public", said_of(error)) from None
    return (ChannelKeys(own["app_id"], own["previous_secret"], ours, peer),)


def _block(platform: Texts, own: Texts) -> Texts:
    """`channel_code` is the 机构渠道认证编码, there only when it was imported."""
    return {
        "appId": own["app_id"],
        "appSecret": own["app_secret"],
        "institutionPrivateKey": own["private"],
        "institutionPublicKey": own["public"],
        "platformPublicKey": platform["public"],
        "version": "2.0.1",
        **({"orgChnlCrtfCodg": own["channel_code"]} if own.get("channel_code") else {}),
    }


def _stranger(draw: Draw) -> PrivateKey:
    return private_key_from_seed(draw(32))


def identify(raw: RawMessage, directory: Directory, profile: Profile) -> Identified:
    """By `appId`, a member of the envelope, wherever another dialect puts it."""
    outer = read_outer(raw, profile, "request")
    app_id = outer.member("appId")
    if not app_id and (found := recognised(raw.body, outer.value, outer.limits, TO_THE_CENTRE)) is not None:
        app_id = found.app_id
    return Identified(directory.find(app_id), outer)


def open_request(
    raw: RawMessage, who: Identified, interface: Interface, profile: Profile, now_ms: int
) -> Opened:
    """The envelope of the caller; a swapped key is named by the neighbours'."""
    del interface
    keys = who.caller.neighbours if who.caller else {}
    return open_sealed(raw, keys, profile, now_ms, outer=who.outer)


def reply(
    answer: Reply, opened: Opened, interface: Interface, caller: Caller | None, profile: Profile, now_ms: int,
    entropy: bytes,
) -> RawMessage:  # fmt: skip
    """Signed for the caller; a well-formed refusal without signature for nobody."""
    del opened, interface
    if caller is None:
        head: dict[str, Any] = {**code_members(answer.code, str(answer.message), profile)}
        if profile["envelope.response_success"]:
            head["success"] = False
        head["timestamp"] = wire_timestamp(now_ms, str(profile["envelope.timestamp_out"]))
        return answer_of(jsontext.dumps(head).encode())
    return answer_of(seal_response(
        answer.code, str(answer.message), answer.success, answer.data, caller.keys, profile, now_ms, entropy,
        signer=caller.signer,
    ))  # fmt: skip


def notice(
    notify: Notify, target: str, caller: Caller, profile: Profile, now_ms: int, entropy: bytes
) -> RawMessage:
    """Sealed like any request, or its bare business object (`notify.form`, one province)."""
    if profile["notify.form"] == "plain":
        body = jsontext.dumps(dict(notify.data)).encode()
    else:
        body = seal_request(notify.data, caller.keys, profile, now_ms, entropy, signer=caller.signer)
    return RawMessage("POST", target, JSON_HEADERS, body)


def acknowledged(notify: Notify, answer: RawMessage, profile: Profile) -> AnswerOutcome:
    """Whether an answer to a notice counts: any 2xx whose body, if JSON, is not an explicit failure.

    Explicit failure: `success` false or "false", or `code` present and not 0/"0"; also inside what a relay wrapped, which
    the message then says. Source: contracts 10 (assumed). An HTML page is what a gateway says, not the institution
    (sheet 22): the fact `notice.page`, and no acknowledgement unless `notify.page` says so.
    """
    del notify
    body = answer.body[:READ_LIMIT]
    if is_page(body) and 200 <= (answer.status or 0) <= 299:
        taken = profile["notify.page"] == "accept"
        return AnswerOutcome(taken, "", "" if taken else str(PAGE), (Fact("notice.page", False, PAGE),))
    said: Mapping[str, Any] = object_of(body) or {}
    layers: tuple[Text, ...] = ()
    if (
        said.keys().isdisjoint(("code", "success"))
        and (inside := unwrapped(body, Limits.of(profile))) is not None
    ):
        said, layers = inside  # a relay does not make a failure a success
    given = said.get("code")
    counts = given is None or (not isinstance(given, bool) and str(given).strip() in ("0", ""))
    failed = str(said.get("success")).lower() == "false"
    ok = 200 <= (answer.status or 0) <= 299 and counts and not failed
    words = text_in(said, "message") or text_in(said, "msg")
    message = str(listed("; ", (*layers, words) if words else layers)) if layers else words
    return AnswerOutcome(ok, text_in(said, "code"), message)


def outcome(answer: RawMessage) -> AnswerOutcome:
    """`code` "0", and `success` where it stands not false (centre sheet 2.2)."""
    said = object_of(answer.body) or {}
    code = text_in(said, "code")
    return AnswerOutcome(code == "0" and said.get("success") is not False, code, text_in(said, "message"))


def show(raw: RawMessage) -> Mapping[str, Any] | None:
    """The envelope without cipher text, signature and data."""
    value = object_of(raw.body)
    return None if value is None else {key: item for key, item in value.items() if key not in SECRETS}


SEALED = Transport(
    name="sealed",
    issue=Issue(
        _platform, _make, _rotate, _keys, lambda _code, own: own.get("app_id", ""), _block, _stranger
    ),
    identify=identify,
    open=open_request,
    reply=reply,
    outcome=outcome,
    show=show,
    mirror=mirrors.SEALED,
    notice=notice,
    acknowledged=acknowledged,
    options=("envelope.", "fields.", "limits."),
)
