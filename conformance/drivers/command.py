"""The contract over standard input and output: one JSON object each way, one run of the program a call."""

from __future__ import annotations

from conformance.drivers.call import Answer, Call, broken, read_answer, read_json
from conformance.drivers.http import encode
from simulator.protocol.text.said import Said

_STATUS = {"done": 200, "accepted": 202, "refused": 422, "not_offered": 501}


def build(call: Call) -> bytes:
    """What the program reads: `{"action": …}` beside the members of the contract's body."""
    return encode({"action": call.action, **call.body()}) + b"\n"


def read(call: Call, output: bytes, exit_code: int) -> Answer:
    """The answer on standard output; a program that fails or prints no JSON is an error. Never raises."""
    if exit_code != 0:
        return broken(Said("驱动程序以退出码 {} 结束", exit_code))
    try:
        value = read_json(output)
    except ValueError:
        return broken(Said("驱动程序的标准输出不是一个 UTF-8 的 JSON 对象"))
    return read_value(call, value)


def read_value(call: Call, value: object) -> Answer:
    """The answer in a decoded object; `status` is optional and follows from `state`. Never raises."""
    if not isinstance(value, dict):
        return broken(Said("驱动的应答不是 JSON 对象"))
    status = value.get("status", _STATUS.get(str(value.get("state"))))
    if not isinstance(status, int) or isinstance(status, bool):
        return broken(Said("驱动的应答缺少 state (done/accepted/refused/not_offered)"))
    return read_answer(call.action, status, value)
