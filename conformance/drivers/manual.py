"""A person as driver, first form: what to ask, how the countdown reads, what a typed line means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.drivers.call import Answer, Call, actions, definitions, read_answer
from simulator.protocol.text.said import Said, Text, listed

ASK = Said("输入 1=已完成 2=处理中 3=被拒绝 4=不提供此功能, 回车确认")

_ABOUT: Mapping[str, Said] = {
    "hospital_info": Said("核对医院信息"),
    "query_patient": Said("查询患者是否已建档"),
    "create_patient": Said("为患者建档"),
    "list_departments": Said("打开科室列表"),
    "list_doctors": Said("打开医生排班"),
    "list_suspensions": Said("查看停诊信息"),
    "book_appointment": Said("预约挂号"),
    "register_today": Said("当日挂号"),
    "list_registrations": Said("打开挂号记录"),
    "prescribe": Said("医生开单"),
    "list_unpaid": Said("打开待缴费列表"),
    "list_paid": Said("打开已缴费列表"),
    "unpaid_detail": Said("打开待缴费明细"),
    "paid_detail": Said("打开已缴费明细"),
    "pay": Said("用医保移动支付缴费"),
    "refund_registration": Said("退号退费"),
    "refund_bill": Said("缴费退费"),
    "cancel": Said("取消订单"),
    "scan_code": Said("扫医保码"),
    "settlement_slip": Said("查看结算单"),
    "order_state": Said("查看订单状态"),
}


def prompt(call: Call) -> Said:
    """What the person is asked to do: the action in words, the patient, the arguments."""
    lines: list[Text] = [
        Said("请在被测系统中操作: {} ({})", _ABOUT.get(call.action, call.action), call.action)
    ]
    if call.patient:
        lines.append(
            Said("  患者: {}  证件号: {}", call.patient.get("name", ""), call.patient.get("id_no", ""))
        )
    lines += [f"  {name}: {_plain(value)}" for name, value in call.args.items()]
    wanted = _result_fields(call.action)
    if wanted:
        example = " ".join(
            f"{name}={'6000' if kind == 'integer' else '...'}" for name, kind in wanted.items()
        )
        lines.append(Said("完成时在 1 后写出结果, 例如: 1 {}   (金额写分)", example))
    return listed("\n", [*lines, ASK])


def countdown(waiting_for: str, left_s: int) -> Said:
    """One line while the harness waits for the wire."""
    return Said("等待 {}, 还有 {} 秒", waiting_for, max(left_s, 0))


def read(call: Call, typed: str) -> Answer:
    """The answer behind a typed line such as `1 bill_id=B17 total=6000`. Never raises.

    A result that cannot be typed (a list) is answered as not offered.
    """
    word, *pairs = typed.split() or [""]
    if word == "1" and call.action != "pay":
        wanted = _result_fields(call.action)
        given = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        result = {name: _typed(given[name], kind) for name, kind in wanted.items() if name in given}
        answer = {"state": "done", "result": result, "patient_state": "success"}
        return read_answer(call.action, 200, answer) if _typeable(call.action) else Answer("not_offered", 501)
    if word in ("1", "2"):
        return Answer("accepted", http_status=202, patient_state="pending")
    if word == "3":
        return Answer(
            "refused",
            http_status=422,
            code="OTHER",
            message=str(Said("操作员报告被拒绝")),
            patient_state="failed",
        )
    return Answer("not_offered", http_status=501)


def _schema(action: str) -> Mapping[str, Any]:
    result: Mapping[str, Any] = actions().get(action, {}).get("result", {})
    name = str(result.get("$ref", "")).rpartition("/")[2]
    return definitions()[name] if name else result


def _result_fields(action: str) -> dict[str, str]:
    """The required members of a result that can be typed, with their kind."""
    schema = _schema(action)
    kinds = {name: _kind(schema["properties"][name]) for name in schema.get("required", ())}
    return {name: kind for name, kind in kinds.items() if kind}


def _typeable(action: str) -> bool:
    return len(_result_fields(action)) == len(_schema(action).get("required", ()))


def _kind(schema: Mapping[str, Any]) -> str:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found = definitions()[name] if name else schema
    kind = "string" if "enum" in found else found.get("type", "")
    return kind if kind in ("string", "integer", "boolean") else ""


def _typed(text: str, kind: str) -> Any:
    if kind == "integer":
        return int(text) if text.lstrip("-").isdecimal() and len(text) < 16 else text
    return text.lower() in ("1", "true", "y", "yes", "是") if kind == "boolean" else text


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return " ".join(f"{key}={_plain(item)}" for key, item in value.items())
    return str(value)
