"""Replace what must not be shown: persons, credentials, secrets, by field name, equal values staying equal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.jsontext import Limits, Num, dumps, parse
from simulator.protocol.text.said import from_json

SHOWN: Final[Mapping[str, int]] = {
    # persons: characters that stay
    "name": 1, "username": 1, "psnname": 1, "patientname": 1, "familyname": 1, "certname": 1, "coner": 1,
    "idno": 3, "idnumber": 3, "certno": 3, "familyidno": 3, "idcard": 3, "usercardno": 3, "cardno": 3,
    "phone": 3, "tel": 3, "mobile": 3, "conertel": 3, "openid": 2, "brdy": 4, "addr": 2, "address": 2,
    "psnno": 2, "bankaccount": 2,
    # credentials
    "payauthno": 4, "familypayauthno": 4, "authcode": 2, "qrcode": 2, "ectoken": 2, "businesstoken": 2,
    "eccode": 2, "ecqrcode": 2, "paytoken": 2, "revstoken": 2, "mdtrtcertno": 4, "cardsn": 2, "signno": 2, "octoken": 2,
    # secrets
    "appsecret": 0, "partnersecret": 0, "secret": 0, "token": 0, "drivertoken": 0, "controltoken": 0,
    "privatekey": 0, "institutionprivatekey": 0, "private": 0, "password": 0, "authorization": 0,
    "xliantiaotoken": 0, "xliantiaocontrol": 0, "godportalsignature": 0, "signdata": 0, "encdata": 0,
}  # fmt: skip
"""Masked fields by name in lower case without `_` and `-`, and how many leading characters stay."""

_THINGS: Final = frozenset((
    "code", "medlistcodg", "pricetext", "cnt", "deptid", "doctorid", "deptcode", "orgcode", "region", "itemcode",
))  # fmt: skip
"""A `name` beside one of these names a thing, not a person."""
DEPTH: Final = 40
SAID: Final = "_said"
"""What stands beside a text as template and arguments is masked as the text is, and the text said again from it."""


def mask(view: Any, key: bytes) -> Any:
    """The same JSON value with masked fields as shown part, `~`, 10 hex of SM3(key + value).

    `key` belongs to a run: inside it equal values stay equal, across runs they cannot be joined. Other texts
    (also `Num`) become plain str; a text that is itself a JSON object or array is masked inside.
    """
    return _mask(view, key, 0)


def masked(value: str, shown: int, key: bytes) -> str:
    """One masked text. The empty text stays empty: it tells nothing and rules look for it."""
    if not value:
        return ""
    digest = sm3(key + value.encode("utf-8", "replace")).hex()[:10]
    return f"{value[: min(shown, len(value) // 2)]}~{digest}"


def _plain_name(name: object) -> str:
    return str(name).replace("_", "").replace("-", "").lower()


def _mask(value: Any, key: bytes, depth: int, inside: bool = False) -> Any:
    """`inside` a text, numbers stay numbers: it is written as JSON again."""
    if isinstance(value, Mapping):
        if depth >= DEPTH:
            return {}
        names = {name: _plain_name(str(name).removesuffix(SAID)) for name in value}
        of_thing = not _THINGS.isdisjoint(names.values())
        out: dict[str, Any] = {}
        again = []
        for name, member in value.items():
            shown = SHOWN.get(names[name])
            if shown is None or (of_thing and names[name] == "name"):
                out[str(name)] = _mask(member, key, depth + 1, inside)
                if str(name).endswith(SAID) and out[str(name)] != member:
                    again.append(str(name))
            else:
                out[str(name)] = _hide(member, shown, key, depth + 1)
        for name in again:
            sentence = from_json(out[name])
            out[name.removesuffix(SAID)] = str(sentence) if sentence is not None else ""
        return out
    if isinstance(value, (list, tuple)):
        return [_mask(item, key, depth + 1, inside) for item in value] if depth < DEPTH else []
    if isinstance(value, Num):
        return value if inside else str(value)
    if isinstance(value, str) and value[:1] in ("{", "["):
        return _inside_text(value, key, depth)
    return value


def _inside_text(text: str, key: bytes, depth: int) -> str:
    parsed = parse(text.encode("utf-8", "replace"), Limits(), "text")
    if parsed.value is None or depth >= DEPTH:
        return text
    return dumps(_mask(parsed.value, key, depth + 1, True))


def _hide(value: Any, shown: int, key: bytes, depth: int) -> Any:
    """Mask every text and number below a masked field; null and booleans stay."""
    if isinstance(value, Mapping):
        return {str(name): _hide(member, shown, key, depth + 1) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hide(item, shown, key, depth + 1) for item in value]
    if value is None or isinstance(value, bool):
        return value
    return masked(str(value), shown, key)
