"""The facts about `encData`: its hexadecimal, its decryption, the JSON inside, and the named cause where one is wrong (sheet 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.protocol.crypto import ciphers
from simulator.protocol.diagnosis import cipher
from simulator.protocol.diagnosis.cipher import Opening, Stage
from simulator.protocol.diagnosis.cipher_plain import wrapped
from simulator.protocol.diagnosis.facts_of import rows_of
from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Limits
from simulator.protocol.text.said import Said, Text, listed, said_of
from simulator.protocol.wire.facts import Fact, Facts
from simulator.protocol.wire.signature import ChannelKeys

_HEX: Final = re.compile(r"[0-9a-fA-F]*\Z")
_UNKNOWN: Final = Said("用约定的密钥和已知的错误写法都解不开: 请核对 appId、appSecret 与密文是否完整")


@dataclass(frozen=True, slots=True)
class Deciphered:
    """The facts in their order; the business object, None where it may not be acted upon, and its text as it was sent.

    `opening`: what the diagnosis made of a cipher text that is wrong in any way.
    """

    facts: Facts
    data: dict[str, Any] | None = None
    plain: str = ""
    opening: Opening | None = None


def decipher(text: Any, app: ChannelKeys, others: Iterable[ChannelKeys], limits: Limits) -> Deciphered:
    """Open encData with the key of `app`; `others` are apps whose keys may have been used by mistake. Never raises."""
    if not isinstance(text, str) or not text or len(text) % 32 or not _HEX.match(text):
        size = len(text) if isinstance(text, str) else 0
        note = Said("encData 应为十六进制文本, 长度为 32 的倍数, 收到 {} 个字符", size)
        if isinstance(text, str) and text:
            return _diagnosed(
                cipher.name_cipher(text, app, others), Fact("enc.hex", False, note, {"chars": size})
            )
        return Deciphered((Fact("enc.hex", False, note, {"chars": size}),))
    case = "upper" if text == text.upper() else "lower" if text == text.lower() else "mixed"
    good = Fact("enc.hex", True, data={"case": case})
    try:
        plain = ciphers.sm4_decrypt(ciphers.message_key(app.app_id, app.app_secret), bytes.fromhex(text))
    except ciphers.CipherError as error:
        opening = cipher.name_cipher(text, app, others)
        sentence = _UNKNOWN if not opening.diagnosis.causes else said_of(error)
        return _diagnosed(opening, good, Fact("enc.decrypt", False, sentence, {"cause": "unknown"}))
    parsed = jsontext.parse(plain, limits, "enc")
    facts = [good, Fact("enc.decrypt", True)]
    if parsed.facts[0].ok:
        facts += parsed.facts[1:]
    else:
        facts.append(Fact("enc.json", False, Said("解密后{}", parsed.facts[0].note), {"form": "utf8"}))
    if isinstance(parsed.value, dict) and not wrapped(parsed.value):
        return Deciphered(tuple(facts), parsed.value, plain.decode("utf-8"))
    if parsed.read:
        said = Said("解密后的 data 应为 JSON 对象")
        form = "wrapped" if isinstance(parsed.value, dict) else "not_object"
        json = Fact("enc.json", False, said, {"form": form})
        facts = [json if fact.name == "enc.json" else fact for fact in facts]
    elif next(fact for fact in facts if not fact.ok).name != "enc.json":
        return Deciphered(tuple(facts))  # over a limit: it opened, and is not looked into
    # one wrong key in 256 leaves bytes that look like padding
    return _diagnosed(cipher.name_cipher(text, app, others), *facts)


_FACT: Final[Mapping[Stage, str]] = {"text": "enc.hex", "cipher": "enc.decrypt", "plain": "enc.json"}


def _diagnosed(opening: Opening, *facts: Fact) -> Deciphered:
    """Each named mistake stands at the fact that it belongs to; what comes before it is well, what comes after unsaid."""
    staged = list(zip(opening.stages, opening.diagnosis.causes, strict=True))
    if not staged:
        return Deciphered(facts, opening=opening)
    out: list[Fact] = []
    first_bad = next(fact for fact in facts if not fact.ok)
    if first_bad.name == "enc.hex" and opening.stages[0] != "text":
        staged = [("text", one) for _, one in staged]  # cut off inside a block or a byte
    for stage in ("text", "cipher", "plain"):
        here = [one for at, one in staged if at == stage]
        known = next((fact for fact in facts if fact.name == _FACT[stage]), None)
        if here:
            data = {**(known.data if known is not None and not known.ok else {}), **_data(opening, here)}
            out.append(Fact(_FACT[stage], False, _sentence(opening, here), data))
        elif known is not None and known.ok:
            out.append(known)
        elif stage == "cipher" and first_bad.name != "enc.hex":
            out.append(Fact("enc.decrypt", True))
    return Deciphered(tuple(out), opening=opening)


def _data(opening: Opening, here: list[Any]) -> dict[str, Any]:
    """As of `sign.cause`: the first cause, all of this fact, the other compositions that open as well."""
    return {
        "cause": here[0].cause,
        "causes": rows_of(here),
        "equals": [rows_of(names) for names in opening.diagnosis.equals],
        "tried": opening.diagnosis.tried,
    }


def _sentence(opening: Opening, here: list[Any]) -> Text:
    told = listed("; ", [one.said for one in here])
    if not opening.diagnosis.equals:
        return told
    others = [listed("; ", [one.said for one in names]) for names in opening.diagnosis.equals]
    return Said("{}; 同样可能: {}", told, listed(" / ", others))
