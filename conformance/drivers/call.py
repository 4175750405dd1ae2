"""A driver call and its answer, the same for every kind of driver (driver-contract.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.complaint import problems
from schemas import load
from simulator.protocol.text.said import Said, Text, listed

CONTRACT = 1
STATES = ("done", "accepted", "refused", "not_offered", "error")
PATIENT_STATES = ("success", "failed", "pending", "cancelled")
MAX_TEXT = 500
MOST_KEPT_BYTES = 512 * 1024
"""What one answer may put into evidence; a bill of 200 lines takes some 40 KB."""
MOST_WHOLE = 2**53


@dataclass(frozen=True, slots=True)
class Call:
    """One action asked of the vendor. `call_id` is unique in `run`; the same one again is a replay."""

    action: str
    run: str
    call_id: str
    args: Mapping[str, Any] = field(default_factory=dict)
    flow: str = ""
    patient: Mapping[str, Any] | None = None
    institution: str = ""

    def body(self) -> dict[str, Any]:
        """The JSON body of the contract; members that are empty are absent."""
        out: dict[str, Any] = {"run": self.run, "call_id": self.call_id}
        if self.flow:
            out["flow"] = self.flow
        if self.institution:
            out["institution"] = self.institution
        if self.patient is not None:
            out["patient"] = dict(self.patient)
        out["args"] = dict(self.args)
        return out


@dataclass(frozen=True, slots=True)
class Answer:
    """What the vendor answered. `state` is one of STATES; `error` means the hook itself is broken.

    `problem` says in Chinese what made it an error; it is empty otherwise.
    """

    state: str
    http_status: int = 0
    code: str = ""
    message: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    refs: Mapping[str, Any] = field(default_factory=dict)
    patient_message: str = ""
    patient_state: str = ""
    problem: Text = ""

    def as_json(self) -> dict[str, Any]:
        """The form in evidence and for `$name.…` references; empty members are absent but `state`."""
        pairs: dict[str, Any] = {
            "state": self.state,
            "http_status": self.http_status,
            "code": self.code,
            "message": self.message,
            "result": dict(self.result),
            "refs": dict(self.refs),
            "patient_message": self.patient_message,
            "patient_state": self.patient_state,
            "problem": str(self.problem)[:MAX_TEXT],
        }
        if isinstance(self.problem, Said):
            pairs["problem_said"] = self.problem.as_json()
        return {name: value for name, value in pairs.items() if value or name in ("state", "result", "refs")}


def broken(problem: Text, status: int = 0) -> Answer:
    """An answer that is no answer, with the sentence that says why."""
    return Answer("error", http_status=status, problem=problem)


def actions() -> Mapping[str, Mapping[str, Any]]:
    """The actions of the contract by name: `{patient, kind, level, screen, optional, args, result}`."""
    found: Mapping[str, Mapping[str, Any]] = load("driver")["actions"]
    return found


def definitions() -> Mapping[str, Mapping[str, Any]]:
    """The shapes that the actions share, by name."""
    found: Mapping[str, Mapping[str, Any]] = load("driver")["$defs"]
    return found


def needs_patient(action: str) -> bool:
    """Whether a call of `action` carries a patient (and so a flow)."""
    row = actions().get(action)
    return bool(row and row["patient"])


def is_optional(action: str) -> bool:
    """Whether a vendor may leave out `action` (an optional test action) and still offer everything it declares."""
    row = actions().get(action)
    return bool(row and row["optional"])


def has_screen(action: str) -> bool:
    """Whether the patient looks at a screen while `action` is answered: `patient_message` and `patient_state` are due."""
    row = actions().get(action)
    return bool(row and row["screen"])


def args_problem(action: str, args: Mapping[str, Any]) -> Text:
    """What the contract does not allow in `args`, or the empty text."""
    if action not in actions():
        return Said("合同里没有动作 {}", action)
    return problems(without_nulls(args), "driver", f"#/actions/{action}/args")


def without_nulls(value: Any) -> Any:
    """`value` without null members: in the contract null and absent are the same."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def read_json(body: bytes) -> Any:
    """Parse a reply body. Raises ValueError only (also for NaN and for absurd depth)."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def kept(answer: Answer) -> Answer:
    """`answer`, or an `error` one where something in it cannot be put into evidence as it is. Never raises."""
    try:
        size = len(json.dumps(answer.as_json(), ensure_ascii=False, allow_nan=False).encode("utf-8"))
        wild = _wild_number(answer.result) or _wild_number(answer.refs)
    except RecursionError:
        return broken(Said("应答嵌套过深"), answer.http_status)
    except (TypeError, ValueError) as error:
        why = Said("孤立的代理字符") if isinstance(error, UnicodeError) else Said("不是 JSON 的值")
        return broken(Said("应答里有无法留证的内容: {}", why), answer.http_status)
    if wild:
        said = Said("绝对值超过 2 的 53 次方的整数")
        return broken(Said("应答里有无法留证的内容: {}", said), answer.http_status)
    if size > MOST_KEPT_BYTES:
        return broken(Said("应答的内容超过 {} 字节", MOST_KEPT_BYTES), answer.http_status)
    return answer


def _wild_number(value: Any) -> bool:
    """Whether a whole number stands in it that not every JSON reader keeps."""
    if isinstance(value, Mapping):
        return any(map(_wild_number, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_wild_number, value))
    return isinstance(value, int) and abs(value) > MOST_WHOLE


def _no_constant(text: str) -> Any:
    raise ValueError(text)


_BY_STATUS: Mapping[int, tuple[str, ...]] = {
    200: ("done", "accepted"),
    202: ("accepted",),
    409: ("refused",),
    422: ("refused",),
}


def read_answer(action: str, status: int, value: Any) -> Answer:
    """Turn a status and a decoded body into an Answer. Never raises: whatever is wrong becomes `error`."""
    if status == 501:
        return Answer("not_offered", http_status=501, message=_text(value, "message"))
    if status == 401:
        return broken(Said("驱动口拒绝了令牌 (401), 核对 driver.token 与厂商配置"), status)
    if status == 400:
        return broken(
            Said("驱动口认为请求格式不对 (400): {}", _text(value, "message") or Said("没有说明")), status
        )
    if status not in _BY_STATUS:
        return broken(Said("驱动口返回 HTTP {}, 合同只有 200/202/409/422/501/401/400", status), status)
    value = without_nulls(value)
    if not isinstance(value, dict):
        return broken(Said("驱动口的应答不是 JSON 对象"), status)
    state = value.get("state")
    if state not in _BY_STATUS[status]:
        expected = "/".join(_BY_STATUS[status])
        return broken(Said("HTTP {} 的 state 应为 {}, 实为 {}", status, expected, _short(state)), status)
    problem = _shape_problem(action, str(state), value)
    return Answer(
        state="error" if problem else str(state),
        http_status=status,
        code=_text(value, "code"),
        message=_text(value, "message"),
        result=_object(value, "result"),
        refs=_object(value, "refs"),
        patient_message=_text(value, "patient_message"),
        patient_state=_text(value, "patient_state"),
        problem=problem,
    )


def _shape_problem(action: str, state: str, value: Mapping[str, Any]) -> Text:
    row = actions().get(action)
    if row is None:
        return Said("合同里没有动作 {}", action)
    shape = problems(value, "driver", "#/$defs/answer")
    result = (
        problems(value.get("result", {}), "driver", f"#/actions/{action}/result", "result")
        if state == "done"
        else ""
    )
    wrong: list[Text] = [
        said
        for said, known in (
            (Said("应答: {}", shape), shape),
            (Said("拒绝时必须给出 code"), state == "refused" and not value.get("code")),
            (result, result),
            (_SCREEN, state != "refused" and row["screen"] and "patient_state" not in value),
        )
        if known
    ]
    return listed("; ", wrong) if wrong else ""


_SCREEN = Said("必须给出 patient_state (患者屏幕上的图标: success/failed/pending/cancelled)")


def _text(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found[:MAX_TEXT] if isinstance(found, str) else ""


def _object(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:37] + "..."
