"""Control routes about persons: make one, look at their orders, and what the patient does with a phone in hand."""

from __future__ import annotations

from typing import Any

from simulator.control.api import Body, Control, Values
from simulator.control.route import (
    BOOL,
    CODE,
    COUNT,
    FLOW,
    OBJECT,
    PERSON,
    RUN,
    TEXT,
    WHOLE,
    Route,
    having,
    listing,
    shape,
    told,
)  # fmt: skip
from simulator.protocol.model.person import shard_view
from simulator.protocol.text.said import Said, listed
from simulator.shell.limits import PERSONS_SHOWN
from simulator.shell.open_runs import WorldError


async def add_person(control: Control, values: Values, body: Body) -> Any:
    """A synthetic person, ours or of the given identity: the only answer that shows the identity."""
    run = await control.run(values)
    member = control.world.member(body["institution"])
    made = await control.world.add_person(
        run, member, body["flow"], body.get("alias", ""), body.get("spec", {}),
        body.get("identity"), body.get("scenario", ""),
    )  # fmt: skip
    who = made.shard.core.identity
    return {"person": made.id, "alias": made.shard.core.alias, "name": who.name, "id_no": who.id_no,
            "id_type": who.id_type, "openid": who.openid, "phone": who.phone, "flow": made.flow}  # fmt: skip


async def persons(control: Control, values: Values, _body: Body) -> Any:
    """Who is in a run: the newest PERSONS_SHOWN, oldest first."""
    run = await control.run(values)
    keys = await control.world.store.persons(run.name)
    found = [await control.world.store.load(key) for key in keys[-PERSONS_SHOWN:]]
    return {"count": len(keys), "persons": [
        {"person": one.id, "alias": one.shard.core.alias, "flow": one.flow, "institution": one.key.institution}
        for one in found if one is not None
    ]}  # fmt: skip


async def person(control: Control, values: Values, _body: Body) -> Any:
    """Orders and balances."""
    return shard_view((await control.one(values)).shard, control.world.roles)


async def authorise(control: Control, values: Values, body: Body) -> Any:
    """Agree or refuse on the authorisation page; both give a code."""
    return await control.fire(values, "patient.authorise", body)


async def show_code(control: Control, values: Values, body: Body) -> Any:
    """Show the code of the e-credential."""
    return await control.fire(values, "patient.show_code", body)


async def do(control: Control, values: Values, body: Body) -> Any:
    """One act at the cashier."""
    return await control.fire(
        values, f"patient.{body['do']}", {key: value for key, value in body.items() if key != "do"}
    )


async def act(control: Control, values: Values, body: Body) -> Any:
    """One act of a role of its own: pay in a wallet, put money on a card."""
    name = body["act"]
    known = [one for role in control.world.roles for one in role.acts]
    if name not in known:
        raise WorldError(Said("act: 没有 {}，可用：{}", name[:40], listed("、", known)))
    return await control.fire(values, name, {key: value for key, value in body.items() if key != "act"})


async def policy(control: Control, values: Values, body: Body) -> Any:
    """Merge into the policy."""
    return await control.fire(values, "patient.policy", body)


_TEXT = {"type": "string"}
IDENTITY = shape(
    ("name", "id_no"),
    name={"type": "string", "minLength": 1, "maxLength": 50},
    id_no={"type": "string", "pattern": "^[0-9A-Za-z()-]{1,30}$", "examples": ["119999199001010012"]},
    id_type={"type": "string", "pattern": "^[0-9A-Z]{2}$", "examples": ["01"]},
    openid={"type": "string", "minLength": 1, "maxLength": 64},
    phone={"type": "string", "pattern": "^[0-9+-]{5,20}$", "examples": ["19900000001"]},
)
"""A person whom the vendor has on file. Synthetic: a number that somebody may carry is refused."""
MADE = told(
    person=_TEXT, alias=_TEXT, name=_TEXT, id_no=_TEXT, id_type=_TEXT, openid=_TEXT, phone=_TEXT, flow=_TEXT
)
MONEY = ("total", "fund", "account", "cash", "other", "cash_refunded", "account_refunded", "fund_refunded")
ORDER = having(
    "payOrdId", "ordStas", payOrdId=_TEXT, medOrgOrd=_TEXT, ordStas=_TEXT, why=_TEXT,
    notice_accepted={"type": ["boolean", "null"]}, **dict.fromkeys(MONEY, WHOLE),
)  # fmt: skip
VIEW = having(
    "person", "alias", "flow", "credential", "inpatient",
    person=_TEXT, alias=_TEXT, flow=_TEXT, credential=having("bound", bound=BOOL), inpatient=BOOL,
    orders=listing(ORDER), refunds=listing(OBJECT), balance=WHOLE,
    bank=having("bound", "balance", "entries", bound=BOOL, balance=WHOLE, entries=COUNT),
)  # fmt: skip
ONE = {
    "person": "P1", "alias": "A", "name": "Test person", "id_no": "119999199001010012", "id_type": "01",
    "openid": "o-synthetic", "phone": "19900000001", "flow": "pay/one",
}  # fmt: skip
ACT = shape(("act",), act=TEXT, out_trade_no=TEXT, fen={"type": "integer"})
ROUTES: tuple[Route, ...] = (
    Route("POST", RUN + "/persons", add_person, "a synthetic person for one flow", MADE, ONE,
          shape(("flow", "institution"), flow=FLOW, scenario=TEXT, institution=CODE, alias=TEXT, spec=OBJECT, identity=IDENTITY),
          {"flow": "pay/one", "institution": "H50999900001", "alias": "A", "spec": {"ratio": 70, "balance": 10000}}),
    Route("GET", RUN + "/persons", persons, "the newest persons of a run, without identity",
          told(count=COUNT, persons=listing(told(person=_TEXT, alias=_TEXT, flow=_TEXT, institution=CODE))),
          {"count": 1, "persons": [{"person": "P1", "alias": "A", "flow": "pay/one", "institution": "H50999900001"}]}),
    Route("GET", PERSON, person, "orders and balances in fen, without identity", VIEW,
          {"person": "P1", "alias": "A", "flow": "pay/one", "credential": {"bound": True}, "inpatient": False,
           "orders": [{"payOrdId": "ORD1", "medOrgOrd": "M1", "ordStas": "6", "total": 3000, "fund": 2100}], "refunds": [], "balance": 10000,
           "bank": {"bound": True, "balance": 100000, "entries": 0}}),
    Route("POST", PERSON + "/authorise", authorise, "the patient decides on the authorisation page",
          having("auth_code", auth_code=_TEXT), {"auth_code": "(text)"},
          shape(biz={"enum": ["04107", "04106"]}, channel={"enum": ["wechat", "alipay", "bank", "insurance_app"]},
                decision={"enum": ["agree", "refuse"]}, family_member=TEXT),
          {"biz": "04107", "channel": "wechat", "decision": "agree"}),
    Route("POST", PERSON + "/show-code", show_code, "the patient shows the code", OBJECT, {"ec_code": "(text)"},
          shape(biz=TEXT), {}),
    Route("POST", PERSON + "/do", do, "the patient acts at the cashier", OBJECT, {"payOrdId": "ORD1"},
          shape(("do",), payOrdId=TEXT, do={"enum": ["confirm", "cancel", "wrong_password", "walk_away", "unbind",
                                                     "bind"]}), {"do": "confirm"}),
    Route("POST", PERSON + "/act", act, "an act that a role offers, with its arguments", OBJECT,
          {"out_trade_no": "WX202611290001"}, ACT, {"act": "wechat.pay", "out_trade_no": "WX202611290001"}),
    Route("PUT", PERSON + "/policy", policy, "merge into the patient's policy", OBJECT, {}, OBJECT, {"confirm": "never"}),
)  # fmt: skip
