"""A small world for one person: interfaces, events and timers without sockets, clocks or randomness.

`Desk.now` is timer time and moves by `advance`; `Desk.wire` is the machine's clock and stands still.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import profiles
from simulator.centre import state as centre_state
from simulator.centre.state import CentreOrder, CentreRefund
from simulator.channels.bank import state as bank_state
from simulator.channels.bank.state import BankAccount
from simulator.channels.wechat.card_holder import id_digest
from simulator.institution import state as institution_state
from simulator.profiles.build import profile_from
from simulator.protocol.model.interface import Request
from simulator.protocol.model.person import new_shard
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.role import Role, interfaces_of
from simulator.protocol.model.step import (
    Changed,
    Context,
    Event,
    Index,
    Institution,
    Notify,
    Reply,
    Schedule,
    Step,
)
from simulator.protocol.model.stepping import answer, cast_of, happen
from simulator.protocol.text.jsontext import Num
from simulator.roles import ROLES

START = 1_790_000_000_000
HOSPITAL = Institution(
    "H50999900001", "联调示范医院", "509999", "APP0000000000000000000000000000A", "12345678"
)
OTHER = Institution("H50999900002", "另一家医院", "509999", "APP0000000000000000000000000000B", "87654321")
PERSON = {
    "person": "P1",
    "institution": HOSPITAL.code,
    "alias": "甲",
    "name": "测试甲",
    "id_no": "509999199003070010",
    "openid": "o-jia",
    "phone": "19900000001",
}
INTERFACES = {row.number: row for row in interfaces_of(ROLES)}


def load_profile(name: str = "base") -> Profile:
    folder = Path(profiles.__file__).parent
    document = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    base = load_profile(document["extends"]) if "extends" in document else None
    return profile_from(document, f"{name}.yaml", base)


class Desk:
    """The world of one person; `call` is a hospital's request, `act` a patient's or timer's event."""

    def __init__(self, profile: Profile, spec: dict[str, Any], roles: tuple[Role, ...] = ROLES) -> None:
        self.profile = profile
        self.roles, self.cast = roles, cast_of(roles)
        self.shard = new_shard({**PERSON, **spec}, "run", "flow", roles)
        self.now = START
        self.wire = START
        self.serial = itertools.count(1)
        self.timers: dict[str, tuple[int, int, Event]] = {}
        self.notices: list[Notify] = []
        self.changes: list[Changed] = []
        self.index: set[tuple[str, str]] = set()
        self.owners: dict[tuple[str, str], Desk] = {}
        self.last: Step | None = None
        self.accept = True
        self.hosts = frozenset({"hospital.example"})

    def neighbour(self, **spec: Any) -> Desk:
        """Another person of the same institution and run: one index, one source of numbers."""
        other = Desk(
            self.profile, {"id_no": "509999198505050028", "name": "测试乙", "openid": "o-yi", **spec}
        )
        other.owners, other.serial = self.owners, self.serial
        return other

    def ids(self, kind: str) -> str:
        assert kind in {
            "ORD",
            "AUTH",
            "TOKEN",
            "EC",
            "MDTRT",
            "PSN",
            "REFD",
            "HIFEFD",
            "SETL",
            "REVS",
            "CODE",
        }
        return f"{kind}{next(self.serial):06d}"

    @property
    def context(self) -> Context:
        return self.context_of(())

    def context_of(self, numbers: tuple[tuple[str, str], ...]) -> Context:
        """What a step may use; `numbers`: those of the institution's own in the message."""
        taken = frozenset(pair for pair in numbers if self.owners.get(pair, self) is not self)
        return Context(self.now, self.wire, self.ids, self.profile, taken, self.hosts)

    # the compartments, each by its own role's accessor

    @property
    def orders(self) -> Mapping[str, CentreOrder]:
        return centre_state.of(self.shard).orders

    @property
    def refunds(self) -> Mapping[str, CentreRefund]:
        return centre_state.of(self.shard).refunds

    @property
    def balance(self) -> int:
        return institution_state.of(self.shard).balance

    @property
    def bank(self) -> BankAccount:
        return bank_state.of(self.shard)

    def unbalanced(self) -> list[str]:
        """Every sum that two compartments do not agree on: what moved there, and what an order says of it."""
        moved: Counter[tuple[str, str, str]] = Counter()
        for entry in self.bank.entries if "bank" in self.shard.parts else ():
            moved["cash", entry.kind, entry.key] += entry.fen
        for row in institution_state.of(self.shard).entries:
            moved["account", row.kind, row.key] += row.account
            moved["fund", row.kind, row.key] += row.fund
        wrong = []
        for order in self.orders.values():
            number = order.pay_ord_id
            refunds = [one.app_refd_sn for one in self.refunds.values() if one.pay_ord_id == number]
            sums = {
                "cash_paid": moved["cash", "debit", number] - moved["cash", "reversal", number],
                "cash_refunded": sum(moved["cash", "refund", key] for key in refunds),
            }
            for side in ("account", "fund"):
                sums[f"{side}_paid"] = moved[side, "settle", number]
                sums[f"{side}_refunded"] = sum(moved[side, "refund", key] for key in refunds)
            wrong += [
                f"{number} {name}: {getattr(order, name)} here, {fen} there"
                for name, fen in sums.items()
                if getattr(order, name) != fen
            ]
        return wrong

    def take(self, step: Step) -> Reply | None:
        self.shard, self.last = step.shard, step
        for effect in step.effects:
            if isinstance(effect, Schedule):
                key = effect.key or f"#{next(self.serial)}"
                self.timers[key] = (effect.at_ms, next(self.serial), effect.event)
            elif isinstance(effect, Notify):
                self.notices.append(effect)
            elif isinstance(effect, Changed):
                self.changes.append(effect)
            elif isinstance(effect, Index):
                self.index.add((effect.kind, effect.value))
                self.owners.setdefault((effect.kind, effect.value), self)
        for notice in [e for e in step.effects if isinstance(e, Notify)]:
            args = {
                "name": notice.name,
                "key": notice.key,
                "attempt": notice.attempt,
                "accepted": self.accept,
                "status": 200,
            }
            back = Event(notice.result_event or "notice.result", args)
            self.take(happen(self.cast, self.shard, back, self.context))
        return step.reply

    def call(self, number: str, data: dict[str, Any], caller: Institution = HOSPITAL, **header: Any) -> Reply:
        if INTERFACES[number].transport.name == "wechat":
            header = {"mchid": "1900000001", "appid": "wx0123456789abcdef", **header}
        if INTERFACES[number].transport.name == "fsi":
            area = self.shard.core.plan.region or caller.region
            header = {"fixmedins_code": caller.code, "insuplc_admdvs": area, **header}
            data = {"data": data}
        request = Request(number, data, header, caller)
        context = self.context_of(INTERFACES[number].unique(data))
        reply = self.take(answer(self.cast, INTERFACES[number], self.shard, request, context))
        assert reply is not None
        return reply

    def act(self, name: str, **args: Any) -> Reply | None:
        return self.take(happen(self.cast, self.shard, Event(name, args), self.context))

    def advance(self, ms: int) -> None:
        end = self.now + ms
        while due := sorted((at, turn, key) for key, (at, turn, _) in self.timers.items() if at <= end):
            at, _, key = due[0]
            self.now = max(self.now, at)
            _, _, event = self.timers.pop(key)
            self.take(happen(self.cast, self.shard, event, self.context))
        self.now = end

    def survey(self, number: str, data: dict[str, Any]) -> Reply:
        """A question about the whole institution, of which this person is all."""
        whole = INTERFACES[number].whole
        assert whole is not None
        header = {"mchid": "1900000001", "origin": "http://h"}
        return whole((self.shard,), Request(number, data, header, HOSPITAL), self.context)

    # what a hospital does

    def prepay_data(self, total: int = 5_000, **more: Any) -> dict[str, Any]:
        return {
            "appid": "wx0123456789abcdef",
            "mchid": "1900000001",
            "description": "门诊缴费",
            "out_trade_no": f"WX{next(self.serial):08d}",
            "notify_url": "https://hospital.example/wallet",
            "amount": {"total": Num(str(total)), "currency": "CNY"},
            "payer": {"openid": self.shard.core.identity.openid},
            **more,
        }

    def mix_data(
        self, upload: dict[str, Any], order: dict[str, Any], kind: str = "CASH_AND_INSURANCE", **more: Any
    ) -> dict[str, Any]:
        """A mixed order over what 6202 answered; the cash order of it, if it has cash, is made here."""
        names = ("fundPay", "psnAcctPay", "othFeeAmt", "ownPayAmt")
        fund, account, other, cash = (round(float(order.get(name) or 0) * 100) for name in names)
        data = {
            "mix_pay_type": kind,
            "order_type": "DIAG_PAY",
            "appid": "wx0123456789abcdef",
            "openid": self.shard.core.identity.openid,
            "payer": {
                "name": self.shard.core.identity.name,
                "id_digest": id_digest(self.shard.core.identity.id_no),
                "card_type": "ID_CARD",
            },
            "serial_no": upload["medOrgOrd"],
            "pay_order_id": order["payOrdId"],
            "pay_auth_no": upload["payAuthNo"],
            "geo_location": "118.096435,24.485407",
            "city_id": "509999",
            "med_inst_name": HOSPITAL.name,
            "med_inst_no": HOSPITAL.code,
            "med_ins_order_create_time": "2026-09-21T09:00:00+08:00",
            "total_fee": fund + account + other + cash,
            "med_ins_gov_fee": fund,
            "med_ins_self_fee": account,
            "med_ins_other_fee": other,
            "med_ins_cash_fee": cash,
            "wechat_pay_cash_fee": cash,
            "callback_url": "https://hospital.example/mixed",
        }
        if kind != "INSURANCE_ONLY":
            paid = self.prepay(cash)
            reply = self.call("wxPrepay", paid)
            assert reply.data is not None
            data |= {"out_trade_no": paid["out_trade_no"], "prepay_id": reply.data["prepay_id"]}
        else:
            data["out_trade_no"] = f"WX{next(self.serial):08d}"
        return {**data, **more}

    def prepay(self, total: int = 5_000, **more: Any) -> dict[str, Any]:
        """An unpaid order of the wallet: what was sent."""
        data = self.prepay_data(total, **more)
        reply = self.call("wxPrepay", data)
        assert reply.success, reply.message
        return data

    def authorise(self, biz: str = "04107", **args: Any) -> str:
        reply = self.act("patient.authorise", biz=biz, channel="wechat", **args)
        assert reply is not None
        assert reply.data is not None
        code = str(reply.data["auth_code"])
        reply = self.call("userQuery", {"qrcode": code, "openid": self.shard.core.identity.openid})
        assert reply.success, reply.message
        assert reply.data is not None
        return str(reply.data["pay_auth_no"] or reply.data["family_pay_auth_no"])

    def show_code(self) -> str:
        reply = self.act("patient.show_code")
        assert reply is not None
        assert reply.data is not None
        body = {"orgId": HOSPITAL.code, "businessType": "01301", "ecQrCode": reply.data["ec_code"]}
        reply = self.call("1162", body)
        assert reply.success, reply.message
        assert reply.data is not None
        return str(reply.data["ecToken"])

    def register(self, auth: str) -> str:
        reply = self.call("1101", {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth})
        assert reply.success, reply.message
        reply = self.call("2201", self.registration(auth, f"MZ{next(self.serial)}"))
        assert reply.success, reply.message
        assert reply.data is not None
        return str(reply.data["data"]["mdtrt_id"])

    def registration(self, auth: str, number: str) -> dict[str, Any]:
        return {
            "psn_no": self.shard.core.psn_no,
            "insutype": self.shard.core.plan.insutype,
            "begntime": "2026-09-21 09:00:00",
            "mdtrt_cert_type": "01",
            "mdtrt_cert_no": auth,
            "ipt_otp_no": number,
            "atddr_no": "D001",
            "dr_name": "李医生",
            "dept_code": "0301",
            "dept_name": "呼吸内科",
            "caty": "A03.01",
        }

    def upload_data(self, auth: str, visit: str, lines: list[tuple[str, str]], **more: Any) -> dict[str, Any]:
        cents = sum(round(float(amount) * 100) for _, amount in lines)
        kind = "ecToken" if auth.startswith("EC") else "payAuthNo"
        identity = self.shard.core.identity
        data = {
            "orgCodg": HOSPITAL.code,
            kind: auth,
            "psnNo": self.shard.core.psn_no,
            "insutype": self.shard.core.plan.insutype,
            "insuCode": self.shard.core.plan.region or HOSPITAL.region,
            "medOrgOrd": f"MO{next(self.serial)}",
            "begntime": "2026-09-21 09:00:00",
            "idNo": identity.id_no,
            "userName": identity.name,
            "idType": "01",
            "iptOtpNo": "MZ1",
            "deptCode": "0301",
            "deptName": "呼吸内科",
            "caty": "A03.01",
            "mdtrtId": visit,
            "medType": "11",
            "feeType": "01",
            "medfeeSumamt": f"{cents // 100}.{cents % 100:02d}",
            "acctUsedFlag": "1",
            "psnSetlway": "01",
            "chrgBchno": "B1",
            "pubHospRfomFlag": "0",
            "feedetailList": [
                {
                    "feedetlSn": f"L{turn}",
                    "psnNo": self.shard.core.psn_no,
                    "chrgBchno": "B1",
                    "rxCircFlag": "0",
                    "feeOcurTime": "2026-09-21 09:00:00",
                    "medListCodg": code,
                    "medinsListCodg": code,
                    "detItemFeeSumamt": amount,
                    "cnt": "1",
                    "pric": amount,
                    "bilgDeptCodg": "0301",
                    "bilgDeptName": "呼吸内科",
                    "bilgDrCodg": "D001",
                    "bilgDrName": "李医生",
                }
                for turn, (code, amount) in enumerate(lines)
            ],
        }
        return {**data, **more}

    def pay_data(self, upload: dict[str, Any], order: dict[str, Any], **more: Any) -> dict[str, Any]:
        kind = "payAuthNo" if "payAuthNo" in upload else "ecToken"
        data = {
            kind: upload[kind],
            "payOrdId": order["payOrdId"],
            "payToken": order["payToken"],
            "orgCodg": HOSPITAL.code,
            "orgBizSer": f"S{next(self.serial)}",
            "chrgBchno": "B1",
            "feeType": "01",
            "mdtrtId": upload["mdtrtId"],
            "acctUsedFlag": upload["acctUsedFlag"],
        }
        return {**data, **more}

    def query_data(self, order: dict[str, Any], **more: Any) -> dict[str, Any]:
        identity = self.shard.core.identity
        data = {
            "payOrdId": order["payOrdId"],
            "payToken": order["payToken"],
            "orgCodg": HOSPITAL.code,
            "idNo": identity.id_no,
            "userName": identity.name,
            "idType": "01",
        }
        return {**data, **more}

    def upload(
        self, lines: list[tuple[str, str]] | None = None, **more: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        auth = self.authorise()
        data = self.upload_data(auth, self.register(auth), lines or [("A001", "100.00")], **more)
        reply = self.call("6201", data)
        assert reply.success, reply.message
        assert reply.data is not None
        return data, dict(reply.data)

    def place(
        self, lines: list[tuple[str, str]] | None = None, **more: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data, order = self.upload(lines, **more)
        reply = self.call("6202", self.pay_data(data, order))
        assert reply.success, reply.message
        assert reply.data is not None
        return data, {**order, **reply.data}

    def pay(
        self, lines: list[tuple[str, str]] | None = None, **more: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data, order = self.place(lines, **more)
        self.advance(2_000)
        return data, order

    def refund_data(self, order: dict[str, Any], refd_type: str = "ALL", **more: Any) -> dict[str, Any]:
        data = {
            "payOrdId": order["payOrdId"],
            "appRefdSn": f"R{next(self.serial)}",
            "appRefdTime": "20260921100000",
            "refdType": refd_type,
            "orgCodg": HOSPITAL.code,
        }
        cash = order["ownPayAmt"] if refd_type in ("ALL", "CASH") else ""
        account, fund = (order["psnAcctPay"], order["fundPay"]) if refd_type in ("ALL", "HI") else ("", "")
        total = sum(round(float(amount or 0) * 100) for amount in (cash, account, fund))
        data |= {
            "cashRefdAmt": cash,
            "psnAcctRefdAmt": account,
            "fundRefdAmt": fund,
            "totlRefdAmt": f"{total // 100}.{total % 100:02d}",
        }
        return {**data, **more}

    def state(self, order: dict[str, Any]) -> str:
        return self.orders[order["payOrdId"]].state


@pytest.fixture(scope="session")
def base_profile() -> Profile:
    return load_profile()


@pytest.fixture
def desk(base_profile: Profile) -> Iterator[Callable[..., Desk]]:
    """`desk(profile="dup-reject", options={…}, **person_spec)` makes a world."""

    def make(
        profile: str = "base",
        options: dict[str, Any] | None = None,
        roles: tuple[Role, ...] = ROLES,
        **spec: Any,
    ) -> Desk:
        chosen = base_profile if profile == "base" else load_profile(profile)
        return Desk(chosen.with_overrides(options or {}), spec, roles)

    return make
