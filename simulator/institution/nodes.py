"""The 1101 nodes of a person (institution sheet 6.3): 1101 answers them, the code decode 1162 asks for them."""

from __future__ import annotations

from typing import Any

from simulator.institution.state import of
from simulator.protocol.model.insured import insured_region, person_members
from simulator.protocol.model.leg import DONE
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Effect, Event, Index, Step
from simulator.protocol.text.said import Said


def told(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{region}`: the result has the `nodes`; the person has a `psn_no` from then on."""
    known, effects = with_psn_no(shard, ctx)
    return Step(known, effects, {"status": DONE, "nodes": insured_nodes(known, event.args["region"], ctx)})


def with_psn_no(shard: Shard, ctx: Context) -> tuple[Shard, tuple[Effect, ...]]:
    """The shard with a `psn_no`: given by the first 1101 or decode and kept for the run."""
    if shard.core.psn_no:
        return shard, ()
    psn_no = ctx.ids("PSN")
    changed = Changed("person", shard.core.person, "", "known", Said("人员编号由 1101 给出"))
    return shard.with_core(psn_no=psn_no), (Index("psnNo", psn_no), changed)


def insured_nodes(shard: Shard, visit_region: str, ctx: Context) -> dict[str, Any]:
    """`baseinfo`, `insuinfo[]`, `idetinfo[]` as 1101 answers them; amounts and age as text."""
    identity, plan = shard.core.identity, shard.core.plan
    balance = of(shard).balance
    return {
        "baseinfo": {
            "psn_no": shard.core.psn_no,
            "psn_cert_type": identity.id_type,
            "certno": identity.id_no,
            "psn_name": identity.name,
            **person_members(identity.id_no, ctx.wire_ms),
            "exp_content": "",
        },
        "insuinfo": [
            {
                "balc": f"{balance // 100}.{balance % 100:02d}",
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
