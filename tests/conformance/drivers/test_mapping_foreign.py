"""A foreign API as it is: lists, units, texts, tables, codes. Nothing about it was made for the contract."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.drivers import mapping, takes
from conformance.drivers.call import STATES, Answer, Call
from conformance.drivers.http import HttpCall, HttpReply

TEXT = """\
schema: 1
headers: {Authorization: "Bearer {token}", X-Trace: "lt-{run}-{call_id}"}
actions:
  prescribe:
    path: /v2/hospital/{institution}/rx
    body:
      patient: "{patient.name}({patient.id_no})"
      rows: {each: "{args.items}", item: {drug: "{item.code}", label: "{item.name} x{item.cnt}", qty: {from: "{item.cnt}", as: number}, price: "{item.price_text}", by: "{args.doctor_id}"}}
      period: {from: "{args.from}", to: "{args.to}"}
      fixed: [{kind: rx, rate: 1.5}, {}]
    state: {path: $.rc, table: {"00": done}, otherwise: refused}
    status: {path: $.rc, table: {B1: 409}, otherwise: 422}
    code: {path: $.rc, table: {B1: BILL_BUSY, A1: AMOUNT}, otherwise: OTHER}
    message: $.rm
    result: {bill_id: {path: $.d.id, as: string}, total: {path: $.d.sum, unit: yuan}}
  pay:
    path: /v2/pay
    query: {amount: {from: "{args.fee}", unit: yuan}, channel: {from: "{args.channel}", table: {wechat: WX, alipay: ZFB}, otherwise: QT}}
    body:
      bills: {each: "{args.bill_ids}", item: "{item}"}
      wrapped: {each: "{args.bill_ids}", item: {no: "{item}"}}
      useAccount: {from: "{args.acct_used}", table: {true: Y, false: N}, otherwise: ""}
      code: "{args.auth_code}"
      who: {auth: "{args.pay_auth_no}", deep: {ec: "{args.ec_code}"}}
    state: {path: $.ok, table: {true: done, false: accepted}}
    patient_state: {path: $.icon, table: {green: success}, otherwise: pending}
    result:
      order_state: {path: $.st, table: {1: paid}, otherwise: pending}
      amounts: {object: {total: {path: $.a, unit: yuan}, cash: {path: $.b, unit: fen}}}
  refund_bill:
    path: /v2/refund
    body:
      total: {from: "{args.amounts.total}", unit: fen}
      parts: {cash: {from: "{args.amounts.cash}", unit: yuan, as: number}, account: {from: "{args.amounts.account}", unit: yuan}}
    state: {path: $.st, table: {S: done}, otherwise: refused}
    patient_state: {const: pending}
    result: {refund_state: {const: success}, amount: {path: $.sum, unit: yuan, otherwise: 0}}
  query_patient:
    method: GET
    path: /v2/p/{patient.id_no}/card
    result: {found: {path: $.has, as: boolean}, patient_id: {path: $.id, otherwise: none}}
  list_unpaid:
    path: /v2/list
    result: {bills: {each: "$.rows[*]", item: {bill_id: $.id, kind: {const: outpatient}, total: {path: $.sum, unit: yuan}, refs: {object: {payOrdId: $.no}}}}}
  hospital_info:
    path: /v2/me
    result:
      code: $.code
      name: $.name
      region: $.region
      services: {each: "$.offers[*]", value: {path: $, table: {RX: outpatient, TF: refund}}}
      contract: {const: 1}
"""
PATIENT = {"name": "甲", "id_type": "01", "id_no": "X1", "openid": "o"}
MAPPED = mapping.load(TEXT, "mapping.yaml")


def call(action: str, **args: Any) -> Call:
    return Call(action, "r", "c", args, "f", PATIENT, "H1")


def sent(action: str, **args: Any) -> HttpCall:
    built = mapping.build(MAPPED, call(action, **args), "tok")
    assert isinstance(built, HttpCall), built
    return built


def read(action: str, value: Any, status: int = 200) -> Answer:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return mapping.read(MAPPED, call(action), HttpReply(status, body))


ITEM = {"code": "A1", "name": "药", "cnt": "2", "price_text": "3.555"}


def test_text_around_a_placeholder_in_headers_path_and_body() -> None:
    built = sent("prescribe", items=[ITEM])
    assert built.path == "/v2/hospital/H1/rx"
    assert (built.headers["Authorization"], built.headers["X-Trace"]) == ("Bearer tok", "lt-r-c")
    assert json.loads(built.body)["patient"] == "甲(X1)"
    assert sent("query_patient").path == "/v2/p/X1/card"


def test_a_list_is_written_item_by_item_and_numbers_keep_their_digits() -> None:
    built = sent("prescribe", items=[ITEM, {**ITEM, "cnt": "1.50"}])
    assert json.loads(built.body)["rows"] == [
        {"drug": "A1", "label": "药 x2", "qty": 2, "price": "3.555"},
        {"drug": "A1", "label": "药 x1.50", "qty": 1.5, "price": "3.555"},
    ]
    assert b'"qty":1.50' in built.body
    body = json.loads(sent("pay", bill_ids=["B1", "B2"]).body)
    assert (body["bills"], body["wrapped"]) == (["B1", "B2"], [{"no": "B1"}, {"no": "B2"}])
    assert json.loads(sent("pay", bill_ids=[]).body)["bills"] == []


def test_what_is_absent_drops_its_member_and_an_object_that_came_out_empty() -> None:
    body = json.loads(sent("prescribe", items=[], to="2026-01-02").body)
    assert body["period"] == {"to": "2026-01-02"}, "an object with `from` and `to` is the vendor's own"
    assert body["fixed"] == [{"kind": "rx", "rate": 1.5}, {}], "what is written empty stays"
    assert "period" not in json.loads(sent("prescribe", items=[]).body)
    assert "who" not in json.loads(sent("pay", auth_code="AC").body)
    assert json.loads(sent("pay", ec_code="E", pay_auth_no=None).body)["who"] == {"deep": {"ec": "E"}}
    assert sent("refund_bill").body == b"{}"


@pytest.mark.parametrize("used, said", [(True, "Y"), (False, "N"), (None, "")])
def test_a_boolean_and_a_word_by_table_and_what_stands_for_nothing(used: bool | None, said: str) -> None:
    built = sent("pay", acct_used=used, channel="bank", fee=6050)
    assert json.loads(built.body)["useAccount"] == said
    assert built.path == "/v2/pay?amount=60.50&channel=QT"
    assert sent("pay", channel="wechat").path == "/v2/pay?channel=WX"


@pytest.mark.parametrize(
    "fen, yuan", [(0, "0.00"), (5, "0.05"), (123456789012, "1234567890.12"), (-1, "-0.01")]
)
def test_fen_become_yuan_exactly(fen: int, yuan: str) -> None:
    body = sent("refund_bill", amounts={"total": fen, "cash": fen, "account": fen}).body.decode()
    assert body == f'{{"total":{fen},"parts":{{"cash":{yuan},"account":"{yuan}"}}}}'


def test_what_cannot_be_written_is_an_error_that_names_the_action() -> None:
    built = mapping.build(MAPPED, call("refund_bill", amounts={"cash": "6.00"}), "t")
    assert isinstance(built, Answer)
    assert (
        str(built.problem)
        == "mapping.yaml: actions.refund_bill: {args.amounts.cash} 的值 6.00 不是整数分, 不能写 unit"
    )
    nobody = mapping.build(MAPPED, Call("query_patient", "r", "c", {}, "f", {}), "t")
    assert isinstance(nobody, Answer)
    assert "path 需要 {patient.id_no}" in str(nobody.problem)


@pytest.mark.parametrize(
    "text, fen",
    [("60", 6000), ("60.1", 6010), ('"60.10"', 6010), ("60.1000", 6010), ('"0.290"', 29), ("-1.5", -150),
     ("90071992547409.93", 9007199254740993), ("0.00000000", 0)],
)  # fmt: skip
def test_yuan_of_any_form_become_fen_exactly(text: str, fen: int) -> None:
    answer = read("prescribe", f'{{"rc":"00","d":{{"id":1,"sum":{text}}}}}'.encode())
    assert (answer.problem, answer.result) == ("", {"bill_id": "1", "total": fen})


@pytest.mark.parametrize("text", ["60.105", '"6,000.00"', "1e400", "6e1", '"many"', "true", "[1]", '"0060"'])
def test_what_is_no_amount_is_an_error_that_names_the_place(text: str) -> None:
    answer = read("prescribe", f'{{"rc":"00","d":{{"id":1,"sum":{text}}}}}'.encode())
    assert answer.state == "error"
    assert "actions.prescribe: " in str(answer.problem)


@pytest.mark.parametrize(
    "rc, code, status", [("B1", "BILL_BUSY", 409), ("A1", "AMOUNT", 422), ("Z9", "OTHER", 422)]
)
def test_a_refusal_is_409_or_422_as_the_table_says(rc: str, code: str, status: int) -> None:
    answer = read("prescribe", {"rc": rc, "rm": "不行"})
    assert (answer.state, answer.code, answer.http_status, answer.message) == (
        "refused",
        code,
        status,
        "不行",
    )


@pytest.mark.parametrize("status, given", [(409, 409), (422, 422), (200, 422), (500, 422)])
def test_a_refusal_without_a_table_keeps_the_vendors_own_status(status: int, given: int) -> None:
    assert read("refund_bill", {"st": "F"}, status).http_status == given


def test_states_icons_and_nested_amounts() -> None:
    done = read("pay", {"ok": True, "icon": "green", "st": 1, "a": "10.00", "b": "1000"})
    assert (done.state, done.patient_state) == ("done", "success")
    assert done.result == {"order_state": "paid", "amounts": {"total": 1000, "cash": 1000}}
    going = read("pay", {"ok": False, "st": 9})
    assert (going.state, going.patient_state, going.result) == (
        "accepted",
        "pending",
        {"order_state": "pending"},
    )
    assert read("refund_bill", {"st": "S"}).result == {"refund_state": "success", "amount": 0}


@pytest.mark.parametrize("word, found", [("是", True), (1, True), ("N", False), (False, False)])
def test_a_yes_or_no(word: Any, found: bool) -> None:
    assert read("query_patient", {"has": word}).result == {"found": found, "patient_id": "none"}


def test_a_word_that_is_neither_needs_a_table() -> None:
    assert "用 table 写明" in str(read("query_patient", {"has": "perhaps"}).problem)


def test_lists_of_single_values_and_of_objects_without_empty_ones() -> None:
    me = {"code": "H1", "name": "医院", "region": "509999", "offers": ["RX", "??", "TF"]}
    assert read("hospital_info", me).result["services"] == ["outpatient", "refund"]
    rows = [{"id": "B1", "sum": 1.5}, {"id": "B2", "sum": "2", "no": "P2"}]
    assert read("list_unpaid", {"rows": rows}).result["bills"] == [
        {"bill_id": "B1", "kind": "outpatient", "total": 150},
        {"bill_id": "B2", "kind": "outpatient", "total": 200, "refs": {"payOrdId": "P2"}},
    ]


def test_a_decimal_without_unit_is_the_text_it_was() -> None:
    assert takes.take("$.a", takes.read_reply(b'{"a":[1.50,{"b":2.0}]}'), {}) == ["1.50", {"b": "2.0"}]
    assert takes.first("$.a", {"a": Decimal("0.10")}) == Decimal("0.10")


WORDS = [
    "rc", "d", "id", "sum", "ok", "icon", "st", "a", "b", "has", "rows", "no", "offers", "code", "name", "region", "rm",
]  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(
    ["00", "B1", "S", "1.00", "1e999999999", "-0.00", "$", "{run}", "\x00", "\ud800", "9" * 5000]
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6),
    max_leaves=25,
)
NUMBERS = st.from_regex(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,12})?", fullmatch=True)


@given(st.sampled_from(sorted(MAPPED.rows)), st.integers(100, 599), JSON)
def test_no_reply_raises(action: str, status: int, value: Any) -> None:
    answer = read(action, value, status)
    assert answer.state in STATES
    json.dumps(answer.as_json(), allow_nan=False)


@given(st.sampled_from(["prescribe", "pay", "query_patient"]), NUMBERS)
def test_no_number_raises(action: str, number: str) -> None:
    value = f'{{"rc":"00","ok":true,"has":{number},"a":{number},"b":{number},"d":{{"id":{number},"sum":{number}}}}}'
    answer = read(action, value.encode())
    assert answer.state in STATES
    json.dumps(answer.as_json())


@given(st.sampled_from(sorted(MAPPED.rows)), st.binary(max_size=40) | st.just(b"[" * 100_000))
def test_no_body_raises(action: str, body: bytes) -> None:
    assert mapping.read(MAPPED, call(action), HttpReply(200, body)).state in STATES


ARGS = ["items", "bill_ids", "amounts", "acct_used", "fee", "channel", "from", "to", "auth_code"]


@given(st.sampled_from(sorted(MAPPED.rows)), st.dictionaries(st.sampled_from(ARGS), JSON, max_size=6))
def test_no_arguments_raise(action: str, args: dict[str, Any]) -> None:
    built = mapping.build(MAPPED, call(action, **args), "t\nk")
    if isinstance(built, Answer):
        assert str(built.problem).startswith("mapping.yaml: actions."), built
        return
    assert "\n" not in built.path + "".join(built.headers.values())


def test_the_example_of_the_page_is_a_mapping_file_that_works() -> None:
    page = (Path(__file__).parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    for word in (
        "each:", "item:", "value:", "unit:", "as:", "table:", "otherwise:", "const:", "object:", "from:", "status:", "fixed:",
    ):  # fmt: skip
        assert word in example, word
    page_file = mapping.load(example, "docs/mapping.md")

    def asked(action: str, **args: Any) -> Any:
        built = mapping.build(page_file, call(action, **args), "t")
        assert isinstance(built, HttpCall), built
        assert built.headers["Authorization"] == "Bearer t"
        return json.loads(built.body) if built.body else built.path

    def answered(action: str, value: Any) -> Answer:
        answer = mapping.read(page_file, call(action), HttpReply(200, json.dumps(value).encode()))
        assert answer.problem == "", answer.problem
        return answer

    patient = mapping.build(page_file, call("create_patient"), "t")
    assert isinstance(patient, Answer)
    assert (patient.state, patient.result) == ("done", {"patient_id": "X1", "created": True})
    assert asked("hospital_info") == "/api/hospital"
    me = {"code": "H1", "name": "医院", "region": "509999", "offers": ["MZ"]}
    assert answered("hospital_info", me).result["services"] == ["outpatient"]
    assert asked("prescribe", items=[ITEM]) == {
        "title": "处方 甲", "rows": [{"itemNo": "A1", "itemName": "药", "qty": 2, "price": "3.555"}],
    }  # fmt: skip
    made = answered("prescribe", {"code": 0, "data": {"no": 7, "amount": 60.10}})
    assert (made.state, made.result) == ("done", {"bill_id": "7", "total": 6010})
    busy = answered("prescribe", {"code": 17, "msg": "忙"})
    assert (busy.state, busy.http_status, busy.code, busy.message) == ("refused", 409, "BILL_BUSY", "忙")
    assert asked("unpaid_detail", bill_id="7") == "/api/bills/7?card=X1"
    row = {"id": "1", "code": "A1", "name": "药", "qty": "2", "price": "30.00", "sum": "60.00"}
    detail = answered("unpaid_detail", {"no": "7", "amount": "60.00", "rows": [row], "order": "M1"})
    assert (detail.result["items"][0]["amount"], detail.refs) == (6000, {"medOrgOrd": "M1"})
    assert asked("pay", bill_ids=["7"], channel="bank", acct_used=False, auth_code="AC") == {
        "bills": [{"billNo": "7"}], "channel": "QT", "useAccount": "N", "credential": {"authCode": "AC"},
    }  # fmt: skip
    screen = {"text": "请确认", "icon": "wait"}
    paid = answered("pay", {"code": 1, "status": "W", "screen": screen, "fee": {"total": "9.90"}})
    assert (paid.state, paid.patient_state) == ("accepted", "pending")
    assert paid.result == {"order_state": "pending", "amounts": {"total": 990, "cash": 0}}
    assert asked("refund_bill", bill_id="7", amounts={"cash": 6050}) == {"bill": "7", "cash": "60.50"}
    assert answered("refund_bill", {"code": 0, "status": "S", "sum": 60.5}).result["amount"] == 6050
