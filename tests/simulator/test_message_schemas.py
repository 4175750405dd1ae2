"""The field tables: valid 2020-12, every field explained, both engines agree, our own messages fit them."""

from __future__ import annotations

import copy
import json
import re
from decimal import Decimal
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import schemas
from simulator.protocol.model.role import interfaces_of
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire import schema_facts
from simulator.protocol.wire.schema_facts import schema_fact
from simulator.roles import ROLES

FOLDER = Path(schemas.__file__).parent / "messages"
NAMES = sorted(path.relative_to(FOLDER).as_posix().removesuffix(".json") for path in FOLDER.glob("*/*.json"))

ROWS = tuple(row for row in interfaces_of(ROLES) if row.schema)  # the single entry has no content of its own
SCHEMA = {row.number: row.schema for row in ROWS}


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_valid_schema_of_2020_12(name):
    schema = schemas.load(f"messages/{name}")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    jsonschema_rs.validator_for(schema)
    assert schema["title"]
    assert schema["x-source"]
    assert schema["x-confidence"]


@pytest.mark.parametrize("name", NAMES)
def test_each_field_has_a_meaning_a_source_and_a_confidence(name):
    def look(schema, path):
        for member, field in schema.get("properties", {}).items():
            where = f"{path}/{member}"
            assert field.get("description"), where
            if "properties" not in field:
                assert field.get("x-confidence"), where
                assert field.get("x-source"), where
            if "enum" in field and "x-codes" in field:
                assert set(field["enum"]) - {"", None} == set(field["x-codes"]), where
            look(field, where)
            look(field.get("items", {}), f"{where}[]")
        assert set(schema.get("required", ())) <= set(schema.get("properties", {})), path

    look(schemas.load(f"messages/{name}"), "")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_each_interface_has_both_halves(row):
    assert f"{row.schema}.request" in NAMES
    assert f"{row.schema}.response" in NAMES


def both(name, value):
    schema = schemas.load(f"messages/{name}")
    slow = [list(error.absolute_path) for error in Draft202012Validator(schema).iter_errors(value)]
    fast = [list(error.instance_path) for error in jsonschema_rs.validator_for(schema).iter_errors(value)]
    key = json.dumps
    assert sorted(map(key, slow)) == sorted(map(key, fast))
    return slow


@pytest.fixture
def talk(desk):
    """Every message of a payment with refund, revoke and cancelled registration, as they really are."""
    world = desk(balance=1000, ratio=50, other=100, insutype="390")
    said = {}

    def call(number, data, **header):
        reply = type(world).call(world, number, data, **header)
        name = SCHEMA[number]
        said[f"{name}.request"] = {"data": data} if number in ("1101", "2201", "2202") else data
        if reply.success:
            said[f"{name}.response"] = {"code": 0, **reply.data} if number == "userQuery" else reply.data
        return reply

    world.call = call
    mixed, placed = world.place()
    data = world.mix_data(mixed, placed)
    made = call("wxMedIns", data).data
    world.advance(2_000)
    report = {
        "mix_trade_no": made["mix_trade_no"],
        "refund_time": "2026-09-21T09:00:00+08:00",
        "out_refund_no": "RF0",
    }
    parts = dict.fromkeys(("med_refund_gov_fee", "med_refund_self_fee", "med_refund_other_fee"), 0)
    assert call("wxMedInsRefund", {**report, **parts, "med_refund_total_fee": 0}).success
    upload, order = world.pay()
    call("6301", world.query_data(order))
    call("6203", world.refund_data(order, payAuthNo=world.authorise()))
    number = world.shard.core.visits[upload["mdtrtId"]].ipt_otp_no
    call("2202", {"psn_no": world.shard.core.psn_no, "mdtrt_id": upload["mdtrtId"], "ipt_otp_no": number})
    _, second = world.upload()
    call("6401", world.query_data(second))
    data = {"orgId": "H50999900001", "businessType": "01301", "operatorId": "1", "operatorName": "甲"}
    shown = world.act("patient.show_code").data["ec_code"]
    call("1162", {**data, "officeId": "1", "officeName": "收费处", "ecQrCode": shown})
    said[f"{SCHEMA['6302']}.request"] = next(one.data for one in world.notices if one.name == "6302")
    paid = world.prepay_data(amount={"total": 5_000, "currency": "CNY"})
    call("wxPrepay", paid)
    world.act("wechat.pay")
    amount = {"refund": 2_000, "total": 5_000, "currency": "CNY"}
    call("wxRefund", {"out_trade_no": paid["out_trade_no"], "out_refund_no": "RF1", "amount": amount})
    return said


def test_what_we_say_fits_our_own_tables(talk):
    wanted = {f"{row.schema}.{half}" for row in ROWS for half in ("request", "response")} - {
        "centre/6302.response"
    }
    assert set(talk) == wanted
    for name, value in talk.items():
        assert both(name, value) == [], name


REQUIRED = [
    (name, field)
    for name in NAMES
    for field in schemas.load(f"messages/{name}").get("required", ())
    if name.rpartition("/")[2].split(".")[0] not in ("envelope", "fsi", "1101", "2201", "2202")
]


@pytest.mark.parametrize(("name", "field"), REQUIRED)
def test_a_missing_field_is_found_by_both(talk, name, field):
    if name not in talk:
        pytest.skip("no sample")
    value = copy.deepcopy(dict(talk[name]))
    del value[field]
    assert both(name, value) == [[]]


WRONG = [
    ("centre/6201.request", "medfeeSumamt", "12.345"),
    ("centre/6201.request", "medfeeSumamt", "-1"),
    ("centre/6201.request", "medfeeSumamt", ""),
    ("centre/6201.request", "acctUsedFlag", "2"),
    ("centre/6201.request", "acctUsedFlag", 1),
    ("centre/6201.request", "begntime", "2026/09/21"),
    ("centre/6201.request", "feedetailList", []),
    ("centre/6201.request", "psnNo", "x" * 31),
    ("centre/6201.request", "uldLatlnt", "here"),
    ("centre/6203.request", "appRefdTime", "2026-09-21 10:00:00"),
    ("centre/6203.request", "refdType", "PART"),
    ("centre/6302.request", "setlType", "SOME"),
    ("centre/6203.response", "refStatus", "OK"),
]


@pytest.mark.parametrize(("name", "field", "value"), WRONG)
def test_a_wrong_value_is_found_by_both(talk, name, field, value):
    found = both(name, {**talk[name], field: value})
    assert found
    assert all(path == [field] for path in found)


RIGHT = [
    ("centre/6201.request", "medfeeSumamt", 100.5),
    ("centre/6201.request", "medfeeSumamt", "100"),
    ("centre/6201.request", "begntime", "20260921090000"),
    ("centre/6201.request", "diseCodg", ""),
    ("centre/6201.request", "extData", None),
    ("centre/6201.request", "somethingNew", {"a": 1}),
    ("centre/6201.request", "uldLatlnt", "0,0"),
    ("centre/6202.request", "acctUsedFlag", ""),
    ("centre/6203.request", "psnAcctRefdAmt", None),
    ("centre/6302.request", "somethingNew", "1"),
]


@pytest.mark.parametrize(("name", "field", "value"), RIGHT)
def test_what_clients_really_send_is_let_through(talk, name, field, value):
    assert both(name, {**talk[name], field: value}) == []


@settings(max_examples=80, deadline=None)
@given(
    name=st.sampled_from(
        ["centre/6202.request", "centre/6203.request", "centre/6301.response", "institution/2201.request"]
    ),
    value=st.recursive(
        st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=4) | st.just(Decimal("1.5")),
        lambda inner: st.dictionaries(
            st.sampled_from(["data", "payOrdId", "refdType", "feeSumamt", "extData", "psn_no"]),
            inner,
            max_size=4,
        ),
        max_leaves=8,
    ),
)
def test_both_engines_agree_on_anything(name, value):
    both(name, value)


def numeric(schema, path=()):
    """The path and schema of every member that may be a number; through arrays, the rows."""
    kinds = schema.get("type", ())
    if {"number", "integer"} & set([kinds] if isinstance(kinds, str) else kinds):
        yield path, schema
    for name, member in schema.get("properties", {}).items():
        yield from numeric(member, (*path, name))
    if "items" in schema:
        yield from numeric(schema["items"], (*path, "[]"))


def told(name, path, value):
    """The paths that the schema fact of both engines complains of when only the member at `path` is there."""
    where = "/" + "/".join("0" if part == "[]" else part for part in path)
    for part in reversed(path):
        value = [value] if part == "[]" else {part: value}
    facts = [schema_fact(name, value, engine) for engine in ("rs", "python")]
    assert facts[0] == facts[1]
    return where in {error["path"] for error in facts[0].data.get("errors", ())}


BOUND = [
    (name, path, member)
    for name in NAMES
    for path, member in numeric(schemas.load(f"messages/{name}"))
    if "pattern" in member
]


@pytest.mark.parametrize(
    ("name", "path", "member"), BOUND, ids=[f"{row[0]}:{'.'.join(row[1])}" for row in BOUND]
)
def test_a_number_is_bound_by_the_pattern_of_its_text(name, path, member, monkeypatch):
    """Every member of every message that may be sent either way: the same digits and decimals in both forms."""
    monkeypatch.setattr(schema_facts, "ERRORS_LISTED", 500)  # all else that is required is missing
    whole = [text for text in ("1", "1" * 10, "1" * 13) if re.search(member["pattern"], text)]
    assert whole, "a sample that fits"
    assert not told(name, path, Num(whole[-1]))
    for wrong in ("1" * 15, "1." + "1" * 7, "1" * 20 + ".1", "1e2"):
        assert told(name, path, wrong), wrong
        assert told(name, path, Num(wrong)), f"{wrong} sent as a number"
    assert told(name, path, Num("1.1")) is ("number" not in member["type"])


def test_there_are_members_of_both_kinds():
    assert len(BOUND) > 50
    assert {"number", "integer"} <= {kind for _, _, member in BOUND for kind in member["type"]}
