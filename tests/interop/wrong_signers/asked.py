"""How the examination asks our diagnosis: as `explain` does, with everything that the case says is known."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.diagnosis.deviation import DEEP
from simulator.protocol.text.times import parse_timestamp
from simulator.protocol.wire.capture import envelope_of, read_capture
from simulator.protocol.wire.envelope import ChannelKeys, open_sealed
from simulator.shell.profiles import load_profile

PROFILE = load_profile("base")
Named = list[dict[str, str]]


def ask(case: Mapping[str, Any]) -> dict[str, Any]:
    """`{"message", "keys", "kind", "interface"}` -> `{"causes", "equals", "ok", "notes", "tried"}`."""
    keys, kind = case["keys"], case["kind"]
    request = kind == "request"
    capture = read_capture(case["message"].encode("utf-8"), kind)
    own = parse_private_key(keys["platformPrivateKey" if request else "institutionPrivateKey"])
    peer = parse_public_key(keys["institutionPublicKey" if request else "platformPublicKey"])
    known: dict[str, ChannelKeys] = {}
    previous = []
    for other in keys.get("others", ()):
        one = ChannelKeys(other["appId"], other["appSecret"], own, parse_public_key(other["publicKey"]))
        if one.app_id == keys["appId"]:
            previous.append(one)
        else:
            known[one.app_id] = one
    theirs = parse_private_key(keys["institutionPrivateKey" if request else "platformPrivateKey"])
    known[keys["appId"]] = ChannelKeys(keys["appId"], keys["appSecret"], own, peer, theirs, tuple(previous))
    form = parse_timestamp(envelope_of(capture.raw).get("timestamp"))
    opened = open_sealed(
        capture.raw, known, PROFILE, form[1] if form else 0, kind,
        guess=True, budget=DEEP,
    )  # fmt: skip
    bad = [fact for fact in opened.bads if fact.name != "sign.verify"]
    parts = [list(_answers(fact.data)) for fact in bad if "cause" in fact.data]
    whole = [list(itertools.chain(*chosen)) for chosen in itertools.product(*parts)][:200] if parts else []
    return {
        "causes": whole[0] if whole else [],
        "equals": whole[1:],
        "ok": not bad,
        "notes": [f"{fact.name}: {fact.note}" for fact in bad],
        "tried": [fact.data.get("tried") for fact in bad if "tried" in fact.data],
    }


def _answers(data: Mapping[str, Any]) -> Iterator[Named]:
    """The named composition of one fact and the others that fit as well; nothing where the cause is unknown."""
    if data["cause"] == "unknown":
        yield []
        return
    yield data.get("causes") or [{"cause": data["cause"], "scope": ""}]
    yield from data.get("equals", ())
