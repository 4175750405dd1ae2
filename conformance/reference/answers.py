"""What a call ends in: the answer of a peer, and the reply of this hospital to its driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from conformance.reference.books import HospitalOrder
from conformance.reference.hospital_values import Patient

Outcome = Literal["ok", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """What the peer said. `unknown`: no answer that can be believed, so anything may have happened."""

    outcome: Outcome
    data: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    message: str = ""

    @property
    def refusal_code(self) -> str:
        """Our code for a refusal of 6201, 6202 or 6203: was it the authorisation, or the business?"""
        said = (self.code, self.message)  # a code that goes as a number stands before the sentence
        return "CREDENTIAL" if any(text.startswith("LT-AUTH") for text in said) else "DECLINED"


@dataclass(frozen=True, slots=True)
class DriverReply:
    """The driver's answer (driver contract, "The answer"). `show` is the icon on the patient's screen.

    `why`: what the tester reads beside the patient's text, the centre's words among it.
    """

    state: Literal["done", "accepted", "refused"]
    result: Mapping[str, Any] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    show: str = ""
    code: str = ""
    status: int = 200
    why: str = ""


# code -> (HTTP status, icon). 422: can never succeed; 409: not in this state.
REFUSALS: Final[Mapping[str, tuple[int, str]]] = {
    "BILL_UNKNOWN": (422, "failed"),
    "BILL_BUSY": (409, "pending"),
    "BILL_PAID": (409, "success"),
    "SLOT_TAKEN": (409, "failed"),
    "SLOT_SUSPENDED": (409, "failed"),
    "CREDENTIAL": (409, "failed"),
    "AUTH_USED": (409, "failed"),
    "NOT_OWNER": (409, "failed"),
    "FAMILY_NOT_OFFERED": (409, "failed"),
    "AMOUNT": (422, "failed"),
    "DECLINED": (409, "failed"),
    "USE_REFUND": (409, "failed"),
    "IN_PAYMENT": (409, "pending"),
    "NOT_PAID": (409, "failed"),
    "REFUND_TYPE": (422, "failed"),
    "OVER_PAID": (409, "failed"),
    "WHOLE_PRESCRIPTION": (422, "failed"),
    "WHOLE_ORDER": (422, "failed"),
    "DISPENSED": (409, "failed"),
    "IDENTITY_REQUIRED": (409, "failed"),
    "REFUND_PENDING": (409, "pending"),
    "CALL_CONFLICT": (409, "failed"),
    "OTHER": (409, "failed"),
}


class Refused(Exception):  # noqa: N818  (an outcome, not an error)
    """The hospital declines: no money moved by this call and none will. `text` is what the patient reads, `why` the tester."""

    def __init__(self, code: str, text: str, order: HospitalOrder | None = None, *, why: str = "") -> None:
        super().__init__(text)
        self.code, self.text, self.order, self.why = code, text, order, why

    def reply(self) -> DriverReply:
        """The refusal as a driver answer, with the numbers of the order it is about."""
        status, show = REFUSALS[self.code]
        refs = {} if self.order is None else self.order.refs
        return DriverReply("refused", {}, refs, self.text, show, self.code, status, self.why)


class Malformed(Exception):  # noqa: N818  (an outcome, not an error)
    """The driver call itself is broken: 400, never replayed."""


class NotOffered(Exception):  # noqa: N818  (an outcome, not an error)
    """The hospital does not offer this: 501."""


@dataclass(frozen=True, slots=True)
class ReceivedCall:
    """One driver call, its form already checked. `patient` is None where the action has none."""

    action: str
    run: str
    flow: str
    call_id: str
    patient: Patient | None
    args: Mapping[str, Any]

    @property
    def who(self) -> Patient:
        """The patient. Raises Malformed when the call has none."""
        if self.patient is None:
            raise Malformed("patient: 缺少")
        return self.patient

    @property
    def scope(self) -> str:
        """The flow a test action is about, among the arguments or beside them; "" is the whole run."""
        named = self.args.get("flow")
        return named if isinstance(named, str) else self.flow

    def text(self, name: str) -> str:
        """A required text argument. Raises Malformed."""
        value = self.args.get(name)
        if not isinstance(value, str) or not value:
            raise Malformed(f"args.{name}: 应为非空文本")
        return value

    def whole(self, name: str) -> int:
        """A required integer argument that is not negative. Raises Malformed."""
        value = self.args.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise Malformed(f"args.{name}: 应为非负整数")
        return value


def done(
    result: Mapping[str, Any] | None = None,
    refs: Mapping[str, str] | None = None,
    text: str = "",
    show: str = "",
) -> DriverReply:
    """Finished."""
    return DriverReply("done", dict(result or {}), dict(refs or {}), text, show)


def accepted(
    result: Mapping[str, Any], refs: Mapping[str, str], text: str, show: str = "pending"
) -> DriverReply:
    """It goes on, or its outcome is not known yet."""
    return DriverReply("accepted", dict(result), dict(refs), text, show, status=202)
