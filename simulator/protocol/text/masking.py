"""Replace what must not be shown: persons, credentials, secrets, by field name, equal values staying equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    "xliantiaotoken": 0, "xliantiaocontrol": 0, "godportalsignature": 0, "wechatpaysignature": 0, "iddigest": 0, "signdata": 0, "encdata": 0,
}  # fmt: skip
"""Masked fields by name in lower case without `_` and `-`, and how many leading characters stay."""

_THINGS: Final = frozenset((
    "code", "medlistcodg", "pricetext", "cnt", "deptid", "doctorid", "deptcode", "orgcode", "region", "itemcode",
))  # fmt: skip
"""A `name` beside one of these names a thing, not a person."""
DEPTH: Final = 40
SAID: Final = "_said"
"""What stands beside a text as template and arguments is masked as the text is, and the text said again from it."""


INNER_TEXTS: Final = 500
"""Texts of one value that hold JSON and are looked into (0.1 ms each); further ones are hidden whole."""
STARS: Final = (32, 64, 128)
"""How many asterisks stand for more than 20 hidden characters: the first that is enough, the last at most."""

Seen = Callable[[str, str], object]
"""Told the name and the value of every masked field."""


def mask(view: Any, key: bytes, seen: Seen = lambda _name, _value: None) -> Any:
    """The same JSON value with masked fields as shown part, asterisks, `~`, 10 hex of SM3(key + value).

    `key` belongs to a run: inside it equal values stay equal, across runs they cannot be joined. Other texts
    (also `Num`) become plain str; a text that is itself a JSON object or array is masked inside.
    """
    return _Masking(key, seen).value(view, 0)


def masked(value: str, shown: int, key: bytes) -> str:
    """One masked text, an asterisk for each hidden character (above 20: STARS).

    The empty text stays empty: it tells nothing and rules look for it.
    """
    if not value:
        return ""
    digest = sm3(key + value.encode("utf-8", "replace")).hex()[:10]
    kept = min(shown, len(value) // 2)
    return f"{value[:kept]}{'*' * _stars(len(value) - kept)}~{digest}"


def _stars(hidden: int) -> int:
    return hidden if hidden <= 20 else next((size for size in STARS if size >= hidden), STARS[-1])


def plain_name(name: object) -> str:
    """A member's name as SHOWN has it."""
    return str(name).replace("_", "").replace("-", "").lower()


@dataclass(slots=True)
class _Masking:
    """One value being masked. `inside` a text, numbers stay numbers: it is written as JSON again."""

    key: bytes
    seen: Seen
    looked_into: int = 0

    def value(self, value: Any, depth: int, inside: bool = False) -> Any:
        if isinstance(value, Mapping):
            if depth >= DEPTH:
                return {}
            names = {name: plain_name(str(name).removesuffix(SAID)) for name in value}
            of_thing = not _THINGS.isdisjoint(names.values())
            out: dict[str, Any] = {}
            again = []
            for name, member in value.items():
                shown = SHOWN.get(names[name])
                if shown is not None and not (of_thing and names[name] == "name"):
                    out[str(name)] = self.hide(str(name), member, shown, depth + 1)
                    continue
                out[str(name)] = self.value(member, depth + 1, inside)
                if str(name).endswith(SAID) and out[str(name)] != member:
                    again.append(str(name))
            for name in again:
                sentence = from_json(out[name])
                out[name.removesuffix(SAID)] = "" if sentence is None else str(sentence)
            return out
        if isinstance(value, (list, tuple)):
            return [self.value(item, depth + 1, inside) for item in value] if depth < DEPTH else []
        if isinstance(value, Num):
            return value if inside else str(value)
        if isinstance(value, str) and value[:1] in ("{", "["):
            return self.text(value, depth)
        return value

    def text(self, text: str, depth: int) -> str:
        """A text that may hold JSON."""
        self.looked_into += 1
        if self.looked_into > INNER_TEXTS:
            return masked(text, 0, self.key)
        parsed = parse(text.encode("utf-8", "replace"), Limits(), "text")
        if parsed.value is None or depth >= DEPTH:
            return text
        return dumps(self.value(parsed.value, depth + 1, True))

    def hide(self, name: str, value: Any, shown: int, depth: int) -> Any:
        """Mask every text and number below a masked field; null and booleans stay."""
        if isinstance(value, Mapping):
            return {str(at): self.hide(name, member, shown, depth + 1) for at, member in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.hide(name, item, shown, depth + 1) for item in value]
        if value is None or isinstance(value, bool):
            return value
        self.seen(name, str(value))
        return masked(str(value), shown, self.key)
