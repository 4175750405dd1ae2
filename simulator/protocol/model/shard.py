"""State: what one person owns in one run and one institution.

A shard is the unit of isolation, locking and attribution (design 4): a core, which every role may read, and one
compartment for each role, of a type that only that role's package knows (design 9.2). It holds values only; every
change makes a new shard. Money is integer fen, times are Unix milliseconds: `…wire_ms` is the machine's clock,
for what is printed, the others are timer time (contracts 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the person is. Synthetic; made by the shell and merged into the person spec."""

    name: str
    id_no: str
    id_type: str = "01"
    openid: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class InsurancePlan:
    """What the insurance pays: `ratio` in per cent, everything else in fen and for each order.

    `other` is the part that neither fund, account nor cash pays (othFeeAmt), `hosp_part` its
    detail, `deposit` a detail of the cash part, `mulaid` how much of the account part a relative pays.
    """

    insutype: str = "310"
    psn_type: str = "1101"
    region: str = ""
    ratio: int = 70
    deductible: int = 0
    other: int = 0
    hosp_part: int = 0
    deposit: int = 0
    mulaid: int = 0


@dataclass(frozen=True, slots=True)
class PatientPolicy:
    """How the patient and the two legs behave when nobody scripts a single act.

    confirm auto|never|cancel|wrong_password · cash ok|insufficient|fail · medical ok|fail|undecided ·
    reversal ok|fail (the cash leg, after the medical leg failed) · refund ok|fail|exp|cash_fail ·
    refund_then succ|fail, `refund_delay_ms` after an EXP. `before_reply`: 6202 settles at once and its
    answer waits for the notice (MP-NTF-07).
    """

    confirm: str = "auto"
    delay_ms: int | None = None
    cash: str = "ok"
    medical: str = "ok"
    reversal: str = "ok"
    before_reply: bool = False
    refund: str = "ok"
    refund_then: str = "succ"
    refund_delay_ms: int = 2000


@dataclass(frozen=True, slots=True)
class Auth:
    """An authorisation: `kind` payAuthNo or ecToken. `bound` is `6201:<medOrgOrd>`, `6203:<payOrdId>` or empty."""

    kind: str
    number: str
    biz: str
    channel: str
    institution: str
    app_id: str
    issued_ms: int
    expires_ms: int
    family: str = ""
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One 2201 registration. `mdtrt_id` is the identifier that 6201 and 6202 must carry."""

    mdtrt_id: str
    ipt_otp_no: str
    insutype: str
    institution: str
    begntime: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Amounts:
    """A split bill in fen: `total = fund + account + cash + other`; the rest are details (sheet 9)."""

    total: int = 0
    fund: int = 0
    account: int = 0
    cash: int = 0
    other: int = 0
    hosp_part: int = 0
    deposit: int = 0
    mulaid: int = 0
    fulamt_ownpay: int = 0
    preselfpay: int = 0
    inscp: int = 0

    @property
    def medical(self) -> int:
        """What the insurance side pays: fund and account."""
        return self.fund + self.account


@dataclass(frozen=True, slots=True)
class Core:
    """Who the person is, what the insurance pays, and the small records that every role reads.

    A member is changed only by the handlers of the role that names it in `Role.publishes`; one that nobody
    publishes never changes. Mappings are never changed in place; keys are wire identifiers.
    """

    person: str
    run: str
    flow: str
    institution: str
    identity: Identity
    plan: InsurancePlan
    policy: PatientPolicy = field(default_factory=PatientPolicy)
    credential: bool = True
    inpatient: bool = False
    alias: str = ""
    family_of: str = ""
    psn_no: str = ""
    auths: Mapping[str, Auth] = field(default_factory=dict)
    visits: Mapping[str, Visit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shard:
    """Everything of one person. `parts`: role name -> that role's compartment; its `state` module reads and writes it."""

    core: Core
    parts: Mapping[str, Any] = field(default_factory=dict)

    def with_core(self, **changes: Any) -> Shard:
        """The same shard with `changes` in its core."""
        return replace(self, core=replace(self.core, **changes))

    def with_part(self, role: str, part: Any) -> Shard:
        """The same shard with another compartment of `role`."""
        return replace(self, parts={**self.parts, role: part})

    def with_auth(self, auth: Auth) -> Shard:
        """The shard with this authorisation added or replaced."""
        return self.with_core(auths={**self.core.auths, auth.number: auth})

    def with_visit(self, visit: Visit) -> Shard:
        """The shard with this visit added or replaced."""
        return self.with_core(visits={**self.core.visits, visit.mdtrt_id: visit})
