"""A message in another dialect, recognised by its shape: what is around it, and which form it has itself. Pure.

Layers are what stands around a message (a text of JSON, HTML escapes, the wrapper of a relay); dialects are what it is.
Each is one row; all that fit are said at once, so that nobody mends one deviation to meet the next.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_plus

from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Limits, Num
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.wire.facts import Fact

MOST_LAYERS: Final = 4
"""Relays were seen to put on three (sheet 2.2)."""
WRAPPERS: Final = (
    "data",
    "output",
    "body",
    "request",
    "response",
    "param",
    "params",
    "input",
    "content",
    "result",
    "msg",
)
MOST_BYTES: Final = 262_144
"""A longer message is not looked at: it is no first attempt, and taking it apart would cost everybody's time."""
BESIDE_A_WRAPPER: Final = 4
"""A relay puts a code, a message, a time beside what it wraps; more members are a message of its own."""
V1: Final[Mapping[str, tuple[str, str]]] = {
    "hos.upload.fee": ("6201", "/org/local/api/hos/uldFeeInfo"),
    "hos.refund.setl": ("6203", "/org/local/api/hos/refund_Order"),
    "hos.revoke.order": ("6401", "/org/local/api/hos/revoke_order"),
    "hos.query.insu": ("1101", "/fsi/api/fsiPsnInfoService/queryPsnInfo"),
}
"""The `transType` of the older dialect and what it is today (sheet 1)."""
_V1_KINDS: Final = ("hos.", "ec.", "iot.")
_ENVELOPE: Final = frozenset({"appId", "encData", "signData", "encType", "signType"})
_FSI: Final = frozenset(
    {"infno", "msgid", "mdtrtarea_admvs", "fixmedins_code", "recer_sys_code", "inf_time", "opter"}
)
_FSI_ANSWER: Final = frozenset({"infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg"})
_HEX: Final = re.compile(r"[0-9a-fA-F]{32,}\Z")
_FORM: Final = re.compile(rb"[A-Za-z_]{1,20}=")


@dataclass(frozen=True, slots=True)
class Layer:
    """What may stand around a message. `peel(body, value, limits)`: what is inside and what to say, None when it is not there."""

    name: str
    peel: Callable[[bytes, Any, Limits], tuple[Any, Said] | None]


@dataclass(frozen=True, slots=True)
class Dialect:
    """A form that is not the one of this address. `told(value)`: what to say about it, None when it is another."""

    name: str
    told: Callable[[Mapping[str, Any]], Said | None]


def _escaped(body: bytes, value: Any, limits: Limits) -> tuple[Any, Said] | None:
    text = value if isinstance(value, str) else None if value is not None else body.decode("utf-8", "replace")
    if text is None or ("&quot;" not in text and "&#34;" not in text):
        return None
    inner = _read(html.unescape(text), limits)
    return None if inner is None else (inner, Said("报文里的引号被转成了 &quot;(HTML 转义): 按原样发送 JSON"))


def _percent(body: bytes, value: Any, limits: Limits) -> tuple[Any, Said] | None:
    head = body[:200]
    if value is not None or not (_FORM.match(head) or head[:3].lower() in (b"%7b", b"%22")):
        return None
    text = body.decode("utf-8", "replace")
    text = text.partition("=")[2] if _FORM.match(head) else text
    inner = _read(unquote_plus(text) if "%" in text[:200] else text, limits)
    return (
        None if inner is None else (inner, Said("报文是表单或 URL 编码的: 报文体直接写 JSON, 不写成 名称=值"))
    )


def _text(_body: bytes, value: Any, limits: Limits) -> tuple[Any, Said] | None:
    inner = _read(value, limits) if isinstance(value, str) and not isinstance(value, Num) else None
    if inner is None:
        return None
    return inner, Said("整个 JSON 又被编码成了一个字符串(双重编码): 只序列化一次")


def _wrapped(_body: bytes, value: Any, limits: Limits) -> tuple[Any, Said] | None:
    if (
        not isinstance(value, Mapping)
        or len(value) > BESIDE_A_WRAPPER
        or not _ENVELOPE.isdisjoint(value)
        or "infno" in value
    ):
        return None
    for name in WRAPPERS:
        inner = value.get(name)
        inner = _read(inner, limits) if isinstance(inner, str) and not isinstance(inner, Num) else inner
        if isinstance(inner, Mapping) and (_is_message(inner) or _wrapped(b"", inner, limits)):
            return inner, Said("报文外面多套了一层 {}: 中转平台加的, 去掉这一层", name)
    return None


LAYERS: Final = (
    Layer("html_escaped", _escaped),
    Layer("form_encoded", _percent),
    Layer("double_encoded", _text),
    Layer("wrapped", _wrapped),
)


def _fsi_form(value: Mapping[str, Any]) -> Said | None:
    found = [name for name in value if name in _FSI]
    if "infno" not in value and len(found) < 3:
        return None
    return Said(
        "这是定点(两定)接口的报文(有 {}): 移动支付中心的接口不用公共报文头和 input, 业务对象直接作为 data, 签名后加密成 encData",
        ", ".join(found),
    )


def _v1_form(value: Mapping[str, Any]) -> Said | None:
    kind = value.get("transType")
    older = value.get("version") == "1.0.0" or value.get("encType") == "sm4" or value.get("signType") == "sm2"
    if not isinstance(kind, str) or not (older or kind.startswith(_V1_KINDS)):
        return None
    number, path = V1.get(kind, ("", ""))
    today = Said(", 它现在是 {}, 路径 {}", number, path) if number else ""
    return Said("这是 V1 报文(transType={}): V2 由路径区分接口, 不写 transType{}", kind[:40], today)


def _inside_data(value: Mapping[str, Any]) -> Said | None:
    data = value.get("data")
    if value.get("encData") not in (None, ""):
        return None
    if isinstance(data, Mapping) and "encData" in data:
        moved = [name for name in data if name in _ENVELOPE]
        return Said("{} 放进了 data 里: 应放在最外层, data 加密后不再发送", ", ".join(moved))
    if isinstance(data, str) and not isinstance(data, Num) and _HEX.match(data):
        return Said("密文放在了 data 里: 加密后的十六进制文本应放在最外层的 encData")
    return None


TO_THE_CENTRE: Final = (
    Dialect("fsi", _fsi_form),
    Dialect("v1", _v1_form),
    Dialect("enc_in_data", _inside_data),
)
"""What is sent to an interface of the centre."""


def _stripped(value: Mapping[str, Any]) -> Said | None:
    """An answer that says success without a signature: somebody took the envelope off."""
    if not _ENVELOPE.isdisjoint(value) or str(value.get("code", "0")) != "0" or not value:
        return None
    return Said("应答没有 encData 和 signData: 中转平台拆掉了信封, 只剩内容, 无法验签; 请让它原样转发")


def _fsi_answer(value: Mapping[str, Any]) -> Said | None:
    found = [name for name in value if name in _FSI_ANSWER]
    return Said("这是定点(两定)接口的应答(有 {})", ", ".join(found)) if "infcode" in value else None


OF_THE_CENTRE: Final = (
    Dialect("fsi", _fsi_answer),
    Dialect("enc_in_data", _inside_data),
    Dialect("stripped", _stripped),
)
"""What comes as an answer of the centre."""


def _sealed_form(value: Mapping[str, Any]) -> Said | None:
    found = [name for name in value if name in _ENVELOPE]
    if len(found) < 2:
        return None
    return Said(
        "这是移动支付中心的信封(有 {}): 定点(两定)接口不签名不加密, 发公共报文头和 input", ", ".join(found)
    )


TO_AN_INSTITUTION_SERVICE: Final = (Dialect("sealed", _sealed_form),)
"""What is sent to a 两定 interface."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was recognised: names and sentences in the order met.

    `inner`: the message without its layers, None where there was none; `app_id`: the appId that it states anywhere.
    """

    names: tuple[str, ...]
    notes: tuple[Text, ...]
    inner: Mapping[str, Any] | None
    app_id: str = ""

    def fact(self, name: str, also: tuple[Text, ...] = ()) -> Fact:
        """The fact of this name; `also`: what else is wrong with the message inside."""
        return Fact(name, False, listed("; ", (*self.notes, *also)), {"names": list(self.names)})


def recognised(body: bytes, value: Any, limits: Limits, dialects: tuple[Dialect, ...]) -> Found | None:
    """The layers of a message, and which of `dialects` it is. `value`: its JSON, None when it is none.

    None for a message without layers that is like nothing that is known.
    """
    if len(body) > MOST_BYTES:
        return None
    names, notes, inner, layers = [], [], value, 0
    while layers < MOST_LAYERS and (met := _layer(body if not layers else b"", inner, limits)) is not None:
        name, inner, note = met
        names.append(name)
        notes.append(note)
        layers += 1
    if isinstance(inner, Mapping):
        for dialect in dialects:
            said = dialect.told(inner)
            if said is not None:
                names.append(dialect.name)
                notes.append(said)
    elif not layers:
        return None
    if not names:
        return None
    whole = inner if isinstance(inner, Mapping) else {}
    return Found(tuple(names), tuple(notes), whole or None if layers else None, _app_id(whole))


def _app_id(value: Mapping[str, Any]) -> str:
    data = value.get("data")
    places = (value, data) if isinstance(data, Mapping) else (value,)
    return next((found for place in places if isinstance(found := place.get("appId"), str)), "")


def unwrapped(body: bytes, limits: Limits) -> tuple[Mapping[str, Any], tuple[Text, ...]] | None:
    """The object inside the layers of a relay and what they were; None when there is no layer or nothing inside.

    For an acknowledgement, which has no envelope: any object inside counts.
    """
    value = jsontext.parse(body, limits).value if len(body) <= MOST_BYTES else None
    notes: list[Text] = []
    while len(notes) < MOST_LAYERS:
        met = _layer(body if not notes else b"", value, limits) or _only(value, limits)
        if met is None:
            break
        _, value, note = met
        notes.append(note)
    return (value, tuple(notes)) if notes and isinstance(value, Mapping) else None


def _only(value: Any, limits: Limits) -> tuple[str, Any, Said] | None:
    """The inside of an object that has a wrapper as its only member."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    name, inner = next(iter(value.items()))
    inner = _read(inner, limits) if isinstance(inner, str) and not isinstance(inner, Num) else inner
    if name not in WRAPPERS or not isinstance(inner, Mapping):
        return None
    return "wrapped", inner, Said("报文外面多套了一层 {}: 中转平台加的, 去掉这一层", name)


def _layer(body: bytes, value: Any, limits: Limits) -> tuple[str, Any, Said] | None:
    for layer in LAYERS:
        met = layer.peel(body, value, limits)
        if met is not None:
            return layer.name, *met
    return None


def _is_message(value: Mapping[str, Any]) -> bool:
    return not _ENVELOPE.isdisjoint(value) or "infno" in value or "transType" in value or "infcode" in value


def _read(text: str, limits: Limits) -> Any:
    """The JSON object or text inside a text; None for anything else."""
    body = text.strip().encode("utf-8", "replace")
    if body[:1] not in (b"{", b'"') or len(body) > limits.bytes:
        return None
    value = jsontext.parse(body, limits).value
    return value if isinstance(value, (dict, str)) and not isinstance(value, Num) else None
