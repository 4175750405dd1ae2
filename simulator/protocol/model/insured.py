"""The 1101 nodes of a person (institution sheet 6.3), shared by 1101 and the code decode 1162."""

from __future__ import annotations

from typing import Any

from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Effect, Index
from simulator.protocol.text.times import beijing14


def insured_region(shard: Shard, visit_region: str) -> str:
    """The 参保地 division: the one of the spec, else the institution's (a local person)."""
    return shard.plan.region or visit_region


def with_psn_no(shard: Shard, ctx: Context) -> tuple[Shard, tuple[Effect, ...]]:
    """The shard with a `psn_no`: given by the first 1101 or decode and kept for the run."""
    if shard.psn_no:
        return shard, ()
    psn_no = ctx.ids("PSN")
    changed = Changed("person", shard.person, "", "known", "人员编号由 1101 给出")
    return shard.replace(psn_no=psn_no), (Index("psnNo", psn_no), changed)


def insured_nodes(shard: Shard, visit_region: str, ctx: Context) -> dict[str, Any]:
    """`baseinfo`, `insuinfo[]`, `idetinfo[]` as 1101 answers them; amounts and age as text."""
    identity, plan = shard.identity, shard.plan
    return {
        "baseinfo": {
            "psn_no": shard.psn_no,
            "psn_cert_type": identity.id_type,
            "certno": identity.id_no,
            "psn_name": identity.name,
            **person_members(identity.id_no, ctx.wire_ms),
            "exp_content": "",
        },
        "insuinfo": [
            {
                "balc": f"{shard.balance // 100}.{shard.balance % 100:02d}",
                "insutype": plan.insutype,
                "psn_type": plan.psn_type,
                "psn_insu_stas": "1",
                "psn_insu_date": "2020-01-01",
                "paus_insu_date": "",
                "cvlserv_flag": "0",
                "insuplc_admdvs": insured_region(shard, visit_region),
                "emp_name": "",
            }
        ],
        "idetinfo": [],
    }


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
