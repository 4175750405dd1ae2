"""From a person spec (scenario `persons:`, control API) to a shard; a wrong spec is one Chinese line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from simulator.protocol.model.role import Role
from simulator.protocol.model.shard import Core, Identity, InsurancePlan, PatientPolicy, Shard
from simulator.protocol.model.spec import amount, flag, known, member, text, whole, words
from simulator.protocol.model.step import Index

POLICY_WORDS: Mapping[str, tuple[str, ...]] = {
    "confirm": ("auto", "never", "cancel", "wrong_password"),
    "cash": ("ok", "insufficient", "fail"),
    "medical": ("ok", "fail", "undecided"),
    "reversal": ("ok", "fail"),
    "refund": ("ok", "fail", "exp", "cash_fail"),
    "refund_then": ("succ", "fail"),
}
TEXTS = ("person", "institution", "alias", "name", "id_no", "id_type", "openid", "phone", "insutype",
         "psn_type", "insured_region")  # fmt: skip
PLAN_MONEY = ("deductible", "other", "hosp_part", "deposit", "mulaid")
CORE = (*TEXTS, *PLAN_MONEY, "ratio", "credential", "inpatient", "family_of", "policy")
MOST_MS = 7 * 24 * 3600 * 1000


def new_shard(spec: Mapping[str, Any], run: str, flow: str, roles: Iterable[Role]) -> Shard:
    """A fresh shard for `spec` (money in fen, everything but the identity optional) in a world of `roles`.

    A role reads the members of its own compartment (`Role.spec`). Raises SpecError.
    """
    spec = {name: value for name, value in spec.items() if value is not None}
    owners = [role for role in roles if role.part is not None]
    known(spec, (*CORE, *(name for role in owners for name in role.spec)))
    for name in TEXTS:
        text(spec, name, '"310"')
    return Shard(_core(spec, run, flow), {role.name: role.part(spec) for role in owners if role.part})


def _core(spec: Mapping[str, Any], run: str, flow: str) -> Core:
    return Core(
        person=spec.get("person", ""),
        run=run,
        flow=flow,
        institution=spec.get("institution", ""),
        alias=spec.get("alias", ""),
        identity=Identity(
            name=spec.get("name", ""),
            id_no=spec.get("id_no", ""),
            id_type=spec.get("id_type", "01") or "01",
            openid=spec.get("openid", ""),
            phone=spec.get("phone", ""),
        ),
        plan=InsurancePlan(
            insutype=spec.get("insutype", "310") or "310",
            psn_type=spec.get("psn_type", "1101") or "1101",
            region=spec.get("insured_region", ""),
            ratio=whole(spec, "ratio", 70, 100),
            **{name: amount(spec, name, 0) for name in PLAN_MONEY},
        ),
        policy=with_policy(PatientPolicy(), member(spec, "policy")),
        credential=flag(member(spec, "credential"), "bound", True, "credential"),
        inpatient=flag(spec, "inpatient", False),
        family_of=str(spec.get("family_of") or ""),
    )


def with_policy(policy: PatientPolicy, change: Mapping[str, Any]) -> PatientPolicy:
    """`policy` with the members of `change` on top. Raises SpecError."""
    known(change, (item.name for item in fields(PatientPolicy)), "policy")
    for name in change:
        if name in POLICY_WORDS:
            words(change, name, "", POLICY_WORDS[name], "policy")
    flag(change, "before_reply", policy.before_reply, "policy")
    whole(change, "refund_delay_ms", policy.refund_delay_ms, MOST_MS, "policy")
    if change.get("delay_ms") is not None:
        whole(change, "delay_ms", 0, MOST_MS, "policy")
    return replace(policy, **change)


def shard_view(shard: Shard, roles: Iterable[Role]) -> dict[str, Any]:
    """What the control API shows of a person: what each role shows of its own; no token, no number of a person."""
    core = shard.core
    view: dict[str, Any] = {
        "person": core.person,
        "alias": core.alias,
        "flow": core.flow,
        "credential": {"bound": core.credential},
        "inpatient": core.inpatient,
    }
    for role in roles:
        if role.name in shard.parts:
            view |= role.view(shard.parts[role.name])
    return view


def indexes(shard: Shard) -> tuple[Index, ...]:
    """The identifiers by which the first messages of this person find the shard."""
    identity = shard.core.identity
    pairs = (("idNo", identity.id_no), ("psnNo", shard.core.psn_no), ("openid", identity.openid))
    return tuple(Index(kind, value) for kind, value in pairs if value)
