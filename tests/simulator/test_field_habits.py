"""What clients write into business fields beyond the sheet's lengths and forms (centre sheet 22): option by option."""

from __future__ import annotations

import copy

import pytest

import schemas
from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.money import MoneyError, to_fen
from simulator.protocol.text.times import parse_timestamp
from simulator.protocol.wire.advice import advice_facts
from simulator.protocol.wire.amounts import amount_facts
from simulator.protocol.wire.field_options import DATE_FORMS, ROWS, table
from simulator.protocol.wire.opened import ADVISORY, notes
from simulator.protocol.wire.schema_facts import schema_fact

REQUEST = "centre/6201.request"


@pytest.fixture
def upload(desk):
    """An upload as the desk's hospital writes it."""
    world = desk()
    auth = world.authorise()
    return world.upload_data(auth, world.register(auth), [("A001", "10.00"), ("A002", "2.50")])


def facts(data, profile, name=REQUEST):
    return (
        schema_fact(name, data, profile=profile),
        *amount_facts("6201", "request", data, profile),
        *advice_facts(name, data, profile),
    )


def refused(data, profile):
    return [fact.name for fact in facts(data, profile) if not fact.ok and fact.name not in ADVISORY]


def noted(data, profile):
    return [fact.name for fact in notes(facts(data, profile))]


def changed(data, row=None, /, **more):
    """The upload with other members, or with other members in one line."""
    data = copy.deepcopy(data)
    (data if row is None else data["feedetailList"][row]).update(more)
    return data


def test_the_base_changes_no_table(base_profile):
    for name in schemas.messages():
        assert table(name, base_profile) == schemas.load(f"messages/{name}"), name


def test_every_row_names_an_option_and_members_that_are_there(base_profile):
    for row in ROWS:
        assert row.option in base_profile.options
        found = [
            name for name in schemas.messages() if name.startswith(row.of)
            and any(f'"{member}"' in str(schemas.load(f"messages/{name}")).replace("'", '"') for member in row.members)
        ]  # fmt: skip
        assert found, row


@pytest.mark.parametrize("size", [30, 36, 40])
@pytest.mark.parametrize("member", ["chrgBchno", "iptOtpNo"])
def test_long_numbers_are_taken_in_the_base(upload, base_profile, member, size):
    data = changed(upload, **{member: "B" * size})
    assert refused(data, base_profile) == []
    assert refused(changed(upload, 0, chrgBchno="B" * size), base_profile) == []
    narrow = base_profile.with_overrides({"fields.number_chars": 30})
    assert refused(data, narrow) == ([] if size == 30 else ["schema"])
    assert refused(changed(upload, **{member: "B" * 41}), base_profile) == ["schema"]


def test_the_number_of_2201_is_as_long(base_profile):
    for name in ("2201.request", "2202.request"):
        part = table(f"institution/{name}", base_profile.with_overrides({"fields.number_chars": 36}))
        assert part["properties"]["data"]["properties"]["ipt_otp_no"]["maxLength"] == 36


@pytest.mark.parametrize("size", [32, 36, 64])
def test_an_order_number_has_up_to_64_characters(desk, size):
    """Contracts 10: a UUID of 32 or 36 characters is a fine `medOrgOrd`."""
    world = desk()
    number = "0123456789abcdef-0123456789ABCDEF_0123456789abcdef-0123456789ABCDEF"[:size]
    data, order = world.upload(medOrgOrd=number)
    assert order["payOrdId"]
    assert data["medOrgOrd"] == number
    assert refused(data, world.profile) == []
    assert noted(data, world.profile) == ["note.order_number"], "over 20 a wallet may refuse it"


@pytest.mark.parametrize("how", ["required", "optional"])
def test_the_flag_of_a_line_may_be_empty_or_absent(upload, base_profile, how):
    profile = base_profile.with_overrides({"fields.rx_circ_flag": how})
    bare = copy.deepcopy(upload)
    del bare["feedetailList"][0]["rxCircFlag"]
    for data in (bare, changed(upload, 0, rxCircFlag=""), changed(upload, 0, rxCircFlag=None)):
        assert refused(data, profile) == ([] if how == "optional" else ["schema"])
    assert refused(changed(upload, 0, rxCircFlag="2"), profile) == ["schema"]
    assert refused(changed(upload, rxCircFlag=""), profile) == [], (
        "of the whole upload it may be empty anyway"
    )


WRITTEN = {
    "iso": "2026-01-01 09:10:00",
    "14": "20260101091000",
    "iso_ms": "2026-01-01 09:10:00.000",
    "17": "20260101091000000",
    "13": "1767229800000",
}


@pytest.mark.parametrize("member", ["begntime", "endtime", "feeOcurTime", "diagTime"])
@pytest.mark.parametrize("form", DATE_FORMS)
def test_dates_have_the_forms_of_the_profile(upload, base_profile, member, form):
    data = copy.deepcopy(upload)
    data.setdefault("diseinfoList", [{}])
    where = {"feeOcurTime": data["feedetailList"][0], "diagTime": data["diseinfoList"][0]}.get(member, data)
    where[member] = WRITTEN[form]
    wide = base_profile.with_overrides({"fields.date_forms": list(DATE_FORMS)})
    only = base_profile.with_overrides({"fields.date_forms": [form]})
    assert refused(data, wide) == []
    assert (refused(data, base_profile) == []) == (form in ("iso", "14"))
    assert WRITTEN.keys() == DATE_FORMS.keys()
    where[member] = "2026/01/01"
    fact = schema_fact(REQUEST, data, profile=only)
    assert not fact.ok
    assert DATE_FORMS[form][1] in str(fact.note)
    if form == "13":
        where[member] = Num(WRITTEN[form])
        assert refused(data, wide) == [], "a number too"
        assert parse_timestamp(where[member]) == ("13", 1767229800000)


@pytest.mark.parametrize(
    ("value", "fen"), [("12.5", 1250), ("12.500", 1250), ("12.5000", 1250), ("12.00", 1200)]
)
def test_four_decimals_that_are_whole_fen_are_taken_and_noted(upload, base_profile, value, fen):
    wide = base_profile.with_overrides({"fields.decimals": 4})
    data = changed(
        changed(upload, 0, detItemFeeSumamt=value, pric=value, cnt="1"), 1, detItemFeeSumamt="0.00"
    )
    data["medfeeSumamt"] = Num(value)
    data["feedetailList"][1].update(pric="0", cnt="1")
    for name in ("fulamtOwnpayAmt", "preselfpayAmt", "inscpScpAmt"):
        data.pop(name, None)
    long = len(value.partition(".")[2]) > 2
    assert refused(data, wide) == []
    assert noted(data, wide).count("note.decimals") == long
    assert refused(data, base_profile) == (["schema", "amounts.form"] if long else [])
    assert "note.decimals" not in noted(data, base_profile)
    assert to_fen(value, places=4) == fen


@pytest.mark.parametrize("value", ["12.345", "12.3456", "12.50000", "12.0001", "1.00e1"])
def test_what_no_fen_can_hold_is_refused(upload, base_profile, value):
    wide = base_profile.with_overrides({"fields.decimals": 4})
    assert refused(changed(upload, 0, detItemFeeSumamt=value), wide) == ["schema", "amounts.form"]
    with pytest.raises(MoneyError):
        to_fen(value, places=4)


def bill(desk, *lines, **options):
    """What the centre makes of an upload with these (code, cnt, amount) lines: the reply and the order's lines."""
    world = desk(options={"fields.negative_lines": "allow"}, ratio=50, **options)
    auth = world.authorise()
    data = world.upload_data(auth, world.register(auth), [(code, amount) for code, _, amount in lines])
    for row, (_, count, _) in zip(data["feedetailList"], lines, strict=True):
        row.update(cnt=count, pric=row["pric"].lstrip("-"))
    total = sum(to_fen(amount, negative=True) for _, _, amount in lines)
    data["medfeeSumamt"] = f"{total / 100:.2f}"
    for name in ("fulamtOwnpayAmt", "preselfpayAmt", "inscpScpAmt"):
        data.pop(name, None)
    return world, data, world.call("6201", data)


def test_a_negative_line_takes_back_what_its_item_cost(desk):
    world, data, reply = bill(desk, ("A001", "1", "30.00"), ("C001", "2", "20.00"), ("C001", "-1", "-10.00"))
    assert reply.success, reply.message
    order = world.orders[reply.data["payOrdId"]]
    assert order.lines == (("A001", 3000), ("C001", 1000))
    assert order.total == 4000
    assert "note.negative_line" in noted(data, world.profile)
    assert refused(data, world.profile) == []
    strict = world.profile.with_overrides({"fields.negative_lines": "refuse"})
    assert refused(data, strict) == ["schema", "amounts.form"]
    paid = world.call("6202", world.pay_data(data, reply.data))
    sums = [to_fen(paid.data[name]) for name in ("fundPay", "psnAcctPay", "ownPayAmt", "othFeeAmt")]
    assert sum(sums) == 4000
    assert min(sums) >= 0


def test_more_cannot_be_taken_back_than_there_was(desk):
    world, _data, reply = bill(desk, ("A001", "1", "30.00"), ("C001", "-1", "-10.00"))
    assert reply.code == "LT-AMOUNT-FORM"
    assert "C001" in str(reply.message)
    assert not world.orders


@pytest.mark.parametrize("second", ["ecToken", "payAuthNo"])
def test_both_credentials_of_one_person_may_stand_in_one_upload(desk, second):
    """Centre sheet 22: `ecToken` beside `payAuthNo` in 6201."""
    world = desk()
    auth, token = world.authorise(), world.show_code()
    data = world.upload_data(auth, world.register(auth), [("A001", "10.00")], ecToken=token)
    reply = world.call("6201", data)
    assert reply.success, reply.message
    other = world.neighbour()
    stranger = other.show_code() if second == "ecToken" else other.authorise()
    data = world.upload_data(world.authorise(), world.register(world.authorise()), [("A001", "10.00")])
    data = {**data, "ecToken": world.show_code(), "medOrgOrd": "second", second: stranger}
    assert world.call("6201", data).code == "LT-AUTH-UNKNOWN", "each of them is looked at"


PLACES = [("24.485407,118.096435", False), ("118.096435,24.485407", True), ("39.9,116.4", False)]


@pytest.mark.parametrize(("value", "fine"), PLACES)
def test_the_order_of_longitude_and_latitude_is_said_in_words(upload, base_profile, value, fine):
    data = changed(upload, uldLatlnt=value)
    told = " ".join(str(fact.note) for fact in facts(data, base_profile) if not fact.ok)
    assert ("经度在前" in told and "先写经度再写纬度" in told) is not fine


def test_a_line_whose_price_and_count_make_another_total_is_a_note(upload, base_profile):
    data = changed(upload, 0, pric="9.00", cnt="1")
    assert refused(data, base_profile) == []
    assert noted(data, base_profile) == ["note.line_total"]
