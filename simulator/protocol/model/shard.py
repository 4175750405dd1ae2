"""State: what one person owns in one run and one institution.

A shard is the unit of isolation, locking and attribution (design 4). It holds values only; every
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
class Plan:
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
class Policy:
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
class BankEntry:
    """One movement of the bank account. `kind` debit|reversal|refund|deposit; `fen` is positive."""

    kind: str
    key: str
    fen: int
    at_wire_ms: int


@dataclass(frozen=True, slots=True)
class Bank:
    """The bound bank account of the person (synthetic; no bank's real interface is public)."""

    bound: bool = True
    balance: int = 100_000
    entries: tuple[BankEntry, ...] = ()

    def debit(self, key: str, fen: int, at_wire_ms: int) -> Bank | None:
        """The account after `fen` were taken, or None when unbound or short of money."""
        if not self.bound or self.balance < fen:
            return None
        entry = BankEntry("debit", key, fen, at_wire_ms)
        return replace(self, balance=self.balance - fen, entries=(*self.entries, entry))

    def credit(self, kind: str, key: str, fen: int, at_wire_ms: int) -> Bank:
        """The account after `fen` came in; also when unbound (money goes back where it came from)."""
        entry = BankEntry(kind, key, fen, at_wire_ms)
        return replace(self, balance=self.balance + fen, entries=(*self.entries, entry))


@dataclass(frozen=True, slots=True)
class Code:
    """What the patient's phone shows or returns: `kind` authCode (online) or ecCode (展码)."""

    kind: str
    value: str
    biz: str
    channel: str
    agreed: bool
    issued_ms: int
    expires_ms: int
    family: str = ""
    used: bool = False


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
    """A split order in fen: `total = fund + account + cash + other`; the rest are details (sheet 9)."""

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
class Refund:
    """One 6203. `status` SUCC|FAIL|EXP as it now stands; `content` tells a repeat from another refund."""

    app_refd_sn: str
    pay_ord_id: str
    refd_type: str
    content: str
    cash: int
    account: int
    fund: int
    refd_sn: str
    hi_refd_sn: str
    at_wire_ms: int
    status: str
    reversal: bool = False
    half: bool = False
    """The insurance side has moved, the cash is still owed (EXP of one leg)."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order of the centre. `state` is ordStas; `amounts` are fixed by 6202."""

    pay_ord_id: str
    pay_token: str
    med_org_ord: str
    state: str
    institution: str
    org_name: str
    total: int
    content: str
    lines: tuple[tuple[str, int], ...]
    auth: str
    chrg_bchno: str
    mdtrt_id: str
    fee_type: str
    med_type: str
    acct_used_flag: str
    created_ms: int
    expires_ms: int
    amounts: Amounts = field(default_factory=Amounts)
    serials: tuple[str, ...] = ()
    cash_way: str = "ok"
    medical_way: str = "ok"
    cash_paid: int = 0
    account_paid: int = 0
    fund_paid: int = 0
    cash_refunded: int = 0
    account_refunded: int = 0
    fund_refunded: int = 0
    hi_doc_sn: str = ""
    settled_ms: int = 0
    settled_wire_ms: int = 0
    revs_token: str = ""
    revs_used: bool = False
    notice_id: str = ""
    notice_accepted: bool = False
    expired: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Shard:
    """Everything of one person. Mappings are never changed in place; keys are wire identifiers."""

    person: str
    run: str
    flow: str
    institution: str
    identity: Identity
    plan: Plan
    policy: Policy
    balance: int
    bank: Bank
    credential: bool = True
    inpatient: bool = False
    alias: str = ""
    family_of: str = ""
    psn_no: str = ""
    codes: Mapping[str, Code] = field(default_factory=dict)
    auths: Mapping[str, Auth] = field(default_factory=dict)
    visits: Mapping[str, Visit] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    refunds: Mapping[str, Refund] = field(default_factory=dict)

    def replace(self, **changes: Any) -> Shard:
        """The same shard with `changes`."""
        return replace(self, **changes)

    def with_order(self, order: Order) -> Shard:
        """The shard with this order added or replaced."""
        return replace(self, orders={**self.orders, order.pay_ord_id: order})

    def with_auth(self, auth: Auth) -> Shard:
        """The shard with this authorisation added or replaced."""
        return replace(self, auths={**self.auths, auth.number: auth})

    def with_code(self, code: Code) -> Shard:
        """The shard with this code added or replaced."""
        return replace(self, codes={**self.codes, code.value: code})

    def with_visit(self, visit: Visit) -> Shard:
        """The shard with this visit added or replaced."""
        return replace(self, visits={**self.visits, visit.mdtrt_id: visit})

    def with_refund(self, refund: Refund) -> Shard:
        """The shard with this refund added or replaced."""
        return replace(self, refunds={**self.refunds, refund.app_refd_sn: refund})

    @property
    def last_order(self) -> Order | None:
        """The order made last, or None."""
        return next(reversed(list(self.orders.values())), None)


def shard_view(shard: Shard) -> dict[str, Any]:
    """What the control API shows of a person: orders, refunds and balances in fen; no token, no number of a person."""
    return {
        "person": shard.person,
        "alias": shard.alias,
        "flow": shard.flow,
        "balance": shard.balance,
        "bank": {
            "bound": shard.bank.bound,
            "balance": shard.bank.balance,
            "entries": len(shard.bank.entries),
        },
        "credential": {"bound": shard.credential},
        "inpatient": shard.inpatient,
        "orders": [
            {
                "payOrdId": order.pay_ord_id,
                "medOrgOrd": order.med_org_ord,
                "ordStas": order.state,
                "total": order.total,
                "fund": order.amounts.fund,
                "account": order.amounts.account,
                "cash": order.amounts.cash,
                "other": order.amounts.other,
                "cash_refunded": order.cash_refunded,
                "account_refunded": order.account_refunded,
                "fund_refunded": order.fund_refunded,
                "notice_accepted": order.notice_accepted,
                "why": order.why,
            }
            for order in shard.orders.values()
        ],
        "refunds": [
            {
                "appRefdSn": refund.app_refd_sn,
                "payOrdId": refund.pay_ord_id,
                "refdType": refund.refd_type,
                "refStatus": refund.status,
                "cash": refund.cash,
                "account": refund.account,
                "fund": refund.fund,
                "reversal": refund.reversal,
            }
            for refund in shard.refunds.values()
        ],
    }
