"""Who pays, taken from the wrong place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from conformance.reference.answers import PeerAnswer
from conformance.reference.books import Books, HospitalOrder
from conformance.reference.change import Mutant, with_points
from conformance.reference.hospital_values import Credential
from conformance.reference.identity_desk import own_authorisation


def _either(answer: PeerAnswer, code: str) -> Credential:
    family = str(answer.data.get("family_pay_auth_no") or "")
    return Credential("payAuthNo", family) if family else own_authorisation(answer, code)


def _any_code(answer: PeerAnswer, code: str) -> Credential:
    return Credential("payAuthNo", code) if answer.outcome == "refused" else own_authorisation(answer, code)


def _card_without_auth(order: HospitalOrder) -> tuple[str, str]:
    held = order.credential.startswith("AUTH")
    return ("01", order.credential) if held else ("02", order.patient.id_no)


def _stored(books: Books, order: HospitalOrder, credential: Credential) -> tuple[str, str]:
    same = (o for o in books.orders.values() if o.patient == order.patient and o.credential)
    first = next(same, None)
    return (credential.kind, credential.value if first is None else first.credential)


_HOLDERS: Final[dict[str, tuple[str, str]]] = {}


def _any_holder(answer: PeerAnswer, code: str) -> Credential:
    """Whoever authorised pays, in his own name."""
    found = own_authorisation(answer, code)
    _HOLDERS[found.value] = (str(answer.data.get("user_card_no")), str(answer.data.get("user_name")))
    return replace(found, holder="")


def _in_his_name(interface: str, data: dict[str, Any]) -> dict[str, Any]:
    number, name = _HOLDERS.get(str(data.get("payAuthNo") or data.get("mdtrt_cert_no")), ("", ""))
    if not number or interface not in ("1101", "6201"):
        return data
    asked, sent = {"certno": number, "psn_name": name}, {"idNo": number, "userName": name}
    return {**data, **(asked if interface == "1101" else sent)}


IDENTIFYING: Final = (
    # Do not ask whose authorisation it is, and upload whoever gave it (MP-IDV-06).
    Mutant(
        "any_holder_pays",
        "不核对授权人, 以授权人的身份付就诊人的单",
        caught_by=("IDV-HOLDER-001",),
        needs=("identity/foreign_openid",),
        apply=with_points(identifying={"authorisation": _any_holder}, asking={"data": _in_his_name}),
    ),
    # Use a family authorisation as the patient's own (channels 1a).
    Mutant(
        "accept_family_auth",
        "把亲情授权当作本人授权",
        caught_by=("IDV-FAMILY-001",),
        needs=("identity/family_not_offered",),
        apply=with_points(identifying={"authorisation": _either}),
    ),
    # Go on although the patient refused or the code has expired (MP-IDV-02, 04).
    Mutant(
        "ignore_auth_refusal",
        "患者拒绝或授权过期后仍继续上传",
        caught_by=("IDV-REFUSE-001", "IDV-EXPIRE-001"),
        needs=("identity/refuse_then_agree", "identity/expired"),
        apply=with_points(identifying={"authorisation": _any_code, "person_credential": _card_without_auth}),
    ),
    # Pay the next order with the stored authorisation of an earlier one (MP-IDV-05).
    Mutant(
        "reuse_pay_auth_no",
        "下一笔订单沿用旧的支付授权码",
        caught_by=("IDV-ONCE-001",),
        needs=("pay/two_orders",),
        apply=with_points(identifying={"pay_credential": _stored}),
    ),
    # Ask 1101 by identity card instead of the e-credential (institution sheet 6.3).
    Mutant(
        "settle_by_idcard",
        "1101 用身份证而不是电子凭证",
        caught_by=("IDV-PERSON-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(identifying={"person_credential": lambda order: ("02", order.patient.id_no)}),
    ),
)
