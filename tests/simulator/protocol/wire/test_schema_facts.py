"""The schema fact: the same differences from both engines, and never a value of the message in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire import schema_facts as module
from simulator.protocol.wire import schema_parts
from simulator.protocol.wire.schema_facts import schema_fact, shortened
from simulator.protocol.wire.schema_parts import MOST_DIFFERENCES

SCHEMA = {
    "type": "object",
    "required": ["orgCodg", "total"],
    "properties": {
        "orgCodg": {"type": "string", "minLength": 1, "maxLength": 5},
        "total": {"type": ["string", "number"], "pattern": "^[0-9]+$", "minimum": 0, "maximum": 100},
        "price": {"type": ["string", "number", "null"], "pattern": "^$|^(0|[1-9][0-9]{0,3})(\\.[0-9]{1,2})?$", "minimum": 0},
        "weeks": {"type": ["string", "integer"], "minimum": 0, "maximum": 99},
        "flag": {"enum": ["0", "1"]},
        "kind": {"const": "x"},
        "rows": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "object", "required": ["n"],
                                                                           "additionalProperties": False,
                                                                           "properties": {"n": {"type": "string"}}}},
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def table(monkeypatch):
    real = schemas.load
    module._validator.cache_clear()
    monkeypatch.setattr(schemas, "load", lambda name: SCHEMA if name == "messages/t.request" else real(name))
    yield
    module._validator.cache_clear()


def both(data):
    facts = [schema_fact("t.request", data, engine) for engine in ("rs", "python")]
    assert facts[0] == facts[1]
    return facts[0]


@pytest.mark.parametrize(("data", "path", "rule"), [
    ({"total": "1"}, "", "required"),
    ({"orgCodg": "H", "total": "x"}, "/total", "pattern"),
    ({"orgCodg": "H", "total": Num("101")}, "/total", "maximum"),
    ({"orgCodg": "H", "total": Num("-1")}, "/total", "minimum"),
    ({"orgCodg": "H", "total": []}, "/total", "type"),
    ({"orgCodg": Num("1"), "total": "1"}, "/orgCodg", "type"),
    ({"orgCodg": "", "total": "1"}, "/orgCodg", "minLength"),
    ({"orgCodg": "HHHHHH", "total": "1"}, "/orgCodg", "maxLength"),
    ({"orgCodg": "H", "total": "1", "flag": "2"}, "/flag", "enum"),
    ({"orgCodg": "H", "total": "1", "kind": "y"}, "/kind", "const"),
    ({"orgCodg": "H", "total": "1", "rows": []}, "/rows", "minItems"),
    ({"orgCodg": "H", "total": "1", "rows": [{"n": "1"}] * 4}, "/rows", "maxItems"),
    ({"orgCodg": "H", "total": "1", "rows": [{"n": "1"}, {}]}, "/rows/1", "required"),
    ({"orgCodg": "H", "total": "1", "rows": [{"n": "1", "q": "2"}]}, "/rows/0", "additionalProperties"),
])  # fmt: skip
def test_each_rule_names_path_rule_and_limit(data, path, rule):
    fact = both(data)
    assert not fact.ok
    assert (fact.data["errors"][0]["path"], fact.data["errors"][0]["rule"]) == (path, rule)
    assert str(fact.note).startswith("字段不符")


def test_good_data_and_numbers_by_their_text():
    assert both({"orgCodg": "H", "total": Num("12")}).ok
    assert both({"orgCodg": "H", "total": 12}).ok
    assert both({"orgCodg": "H", "total": "12", "rows": [{"n": "1"}], "more": {"any": 1}}).ok


@pytest.mark.parametrize("form", [str, Num], ids=["text", "number"])
@pytest.mark.parametrize(("said", "fine"), [
    ("0", True), ("9999", True), ("9999.99", True), ("12.5", True), ("12.50", True),
    ("10000", False), ("9999.999", False), ("12.505", False), ("12.500", False),
    ("1E2", False), ("1e+2", False), ("1.5e-1", False), ("-1", False), ("-0.01", False),
])  # fmt: skip
def test_digits_and_decimals_bind_a_number_as_they_bind_a_text(form, said, fine):
    fact = both({"orgCodg": "H", "total": "1", "price": form(said)})
    assert fact.ok is fine
    assert [error["path"] for error in fact.data.get("errors", ())] == ([] if fine else ["/price"]), (
        "said once"
    )


@pytest.mark.parametrize(("said", "fine"), [
    ("0", True), ("99", True), ("100", False), ("-1", False), ("1.0", True), ("1.5", False), ("10E-1", True), ("1E1", True),
    ("1E400", False), ("1" * 40, False),
])  # fmt: skip
def test_the_engines_agree_what_a_whole_number_is(said, fine):
    assert both({"orgCodg": "H", "total": "1", "weeks": Num(said)}).ok is fine


def test_a_number_where_a_text_belongs_is_told_once():
    assert both({"orgCodg": Num("123456789"), "total": "1"}).data["count"] == 1


def test_no_schema_is_said_and_is_no_finding():
    fact = schema_fact("nothing.request", {})
    assert fact.ok
    assert fact.data == {"schema": "nothing.request", "checked": False}


def test_values_are_never_quoted_and_the_list_is_bounded():
    secret = "510999199001011234"
    data = {"orgCodg": secret, "total": secret + "x", "flag": secret, "rows": [{secret[:4]: secret}] * 50}
    fact = both(data)
    assert secret not in json.dumps(fact.as_json(), ensure_ascii=False)
    assert fact.data["count"] > 100
    assert {error["path"]: error["n"] for error in fact.data["errors"] if "n" in error} == {"/rows/0": 50}, (
        "rows that are alike are told once"
    )


def test_a_refusal_names_all_fields_by_their_names_and_where_the_table_is():
    """Issue 6, 8: the first refusal of an empty 6201 says twenty of what is missing, not the first of it."""
    fact = schema_fact("centre/6201.request", {"feedetailList": [{}, {}], "medType": ""})
    head, *parts = str(fact.note).split("; ")
    assert head == ("字段不符 47 处, 见 docs/protocol/6201.md#request: medType(医疗类别): 不能为空, 例如 11")
    assert parts[0].startswith("缺少 orgCodg(定点机构编码), psnNo(人员编号), insutype(险种类型), ")
    assert parts[0].count(", ") == 18
    assert parts[1] == "另有 26 处"
    few = schema_fact("centre/6203.request", {"payOrdId": "1", "refdType": "all"}).note
    assert str(few) == (
        "字段不符 5 处, 见 docs/protocol/6203.md#request: refdType(退费类型): "
        "写成 ALL(全部) | CASH(只退现金) | HI(只退医保) 之一; 缺少 appRefdSn(应用退款流水号), "
        "appRefdTime(退费申请时间), totlRefdAmt(总退费金额), cashRefdAmt(现金退费金额)"
    )


def test_what_does_not_fit_an_answer_is_cut_at_a_name():
    fact = schema_fact("institution/2201.request", {"data": {}})
    assert shortened(fact, 1_000) == fact.note
    short = str(shortened(fact, 120))
    assert (
        short
        == "字段不符 11 处, 见 docs/protocol/2201.md#request: data.psn_no, data.insutype, data.begntime, data.mdtrt_cert_type, …"
    )
    assert len(short) <= 120


def test_lone_surrogates_do_not_escape():
    assert not both({"orgCodg": "\ud800" * 9, "total": "1"}).ok


texts = st.text(max_size=6)
numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,4})?([eE][-+]?[0-9]{1,2})?", fullmatch=True).map(
    Num
)
things = st.recursive(
    st.none() | st.booleans() | texts | st.integers(-200, 200) | numbers,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["orgCodg", "total", "price", "weeks", "flag", "kind", "rows", "other"]), things
    )
)
def test_the_engines_agree_on_anything(data):
    both(data)


def test_our_message_tables_compile_in_both_engines():
    folder = Path(schemas.__file__).parent / "messages"
    names = [
        path.relative_to(folder).as_posix().removesuffix(".json") for path in folder.glob("*/*.request.json")
    ]
    assert sorted(names) == [name for name in schemas.messages() if name.endswith(".request")]
    for name in names:
        for engine in ("rs", "python"):
            assert schema_fact(name, {"\u0000": []}, engine).data.get("checked") is not False


def test_many_faults_are_looked_for_up_to_a_limit():
    rows = {"orgCodg": "H", "total": "1", "rows": [{"q": "1"}] * 5_000}
    assert schema_fact("t.request", rows).data["count"] == MOST_DIFFERENCES
    last = {"orgCodg": "H", "total": "1", "rows": [{"n": "1"}] * 5_000 + [{}]}
    assert [error["path"] for error in schema_fact("t.request", last).data["errors"]] == [
        "/rows",
        "/rows/5000",
    ]


def test_unknown_members_are_not_copied_for_each_fault():
    """The engine copied all of them for each: 20 faults beside 99,000 unknown members took 7 s."""
    data = {f"k{number}": "1" for number in range(3_000)}
    part = schema_parts._part(SCHEMA)
    shown = schema_parts._hollow(part, data | {"rows": [{"n": "1"}] * 9, "flag": "2"})
    assert shown == {"rows": [None] * 9, "flag": "2"}
    assert len(schema_parts._hollow(part.members["rows"].rows, data)) == schema_parts.UNKNOWN_KEPT


def test_an_outer_form_says_all_that_is_missing_or_wrong():
    came = {"inf_time": "2026/01/01", "opter_type": "9", "infver": "V1.0.0.0", "opter": 1}
    fact = schema_facts_of_header(came)
    assert fact.data["missing"] == ["msgid", "fixmedins_code"]
    assert str(fact.note) == (
        "字段不符 6 处, 见 docs/protocol/fsi.md#request: inf_time(交易时间): 写成 yyyy-MM-dd HH:mm:ss 的北京时间, "
        "例如 2026-01-01 09:00:00; opter_type(经办人类别): 写成 1(经办人) | 2(自助终端) | 3(移动终端) 之一; "
        "infver(接口版本号): 字数不能多于 6, 例如 V1.0; opter(经办人): 写成文本(加引号), 例如 0001; "
        "缺少 msgid(发送方报文 ID), fixmedins_code(定点医药机构编号)"
    )
    assert len(str(shortened(fact, 180))) <= 180


def schema_facts_of_header(came):
    return module.outer_fact(
        "fsi.header", "institution/fsi.request", ["msgid", "fixmedins_code"], list(came), came
    )


def test_an_engineer_who_mends_what_is_named_needs_two_refusals():
    """Issue 6, 8: from an empty 6201 to one that fits the table; it took 36 requests when the first field alone was named."""
    table = schemas.load("messages/centre/6201.request")
    row = table["properties"]["feedetailList"]["items"]["properties"]
    upload, refusals = {}, 0
    while not (fact := schema_fact("centre/6201.request", upload)).ok:
        refusals += 1
        for error in fact.data["errors"]:
            name = error["message"].partition("(")[0].partition(":")[0]
            if name.startswith("feedetailList[1]."):
                member = name.partition(".")[2]
                upload["feedetailList"][0][member] = row[member]["examples"][0]
            else:
                upload[name] = [{}] if name == "feedetailList" else table["properties"][name]["examples"][0]
    assert refusals == 2
