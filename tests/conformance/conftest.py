"""A builder of tiny evidence: one flow, told record by record, as the simulator and the runner write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from evidence_writer import Writer, message, transport_of

from conformance.drivers.call import has_screen
from conformance.evidence.flow_view import FlowView, Promise
from simulator.protocol.text.times import parse_timestamp

GOOD = ("env.fields", "env.version", "env.enc_type", "env.sign_type", "env.app_known", "env.plain_absent",
        "env.time_form", "env.time_window", "enc.hex", "enc.decrypt", "sign.present", "sign.encoding",
        "sign.verify", "sign.canonical", "replay.fresh", "schema")  # fmt: skip
AMOUNTS = {"feeSumamt": "60.00", "fundPay": "30.00", "psnAcctPay": "9.00", "ownPayAmt": "21.00"}
FEN = {"total": 6000, "fund": 3000, "account": 900, "cash": 2100}
Facts = Sequence[Mapping[str, Any]]


def good(*more: str) -> list[dict[str, Any]]:
    """Every fact of a right request."""
    return [{"n": name, "ok": True} for name in (*GOOD, *more)]


def bad(name: str, note: str = "不符", **d: Any) -> list[dict[str, Any]]:
    """The facts of a request that is right but for one."""
    found = [fact for fact in good() if fact["n"] != name]
    return [*found, {"n": name, "ok": False, "note": note, "d": d}]


def _stamped(at: str) -> dict[str, Any]:
    parsed = parse_timestamp(at)
    return {"d": {"ms": parsed[1]}} if parsed else {}


class Story:
    """Records in the order in which they are told. `P1` is 甲, `P2` is 乙."""

    def __init__(self, flow: str = "pay/tiny", **scenario: Any) -> None:
        self.id = flow
        self._writer = Writer()
        self.mono_ms = 0
        detail = {"id": flow, "title": "小场景", "covers": [], "requirements": [], "expect": [],
                  "persons": {"甲": "P1", "乙": "P2"}, **scenario}  # fmt: skip
        self.add("scenario", what="begin", d=detail)

    def add(self, kind: str, person: str = "", **fields: Any) -> int:
        """One record; its number."""
        self.mono_ms += 10
        t = {
            "wire": "2026-11-22T15:00:00.000+08:00",
            "timer_ms": self.mono_ms,
            "mono_ns": self.mono_ms * 1_000_000,
        }
        named = {"scenario": self.id} if self.id else {}
        return self._writer.add(kind, **{"flow": self.id, **named, "person": person, "t": t, **fields})

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records so far."""
        return self._writer.records

    def later(self, ms: int) -> Story:
        """Let measured time pass."""
        self.mono_ms += ms
        return self

    def message(self, interface: str, part: str, data: Any, *, ours: bool, link: int | None = None,
                head: Any = None, facts: Facts = (), status: int | None = None, person: str = "P1",
                ids: Any = None, accepted: bool = False) -> int:  # fmt: skip
        """One message record."""
        fields = message(interface, part, data, ours=ours, link=link, outer=head or {}, facts=facts, status=status,
                         ids=ids, accepted=accepted)  # fmt: skip
        return self.add("message", person, **fields)

    def ask(self, interface: str, data: Any = None, answer: Any = None, *, code: str = "0", facts: Facts | None = None,
            faults: Sequence[str] = (), lost: bool = False, person: str = "P1", ids: Any = None,
            head: Any = None, between: Callable[[], object] | None = None, at: str = "") -> int:  # fmt: skip
        """A request of the vendor, stamped `at`, and our answer; the number of the request."""
        seen = good() if facts is None else facts
        seen = [{**fact, **_stamped(at)} if at and fact["n"] == "env.time_form" else fact for fact in seen]
        asked = {} if data is None else data
        seq = self.message(interface, "request", asked, ours=False, facts=seen, person=person)
        for name in faults:
            self.fault(name, link=seq, interface=interface)
        if between:
            between()
        if not lost:
            outer = head or self._head(interface, code)
            self.message(interface, "response", answer or {}, ours=True, link=seq, head=outer, status=200,
                         person=person, ids=ids)  # fmt: skip
        return seq

    @staticmethod
    def _head(interface: str, code: str) -> dict[str, Any]:
        if transport_of(interface) == "fsi":
            return {"infcode": code, "err_msg": ""}
        return {"code": code, "success": code == "0"}

    def nobodys(self, seq: int, peer: str = "", institution: str = "H1", readable: bool = False) -> None:
        """Make a request and its answer a message of nobody from `peer`; unreadable unless `readable`."""
        for record in self.records:
            if record["kind"] == "message" and seq in (record["seq"], record["link"]):
                record |= {"flow": "", "person": "", "peer": peer, "institution": institution}
                record.pop("scenario", None)
                if not readable:
                    record["view"] = None
                    record["facts"] = [one for one in record["facts"] if not one["n"].startswith("sign.")]

    def fault(self, name: str, *, link: int | None = None, **d: Any) -> int:
        """The world says that a fault fired."""
        return self.add("world", "P1", what="fault", link=link, d={"name": name, **d})

    def order(self, *states: str, number: str = "ORD1", person: str = "P1", ours: str = "M1") -> int:
        """The centre moves an order through these states."""
        seq, before = 0, ""
        for state in states:
            d = {"key": number, "before": before, "after": state, "why": "", "detail": {"medOrgOrd": ours}}
            seq, before = self.add("world", person, what="order", d=d), state
        return seq

    def notice(self, number: str = "ORD1", *, kind: str = "plan", accepted: bool = True, answered: bool = True,
               person: str = "P1", reached: bool | None = None, faults: Mapping[str, str] | None = None,
               between: Callable[[], object] | None = None, **changes: Any) -> int:  # fmt: skip
        """A 6302 of ours, its answer, and the simulator's notes; `faults` by name say their stage."""
        data = {"payOrdId": number, "medOrgOrd": "M1", **AMOUNTS, **changes}
        seq = self.message("6302", "request", data, ours=True, person=person)
        for name, stage in (faults or {}).items():
            self.fault(name, interface="6302", stage=stage, link=seq)
        if between:
            between()
        if answered:
            answer = {"success": accepted}
            status = 200 if accepted else 500
            self.message("6302", "response", answer, ours=False, link=seq, status=status, person=person,
                         accepted=accepted)  # fmt: skip
        d = {
            "payOrdId": number,
            "attempt": 1,
            "kind": kind,
            "sent": True,
            "accepted": accepted,
            "status": 200 if answered else 0,
            "reached": answered if reached is None else reached,
        }
        self.add("world", person, what="notice", link=seq, d=d)
        return seq

    def lost_notice(self, number: str = "ORD1", *, fault: str = "drop_request", status: int = 0,
                    person: str = "P1") -> int:  # fmt: skip
        """A 6302 that a fault keeps from going out: two notes without a link, no message."""
        self.fault(fault, interface="6302", stage="before_act")
        d = {"payOrdId": number, "attempt": 1, "kind": "plan", "sent": True, "accepted": False}
        return self.add("world", person, what="notice", d={**d, "status": status, "reached": False})

    def call(self, action: str, args: Any = None, *, state: str = "done", code: str = "", result: Any = None,
             order: str = "", shown: str = "", expect: Any = None, person: str = "P1", message: str = "",
             during: Callable[[], object] | None = None, **more: Any) -> int:  # fmt: skip
        """A driver call and its answer; what happens `during` it stands between. The number of the call."""
        asked = {
            "action": action,
            "call_id": f"c{len(self.records)}",
            "args": args or {},
            "expect": expect or {},
        }
        seq = self.add("driver", person, what="call", d=asked)
        if during:
            during()
        refs = {"payOrdId": order} if order else {}
        d = {"action": action, "state": state, "code": code, "result": result or {}, "refs": refs, **more}
        d |= {"patient_state": shown, "message": message}
        if has_screen(action) and state != "refused":
            d = {"patient_message": "amounts and next step", **d}
        self.add("driver", person, what="answer", link=seq, d=d)
        return seq

    def probe(self, state: str = "paid", booked: int = 1, *, number: str = "ORD1", amounts: Any = None,
              refunds: Sequence[Any] = (), shown: str = "", person: str = "P1", orders: Any = None,
              refs: bool = True) -> int:  # fmt: skip
        """One `order_state` reading."""
        result: dict[str, Any] = {"order_state": state, "booked_count": booked, "refunds": list(refunds)}
        result["amounts"] = FEN if amounts is None else amounts
        if orders is not None:
            result["orders"] = orders
        d = {
            "state": "done",
            "result": result,
            "patient_state": shown,
            "patient_message": "amounts and next step",
            "refs": {"payOrdId": number} if refs else {},
        }
        return self.add("probe", person, what="order_state", d=d)

    def step(self, what: str, person: str = "P1", **d: Any) -> int:
        """One step that the runner performed."""
        return self.add("step", person, what=what, d=d)

    def authorise(self, code: str = "11~c0de", person: str = "P1", **d: Any) -> int:
        """The patient authorises and brings `code`."""
        detail = {"biz": "04107", "decision": "agree", **d}
        return self.step("authorise", person, **detail, reply={"auth_code": code})

    def prescribe(self, bill: str = "B1", total: int = 6000, person: str = "P1") -> Story:
        """A bill."""
        self.call("prescribe", result={"bill_id": bill, "total": total}, person=person)
        return self

    def identify(self, auth: str = "AUTH~a1", person: str = "P1", **query: Any) -> Story:
        """userQuery, 1101 and 2201 as they should be."""
        self.ask("userQuery", {"qrcode": "11~c0de"}, {"pay_auth_no": auth}, person=person)
        asked = {"data": {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth, **query}}
        row = {"insutype": "310", "insuplc_admdvs": "509999"}
        self.ask("1101", asked, {"baseinfo": {"psn_no": "50~p1"}, "insuinfo": [row]}, person=person)
        self.ask(
            "2201",
            {"data": {"psn_no": "50~p1", "insutype": "310"}},
            {"data": {"mdtrt_id": "V1"}},
            person=person,
            ids={"mdtrtId": "V1"},
        )
        return self

    def upload(self, number: str = "ORD1", ours: str = "M1", auth: str = "AUTH~a1", *, facts: Facts | None = None,
               **changes: Any) -> int:  # fmt: skip
        """6201; `lost`, `faults`, `code`, `person` go to the exchange, the rest changes the data."""
        how = {name: changes.pop(name) for name in ("lost", "faults", "code", "person") if name in changes}
        data = {"medOrgOrd": ours, "payAuthNo": auth, "psnNo": "50~p1", "insutype": "310", "insuCode": "509999",
                "mdtrtId": "V1", "chrgBchno": "C1", "medfeeSumamt": "60.00", "begntime": "2026-11-22 15:00:00",
                "feedetailList": [{"detItemFeeSumamt": "60.00"}], **changes}  # fmt: skip
        answer = {"payOrdId": number, "payToken": "PT~" + number} if how.get("code", "0") == "0" else None
        seen = good("amounts.detail_sum", "amounts.split") if facts is None else facts
        return self.ask("6201", data, answer, facts=seen, **how)

    def place(self, number: str = "ORD1", auth: str = "AUTH~a1", serial: str = "S1", *, answer: Any = None,
              **changes: Any) -> int:  # fmt: skip
        """6202; `lost`, `faults`, `code`, `between`, `facts`, `person` go to the exchange."""
        names = ("lost", "faults", "code", "between", "facts", "person")
        how = {name: changes.pop(name) for name in names if name in changes}
        data = {"payOrdId": number, "payToken": "PT~" + number, "payAuthNo": auth, "orgBizSer": serial,
                "chrgBchno": "C1", "mdtrtId": "V1", "acctUsedFlag": "", **changes}  # fmt: skip
        reply = {"payOrdId": number, "ordStas": "1", **AMOUNTS, **(answer or {})}
        return self.ask("6202", data, reply if how.get("code", "0") == "0" else None, **how)

    def query(self, state: str = "6", number: str = "ORD1", *, amounts: bool = True, **how: Any) -> int:
        """6301."""
        answer = {"payOrdId": number, "ordStas": state, **(AMOUNTS if amounts else {})}
        return self.ask("6301", {"payOrdId": number}, answer, **how)

    def refund(self, status: str = "SUCC", serial: str = "R1", *, kind: str = "ALL", auth: str = "AUTH~r1",
               number: str = "ORD1", cash: str = "21.00", account: str = "9.00", fund: str = "30.00",
               total: str = "60.00", **changes: Any) -> int:  # fmt: skip
        """6203."""
        how = {name: changes.pop(name) for name in ("lost", "faults", "code", "facts") if name in changes}
        data = {"payOrdId": number, "appRefdSn": serial, "appRefdTime": "20261122150000", "totlRefdAmt": total,
                "cashRefdAmt": cash, "psnAcctRefdAmt": account, "fundRefdAmt": fund, "refdType": kind,
                "payAuthNo": auth, **changes}  # fmt: skip
        return self.ask("6203", data, {"refStatus": status} if status else None, **how)

    def pay(self, bills: Sequence[str] = ("B1",), *, during: Callable[[], object] | None = None,
            code: str = "11~c0de", state: str = "accepted", **how: Any) -> int:  # fmt: skip
        """The driver call `pay`."""
        args = {"bill_ids": list(bills), "auth_code": code, **how.pop("args", {})}
        return self.call("pay", args, state=state, during=during, **how)

    def settled(self, number: str = "ORD1") -> Story:
        """The patient confirms, the centre settles and tells by a notice."""
        self.order("0", "1", "2", "4", "6", number=number)
        self.notice(number)
        return self

    def paid(self, **upload: Any) -> Story:
        """A whole healthy payment, told and read back."""
        self.authorise()
        self.prescribe()
        self.pay(
            during=lambda: (self.identify(), self.upload(**upload), self.place()),
            order="ORD1",
            shown="pending",
        )
        self.settled()
        self.probe(shown="success")
        return self

    def end(self, outcome: str = "ran", *, quiet: bool = True, reason: str = "") -> Story:
        """The scenario ends."""
        seen = {"quiet": quiet, "open": [], "window_ms": 1500, "last_seq": len(self.records)}
        self.add("scenario", what="end", d={"outcome": outcome, "reason": reason, "quiet": seen})
        return self

    def flow(self, *, local: bool = False, **promise: Any) -> FlowView:
        """The view that rules read."""
        services = ("registration", "outpatient", "refund", "cancel", "merge")
        return FlowView(
            self.id, tuple(self.records), Promise(**{"services": services, "modes": ("A",), **promise}), local
        )


@pytest.fixture(name="story")
def _story() -> type[Story]:
    """The builder."""
    return Story


@pytest.fixture(name="bad")
def _bad() -> Callable[..., list[dict[str, Any]]]:
    """Facts with one bad one."""
    return bad
