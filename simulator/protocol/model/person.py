"""From a person spec (scenario `persons:`, control API) to a shard; a wrong spec is one Chinese line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from simulator.protocol.model.shard import Bank, Identity, Plan, Policy, Shard
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
MONEY = ("balance", "deductible", "other", "hosp_part", "deposit", "mulaid")
MOST_FEN = 10**15
MOST_MS = 7 * 24 * 3600 * 1000


class SpecError(ValueError):
    """A person spec or policy that cannot be used; the text is one Chinese line `field: what to write`."""


def new_shard(spec: Mapping[str, Any], run: str, flow: str) -> Shard:
    """A fresh shard for `spec` (money in fen, everything but the identity optional). Raises SpecError."""
    spec = {name: value for name, value in spec.items() if value is not None}
    known = {*TEXTS, *MONEY, "ratio", "bank", "credential", "inpatient", "family_of", "policy"}
    for name in spec:
        if name not in known:
            raise SpecError(f"{name}: 没有这个字段, 可用: {' '.join(sorted(known))}")
    for name in TEXTS:
        if not isinstance(spec.get(name, ""), str):
            raise SpecError(f'{name}: 写带引号的文本, 例如 "310"')
    bank = _member(spec, "bank")
    return Shard(
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
        plan=Plan(
            insutype=spec.get("insutype", "310") or "310",
            psn_type=spec.get("psn_type", "1101") or "1101",
            region=spec.get("insured_region", ""),
            ratio=_whole(spec, "ratio", 70, 100),
            **{name: _whole(spec, name, 0, MOST_FEN) for name in MONEY if name != "balance"},
        ),
        policy=with_policy(Policy(), _member(spec, "policy")),
        balance=_whole(spec, "balance", 50_000, MOST_FEN),
        bank=Bank(_flag(bank, "bound", True, "bank."), _whole(bank, "balance", 100_000, MOST_FEN, "bank.")),
        credential=_flag(_member(spec, "credential"), "bound", True, "credential."),
        inpatient=_flag(spec, "inpatient", False),
        family_of=str(spec.get("family_of") or ""),
    )


def with_policy(policy: Policy, change: Mapping[str, Any]) -> Policy:
    """`policy` with the members of `change` on top. Raises SpecError."""
    names = {item.name for item in fields(Policy)}
    for name, value in change.items():
        if name not in names:
            raise SpecError(f"policy.{name}: 没有这个字段, 可用: {' '.join(sorted(names))}")
        words = POLICY_WORDS.get(name)
        if words is not None and value not in words:
            raise SpecError(f"policy.{name}: 写 {' '.join(words)} 之一, 不是 {value!r}")
        if name == "before_reply" and not isinstance(value, bool):
            raise SpecError("policy.before_reply: 写 true 或 false")
        if name == "refund_delay_ms" or (name == "delay_ms" and value is not None):
            _whole(change, name, 0, MOST_MS, "policy.")
    return replace(policy, **change)


def indexes(shard: Shard) -> tuple[Index, ...]:
    """The identifiers by which the first messages of this person find the shard."""
    pairs = (("idNo", shard.identity.id_no), ("psnNo", shard.psn_no))
    return tuple(Index(kind, value) for kind, value in pairs if value)


def _member(spec: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = spec.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise SpecError(f"{name}: 写一个对象, 例如 {{}}")
    return value


def _whole(spec: Mapping[str, Any], name: str, default: int, most: int, path: str = "") -> int:
    value = spec.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise SpecError(f"{path}{name}: 写 0 到 {most} 的整数(金额以分为单位), 不是 {value!r}")
    return value


def _flag(spec: Mapping[str, Any], name: str, default: bool, path: str = "") -> bool:
    value = spec.get(name, default)
    if not isinstance(value, bool):
        raise SpecError(f"{path}{name}: 写 true 或 false, 不是 {value!r}")
    return value
