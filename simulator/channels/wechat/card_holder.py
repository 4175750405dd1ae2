"""Who pays: the sensitive fields of a mixed order against the holder of the e-credential (channels sheet 1b.1).

`id_digest` is MD5 in lower-case hex of the identity number in capitals and 18 characters; of a wrong one it is said
which step was left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.channels.wechat.errors import ID_DIGEST, NAME, RELATION, refuse
from simulator.protocol.crypto.ciphers import md5_hex
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Step
from simulator.protocol.text.fields import node, text
from simulator.protocol.text.idnumber import of_18
from simulator.protocol.text.said import Said

CARDS = {"01": "ID_CARD"}
"""Certificate type of the centre -> `card_type`, where the two lists are known to mean the same."""


def id_digest(number: str) -> str:
    """The digest of an identity number."""
    return md5_hex(of_18(number).strip().upper().encode("utf-8", "replace"))


def check_person(shard: Shard, data: Mapping[str, Any]) -> Step | None:
    """The payer is the card holder; who pays for a relative names the relative too."""
    identity, payer = shard.core.identity, node(data, "payer")
    if text(payer, "name") != identity.name:
        return refuse(shard, "INVALID_REQUEST", Said("payer.name 与医保电子凭证持卡人不一致"), NAME)
    if text(payer, "id_digest") != id_digest(identity.id_no):
        return refuse(shard, "INVALID_REQUEST", _why(text(payer, "id_digest"), identity.id_no), ID_DIGEST)
    wanted = CARDS.get(identity.id_type)
    if wanted and text(payer, "card_type") != wanted:
        return refuse(shard, "INVALID_REQUEST", Said("payer.card_type 应为 {}", wanted), ID_DIGEST)
    relative = node(data, "relative")
    if data.get("pay_for_relatives") and not relative:
        return refuse(shard, "PARAM_ERROR", Said("pay_for_relatives 为 true 时须有 relative"))
    if relative and text(relative, "id_digest") == text(payer, "id_digest"):
        return refuse(shard, "INVALID_REQUEST", Said("relative 应为就诊的亲属, 不是付款人本人"), RELATION)
    return None


def _why(sent: str, number: str) -> Said:
    found = next((said for wrong, said in _mistakes(number) if sent == wrong), None)
    return found or Said(
        "payer.id_digest 与医保电子凭证持卡人不一致: 应为大写 18 位证件号码的 MD5 小写十六进制"
    )


def _mistakes(number: str) -> Iterator[tuple[str, Said]]:
    right = of_18(number).strip().upper()
    yield id_digest(number).upper(), Said("payer.id_digest 的十六进制应为小写")
    yield md5_hex(right.lower().encode()), Said("payer.id_digest: 取 MD5 之前证件号码的字母应转为大写")
    yield right, Said("payer.id_digest 应为证件号码的 MD5, 不是证件号码本身")
    yield number, Said("payer.id_digest 应为证件号码的 MD5, 不是证件号码本身")
    yield md5_hex(number.encode()), Said("payer.id_digest: 15 位证件号码应先换成 18 位")
