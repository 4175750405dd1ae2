"""What every role may read of an insured person: the 参保地, and what the identity number tells."""

from __future__ import annotations

from simulator.protocol.model.profile import Profile
from simulator.protocol.model.shard import Shard
from simulator.protocol.text.times import beijing14


def insured_region(shard: Shard, visit_region: str) -> str:
    """The 参保地 division: the one of the spec, else the institution's (a local person)."""
    return shard.core.plan.region or visit_region


def uses_account(flag: str, profile: Profile) -> bool:
    """Whether `acctUsedFlag` as sent lets the account pay; empty leaves it to the profile."""
    return flag == "1" or (flag == "" and profile["account.default"] == "use")


def person_members(id_no: str, wire_ms: int) -> dict[str, str]:
    """`gend`, `naty`, `brdy`, `age` as an identity number tells them at `wire_ms`; what it does not tell is empty."""
    born = id_no[6:14] if len(id_no) == 18 and id_no[:17].isdigit() else ""
    return {
        "gend": _gender(id_no),
        "naty": "01",
        "brdy": f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else "",
        "age": _age(born, wire_ms),
    }


def _gender(id_no: str) -> str:
    if len(id_no) == 18 and id_no[16].isdigit():
        return "1" if int(id_no[16]) % 2 else "2"
    return "9"


def _age(born: str, wire_ms: int) -> str:
    if not born:
        return "0.0"
    today = beijing14(wire_ms)[:8]
    years = int(today[:4]) - int(born[:4]) - (today[4:] < born[4:])
    return f"{max(years, 0)}.0"
