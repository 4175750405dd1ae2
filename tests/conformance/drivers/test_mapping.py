"""A mapping file turns calls into the vendor's own API and its replies into answers; it never raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.drivers import mapping
from conformance.drivers.call import STATES, Answer, Call
from conformance.drivers.http import HttpCall, HttpReply
from conformance.mistake import Mistake

TEXT = """\
schema: 1
headers: {X-Key: "{token}"}
actions:
  hospital_info:
    fixed:
      state: done
      result: {code: {const: H1}, name: {const: 医院}, region: {const: "509999"}, services: {const: []}, contract: {const: 1}}
  create_patient: {fixed: {state: done, result: {patient_id: {from: "{patient.id_no}"}, created: {const: true}}}}
  prescribe:
    method: POST
    path: /api/bills
    body: {person: "{patient.id_no}", rows: "{args.items}", doctor: "{args.doctor_id}", fixed: {kind: outpatient}}
    state: {path: $.code, table: {"0": done}, otherwise: refused}
    code: {path: $.code, table: {"17": BILL_BUSY}, otherwise: OTHER}
    message: $.msg
    result:
      bill_id: {path: $.data.no, as: string}
      total: {path: $.data.amount, unit: yuan}
  unpaid_detail:
    method: GET
    path: /api/bills/{args.bill_id}
    query: {person: "{patient.id_no}", at: "{args.from}"}
    result:
      bill_id: {path: $.no, as: string}
      total: {path: $.amount, unit: yuan}
      items:
        each: $.rows[*]
        item: {item_id: {path: $.id, as: string}, code: $.c, name: $.n, cnt: {path: $.q, as: string}, price_text: {path: $.p, as: string}, amount: {path: $.a, unit: yuan}}
      amounts: {object: {total: {path: $.amount, unit: yuan}}}
    refs: {medOrgOrd: $.order}
"""
PATIENT = {"name": "甲", "id_type": "01", "id_no": "X1", "openid": "o"}
MAPPED = mapping.load(TEXT, "mapping.yaml")


def call(action: str, **args: Any) -> Call:
    return Call(action, "r", "c", args, "f", PATIENT)


def sent(action: str, **args: Any) -> HttpCall:
    built = mapping.build(MAPPED, call(action, **args), "tok")
    assert isinstance(built, HttpCall)
    return built


def read(action: str, status: int, value: Any) -> Answer:
    return mapping.read(MAPPED, call(action), HttpReply(status, json.dumps(value).encode()))


def test_a_body_keeps_json_types_and_drops_what_is_absent() -> None:
    built = sent("prescribe", items=[{"code": "A"}])
    assert json.loads(built.body) == {
        "person": "X1",
        "rows": [{"code": "A"}],
        "fixed": {"kind": "outpatient"},
    }
    assert built.headers["X-Key"] == "tok"


def test_a_path_segment_is_encoded_and_a_query_drops_what_is_absent() -> None:
    assert sent("unpaid_detail", bill_id="../a b?x=1").path == "/api/bills/..%2Fa%20b%3Fx%3D1?person=X1"


def test_values_are_taken_by_path_table_and_unit() -> None:
    answer = read("prescribe", 200, {"code": 0, "data": {"no": 7, "amount": 60.1}})
    assert (answer.state, answer.result) == ("done", {"bill_id": "7", "total": 6010})
    refused = read("prescribe", 200, {"code": 17, "msg": "忙"})
    assert (refused.state, refused.code, refused.message) == ("refused", "BILL_BUSY", "忙")


def test_lists_and_nested_objects_are_taken() -> None:
    row = {"id": 1, "c": "A", "n": "药", "q": 2, "p": "30.00", "a": "60.00"}
    answer = read("unpaid_detail", 200, {"no": "B1", "amount": "60.00", "rows": [row], "order": "M1"})
    assert answer.state == "done", answer.problem
    assert answer.result["items"][0] == {
        "item_id": "1",
        "code": "A",
        "name": "药",
        "cnt": "2",
        "price_text": "30.00",
        "amount": 6000,
    }
    assert answer.result["amounts"] == {"total": 6000}
    assert answer.refs == {"medOrgOrd": "M1"}


def test_what_needs_no_call_is_answered_at_once_and_what_has_no_row_is_not_offered() -> None:
    info = mapping.build(MAPPED, Call("hospital_info", "r", "c"), "t")
    assert isinstance(info, Answer)
    assert info.result["code"] == "H1"
    patient = mapping.build(MAPPED, call("create_patient"), "t")
    assert isinstance(patient, Answer)
    assert patient.result == {"patient_id": "X1", "created": True}
    pay = mapping.build(MAPPED, call("pay"), "t")
    assert isinstance(pay, Answer)
    assert pay.state == "not_offered"


@pytest.mark.parametrize(
    "value, problem",
    [({"code": 0}, "result.bill_id"), ({"code": 0, "data": {"no": 1, "amount": "many"}}, "actions.prescribe"), ([], "state: 取不到"), (None, "state")],
)  # fmt: skip
def test_what_cannot_be_taken_is_an_error_that_names_the_place(value: Any, problem: str) -> None:
    answer = read("prescribe", 200, value)
    if problem.startswith("state"):
        assert answer.state in ("error", "refused")
    else:
        assert answer.state == "error"
        assert problem in str(answer.problem)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["code", "data", "no", "amount", "rows", "msg", "id", "a"]), inner, max_size=4
        )
    ),
    max_leaves=15,
)


@given(st.sampled_from(["prescribe", "unpaid_detail", "pay"]), st.integers(100, 599), JSON)
def test_no_reply_raises(action: str, status: int, value: Any) -> None:
    assert read(action, status, value).state in STATES


@given(st.sampled_from(["prescribe", "unpaid_detail"]), st.binary(max_size=60))
def test_no_body_raises(action: str, body: bytes) -> None:
    assert mapping.read(MAPPED, call(action), HttpReply(200, body)).state in STATES


@given(st.dictionaries(st.sampled_from(["bill_id", "items", "from", "doctor_id"]), JSON, max_size=4))
def test_no_arguments_raise(args: dict[str, Any]) -> None:
    for action in ("prescribe", "unpaid_detail"):
        built = mapping.build(MAPPED, call(action, **args), "tok")
        if isinstance(built, Answer):
            assert "path 需要 {args.bill_id}" in str(built.problem)
            continue
        assert "\n" not in built.path
        assert all("\n" not in value for value in built.headers.values())


@pytest.mark.parametrize(
    "old, new, line",
    [
        ("  prescribe:", "  perscribe:", "m.yaml:9: actions.perscribe: 合同里没有这个动作"),
        ("$.data.no", "$.data.", "m.yaml:17: actions.prescribe.result.bill_id.path: 不是有效的 JSONPath"),
        ('"{args.items}"', '{each: "{args.items}"}', "m.yaml:12: actions.prescribe.body.rows: 列表模板写成"),
        ('"{args.items}"', '{each: 1, item: {}}', "m.yaml:12: actions.prescribe.body.rows: 列表模板写成"),
        ('"{args.items}"', '"{item.code}"', "m.yaml:12: actions.prescribe.body.rows: 占位符 {item.code} 只能用在列表模板的 item 里"),
        ('"{args.items}"', '{from: "{args.items}", unti: yuan}', "m.yaml:12: actions.prescribe.body.rows.unti: 不认识的键, 是不是 unit?"),
        ('"{args.items}"', '{from: "{args.items}", unit: jiao}', "m.yaml:12: actions.prescribe.body.rows.unit: 写成 fen | yuan 之一"),
        ('"{args.items}"', '{from: "{args.items}", table: {a: [1]}}', "m.yaml:12: actions.prescribe.body.rows.table: 写成对照表"),
        ('person: "{patient.id_no}", at', 'person: {from: "{patient.id_no}", unti: fen}, at', "m.yaml:22: actions.unpaid_detail.query.person.unti: 不认识的键, 是不是 unit?"),
        ("{X-Key:", "{X Key:", "m.yaml:2: headers"),
        ("X-Key: \"{token}\"", "X-Key: \"Bearer {tokens}\"", "m.yaml:2: headers.X-Key: 占位符 {tokens} 要以"),
        ("table: {\"0\": done}", "table: {\"0\": ok}", "m.yaml:13: actions.prescribe.state.table.0: 写成 done | accepted | refused | not_offered 之一 (现在是 ok)"),
        ("BILL_BUSY", "BUSY", "m.yaml:14: actions.prescribe.code.table.17: 写成 BILL_UNKNOWN | "),
        ("    message: $.msg", "    status: {const: 400}", "m.yaml:15: actions.prescribe.status.const: 写成 409 | 422 之一 (现在是 400)"),
        ("each: $.rows[*]", "each: $.rows[", "m.yaml:27: actions.unpaid_detail.result.items.each: 不是有效的 JSONPath"),
        ("each: $.rows[*]", "path: $.rows", "m.yaml:26: actions.unpaid_detail.result.items: each 要和 item"),
        ("{from: \"{patient.id_no}\"}, created", "{from: \"{person.id_no}\"}, created", "m.yaml:8: actions.create_patient.fixed.result.patient_id.from: 占位符 {person.id_no} 要以"),
        ("{patient.id_no}\", rows", "{person.id_no}\", rows", "m.yaml:12: actions.prescribe.body.person: 占位符 {person.id_no} 要以"),
        ("    path: /api/bills\n", "", "m.yaml:9: actions.prescribe.path: 缺少"),
        ("{path: $.code, table: {\"0\": done}, otherwise: refused}", "{table: {\"0\": done}}", "m.yaml:13: actions.prescribe.state: 取值要写"),
        ("unit: yuan", "unit: dollar", "m.yaml:18: actions.prescribe.result.total.unit: 写成 fen | yuan 之一"),
        ("method: POST", "method: SEND", "m.yaml:10: actions.prescribe.method: 写成 GET"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(old: str, new: str, line: str) -> None:
    with pytest.raises(Mistake) as caught:
        mapping.load(TEXT.replace(old, new, 1), "m.yaml")
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)
