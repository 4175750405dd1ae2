"""An answer is done, accepted, refused, not offered or an error; reading it never raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.drivers import command, http, manual, python
from conformance.drivers.call import STATES, Answer, Call, actions, args_problem, read_answer

CALL = Call(
    "pay",
    "r1",
    "c1",
    {"bill_ids": ["B1"]},
    "pay/x",
    {"name": "甲", "id_type": "01", "id_no": "1", "openid": "o"},
)
PAID = {"state": "done", "result": {"order_state": "paid"}, "patient_state": "success"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(["done", "accepted", "refused", "paid", 1]),
        "result": JSON,
        "refs": JSON,
        "code": JSON,
        "patient_state": JSON,
        "patient_message": JSON,
        "message": JSON,
        "status": st.integers(0, 700),
    },
)


def test_the_body_is_the_contract() -> None:
    built = http.build(CALL, "tok")
    assert (built.method, built.path) == ("POST", "/liantiao/v1/actions/pay")
    assert built.headers["X-Liantiao-Token"] == "tok"
    assert json.loads(built.body) == {
        "run": "r1",
        "flow": "pay/x",
        "call_id": "c1",
        "patient": {"name": "甲", "id_type": "01", "id_no": "1", "openid": "o"},
        "args": {"bill_ids": ["B1"]},
    }


def test_an_action_without_patient_has_none_and_no_flow() -> None:
    assert Call("hospital_info", "r1", "c1").body() == {"run": "r1", "call_id": "c1", "args": {}}


@pytest.mark.parametrize(
    "status, value, state, problem",
    [
        (200, PAID, "done", ""),
        (200, {**PAID, "result": {"order_state": None}}, "error", "result.order_state"),
        (200, {**PAID, "result": {"order_state": "settled"}}, "error", "result.order_state"),
        (200, {**PAID, "patient_state": None}, "error", "patient_state"),
        (200, {**PAID, "unknown": 1}, "done", ""),
        (202, {"state": "accepted", "patient_state": "pending"}, "accepted", ""),
        (202, {"state": "done"}, "error", "accepted"),
        (200, {"state": "refused", "code": "OTHER"}, "error", "done/accepted"),
        (422, {"state": "refused", "code": "BILL_PAID", "message": "已支付"}, "refused", ""),
        (409, {"state": "refused"}, "error", "code"),
        (501, {}, "not_offered", ""),
        (401, {}, "error", "令牌"),
        (400, {"message": "bad"}, "error", "bad"),
        (500, {}, "error", "500"),
        (302, {}, "error", "302"),
        (200, [], "error", "JSON 对象"),
        (200, None, "error", "JSON 对象"),
    ],
)  # fmt: skip
def test_each_status_means_what_the_contract_says(status: int, value: Any, state: str, problem: str) -> None:
    answer = read_answer("pay", status, value)
    assert answer.state == state
    assert problem in str(answer.problem)
    assert bool(answer.problem) == (state == "error")


@given(st.sampled_from([*actions(), "unknown"]), st.integers(0, 700), JSON | ANSWERS)
def test_no_reply_raises(action: str, status: int, value: Any) -> None:
    answer = read_answer(action, status, value)
    assert answer.state in STATES
    json.dumps(answer.as_json())


@given(st.sampled_from([200, 202, 400, 401, 409, 422, 500, 501]), st.binary(max_size=200))
def test_no_body_raises(status: int, body: bytes) -> None:
    assert http.read(CALL, http.HttpReply(status, body)).state in STATES


def test_a_body_nested_beyond_reason_is_an_error() -> None:
    body = b'{"state":"done","result":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert http.read(CALL, http.HttpReply(200, body)).state == "error"


@given(JSON | ANSWERS, st.integers(-5, 5))
def test_no_output_of_a_program_raises(value: Any, exit_code: int) -> None:
    answer = command.read(CALL, json.dumps(value).encode(), exit_code)
    assert answer.state in STATES


def test_a_program_reads_the_action_and_answers_like_http() -> None:
    assert json.loads(command.build(CALL))["action"] == "pay"
    assert command.read(CALL, json.dumps(PAID).encode(), 0).state == "done"
    assert command.read(CALL, b'{"state":"not_offered"}', 0).state == "not_offered"
    assert str(command.read(CALL, json.dumps(PAID).encode(), 3).problem) == "驱动程序以退出码 3 结束"


def test_a_function_is_a_driver_and_its_exceptions_are_its_own_fault() -> None:
    seen: list[Any] = []

    def act(action: str, request: dict[str, Any]) -> dict[str, Any]:
        seen.append((action, request["args"]))
        request["args"]["bill_ids"].append("changed")
        return PAID

    assert python.perform(act, CALL).state == "done"
    assert seen[0][0] == "pay"
    assert CALL.args == {"bill_ids": ["B1"]}
    assert "ZeroDivisionError" in str(python.perform(lambda _a, _r: 1 // 0, CALL).problem)
    assert python.perform(lambda _a, _r: None, CALL).state == "error"


def test_a_person_is_asked_in_words() -> None:
    text = str(manual.prompt(CALL))
    assert "用医保移动支付缴费" in text
    assert "甲" in text
    assert str(manual.countdown("6201", 12)) == "等待 6201, 还有 12 秒"


@pytest.mark.parametrize(
    "action, typed, state",
    [
        ("create_patient", "2", "accepted"),
        ("create_patient", "1 patient_id=P1 created=是", "done"),
        ("pay", "1\n", "accepted"),
        ("pay", "3", "refused"),
        ("pay", "", "not_offered"),
        ("prescribe", "1 bill_id=B1 total=6000", "done"),
        ("prescribe", "1", "error"),
        ("prescribe", "1 bill_id=B1 total=many", "error"),
        ("list_departments", "1", "not_offered"),
        ("book_appointment", "1 registration_id=R slot_id=S date=2026-11-22 fee=1200 bill_id=B", "done"),
        ("dispense", "1", "done"),
        ("pay", "你好", "not_offered"),
    ],
)
def test_what_a_person_types(action: str, typed: str, state: str) -> None:
    assert manual.read(Call(action, "r", "c"), typed).state == state


@given(st.sampled_from(sorted(actions())), st.text(max_size=40))
def test_nothing_typed_raises(action: str, typed: str) -> None:
    assert manual.read(Call(action, "r", "c"), "1 " + typed).state in STATES
    assert str(manual.prompt(Call(action, "r", "c", {"text": typed})))


@pytest.mark.parametrize(
    "action, args, wrong",
    [
        ("pay", {"bill_ids": [], "channel": "wechat", "mode": "A"}, "bill_ids"),
        ("pay", {"bill_ids": ["B"], "channel": "cash", "mode": "A"}, "channel"),
        ("pay", {"bill_ids": ["B"], "channel": "wechat", "mode": "A", "acct_used": None}, ""),
        ("prescribe", {"items": [{"code": "A", "name": "药", "cnt": 2, "price_text": "1.00"}]}, "cnt"),
        ("book_appointment", {"doctor_id": "D"}, "anyOf"),
        ("clock", {"advance_ms": 1000}, ""),
        ("fly", {}, "合同里没有动作"),
    ],
)
def test_arguments_are_held_against_the_contract(action: str, args: dict[str, Any], wrong: str) -> None:
    problem = str(args_problem(action, args))
    assert wrong in problem
    assert bool(problem) == bool(wrong)


def test_an_answer_hears_all_that_is_wrong_with_it_by_name() -> None:
    """Issue 6, 8: everything at once, in the words of the contract."""
    answer = read_answer("prescribe", 200, {"state": "done", "result": {}, "patient_message": 5})
    said = str(answer.problem)
    assert answer.state == "error"
    for part in ("应答: patient_message", "缺少 result.bill_id(账单号), result.total(总额)"):
        assert part in said


def test_every_action_of_the_contract_has_arguments_and_a_result() -> None:
    assert len(actions()) == 30
    for name, row in actions().items():
        assert set(row) == {"patient", "kind", "level", "screen", "optional", "args", "result"}, name
        assert row["kind"] in ("read", "act")


def test_an_answer_for_references_is_plain_json() -> None:
    shown = Answer("refused", 422, "BILL_PAID", "已支付").as_json()
    assert shown == {
        "state": "refused",
        "http_status": 422,
        "code": "BILL_PAID",
        "message": "已支付",
        "result": {},
        "refs": {},
    }
