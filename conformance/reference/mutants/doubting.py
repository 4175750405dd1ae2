"""An answer that says nothing, or something odd, believed or taken for the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from conformance.reference.answers import PeerAnswer
from conformance.reference.books import Bill
from conformance.reference.change import Mutant, with_points
from conformance.reference.doubts import Closes
from conformance.reference.peer_wire import LOST
from conformance.reference.sealed_calls import business_answer
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire.opened import Opened

KNOWN: Final = tuple(str(state) for state in range(17))
Trusted = Callable[[str, Opened, int, PeerAnswer], PeerAnswer]
FAILED: Final = ("failed", "支付失败, 请重新支付")


def _unknown_is_failed(state: str) -> Closes:
    return None if state in KNOWN else FAILED


def _refused_is_failed(answer: PeerAnswer) -> Closes:
    return FAILED if answer.outcome == "refused" else None


def _lost_is_failed(answer: PeerAnswer) -> Closes:
    return FAILED if answer.outcome == "unknown" else None


async def _never_again(ask: Callable[[], Awaitable[str]]) -> bool:
    del ask
    return False


def _unverified_in(one: str) -> Trusted:
    """Verify the answers of every interface but `one`."""

    def trusted(interface: str, opened: Opened, status: int, answer: PeerAnswer) -> PeerAnswer:
        readable = interface == one and status == 200 and opened.data is not None
        return business_answer(opened) if readable else answer

    return trusted


def _unreadable(opened: Opened) -> bool:
    return opened.bad is not None and opened.bad.name.startswith("enc.")


def _unreadable_is_no(interface: str, opened: Opened, status: int, answer: PeerAnswer) -> PeerAnswer:
    del status
    return (
        PeerAnswer("refused", {}, "-1", "解密失败") if interface == "6202" and _unreadable(opened) else answer
    )


_SEEN: Final[list[str]] = []


def _unreadable_is_noted(interface: str, opened: Opened, status: int, answer: PeerAnswer) -> PeerAnswer:
    del status
    _SEEN.extend([interface] if interface == "6201" and _unreadable(opened) else [])
    return answer


def _new_after_unreadable(number: str, fresh: Callable[[str], str]) -> str:
    return fresh("L") if _SEEN and _SEEN.pop() else number


def _known_only(interface: str, opened: Opened, status: int, answer: PeerAnswer) -> PeerAnswer:
    del interface, opened, status
    return LOST if "newMember" in answer.data else answer


def _no_numbers(interface: str, opened: Opened, status: int, answer: PeerAnswer) -> PeerAnswer:
    del opened, status
    numbers = isinstance(answer.data.get("feeSumamt"), Num)
    return LOST if interface == "6202" and numbers else answer


def _of_the_file(asked: Mapping[str, Any]) -> PeerAnswer:
    row = {"insutype": "310", "insuplc_admdvs": "509999", "psn_insu_stas": "1"}
    return PeerAnswer("ok", {"baseinfo": {"psn_no": f"P{asked['certno']}"}, "insuinfo": [row]})


def _visit_of_ours(asked: Mapping[str, Any]) -> PeerAnswer:
    return PeerAnswer("ok", {"data": {"mdtrt_id": f"LOCAL{asked['ipt_otp_no']}"}})


def _as_claimed(bills: tuple[Bill, ...], claimed: object) -> None:
    if isinstance(claimed, int):
        first = bills[0]
        first.items = (replace(first.items[0], amount=claimed),)


DOUBTING: Final = (
    # Take a state that nobody knows for a failure (sheet 8: 17 to 25 are not final).
    Mutant(
        "unknown_state_is_failed",
        "不认识的订单状态当作支付失败",
        caught_by=("FLT-STATE-001",),
        needs=("fault/query_unknown_state",),
        apply=with_points(doubting={"unknown_state": _unknown_is_failed}),
    ),
    # Use a 6301 answer that is about another order (MP-NTF-06).
    Mutant(
        "query_number_ignored",
        "查询应答的单号不比对",
        caught_by=("FLT-ANSWER-001",),
        needs=("fault/query_other_order",),
        apply=with_points(doubting={"about": lambda _data, _order: True}),
    ),
    # Take a refused query for a failed order (MP-SEC-10).
    Mutant(
        "refused_query_is_failed",
        "查询被拒绝就当订单失败",
        caught_by=("FLT-ASK-001",),
        needs=("fault/query_refused",),
        apply=with_points(doubting={"unanswered": _refused_is_failed}),
    ),
    # Stop asking after the first query without an answer (MP-FLT-15).
    Mutant(
        "throttled_stops_polling",
        "查询没有可信应答就不再查询",
        caught_by=("FLT-ASK-001",),
        needs=("fault/query_throttled",),
        apply=with_points(doubting={"asks_on": lambda said: said != ""}),
    ),
    # Answer a lost 6202 with a refusal, the order being placed (contracts 10: unknown is accepted).
    Mutant(
        "lost_order_is_refused",
        "6202 结果不明就答复支付失败",
        caught_by=("FLT-UNSURE-001",),
        needs=("fault/order_timeout_done",),
        apply=with_points(
            doubting={"unsure": lambda _interface: FAILED},
            resending={"may_order_again": _never_again, "poll_pause_s": lambda _count: None},
        ),
    ),
    # Take an answer that cannot be decrypted for a refusal (MP-SEC-05).
    Mutant(
        "undecryptable_is_refused",
        "解不开的 6202 应答当作下单失败",
        caught_by=("FLT-UNSURE-001",),
        needs=("fault/order_undecryptable",),
        apply=with_points(
            doubting={"trusted": _unreadable_is_no},
            cancelling={"sends_revocation": False, "asks_before_revocation": False},
        ),
    ),
    # Send 6201 under a new number when its answer cannot be decrypted (MP-SEC-05).
    Mutant(
        "undecryptable_new_order",
        "解不开的 6201 应答之后换新订单号",
        caught_by=("FLT-RESEND-001",),
        needs=("fault/upload_undecryptable",),
        apply=with_points(
            doubting={"trusted": _unreadable_is_noted}, resending={"order_no": _new_after_unreadable}
        ),
    ),
    # Verify answers everywhere but in 6201 (MP-SEC-03).
    Mutant(
        "upload_answer_unverified",
        "6201 的应答不验签",
        caught_by=("ENV-RESP-003",),
        needs=("fault/upload_answer_tampered",),
        apply=with_points(doubting={"trusted": _unverified_in("6201")}),
    ),
    # Verify answers everywhere but in 6202 (MP-SEC-03).
    Mutant(
        "order_answer_unverified",
        "6202 的应答不验签",
        caught_by=("ENV-RESP-004",),
        needs=("fault/order_answer_unverified",),
        apply=with_points(doubting={"trusted": _unverified_in("6202")}),
    ),
    # Verify answers everywhere but in 6203 (MP-SEC-03).
    Mutant(
        "refund_answer_unverified",
        "6203 的应答不验签",
        caught_by=("ENV-RESP-005",),
        needs=("refund/answer_unverified",),
        apply=with_points(doubting={"trusted": _unverified_in("6203")}),
    ),
    # Build the signed text of an answer from the known members (MP-SEC-07).
    Mutant(
        "known_members_only",
        "验签原文只用认识的成员",
        caught_by=("ENV-MORE-001",),
        needs=("pay/answers_with_more",),
        apply=with_points(doubting={"trusted": _known_only}),
    ),
    # Read amounts as text only (sheet 2.3).
    Mutant(
        "amounts_as_text_only",
        "应答的金额为数字就当报文有误",
        caught_by=("ENV-NUM-001",),
        needs=("pay/numeric_answers",),
        apply=with_points(doubting={"trusted": _no_numbers}),
    ),
    # Give every attempt at a bill the same order number (MP-NTF-13).
    Mutant(
        "number_of_the_bill",
        "再次支付沿用上一次的订单号",
        caught_by=("PAY-AGAIN-001",),
        needs=("pay/again_after_failure",),
        apply=with_points(doubting={"number": lambda bills, fresh: bills[0].order_no or fresh}),
    ),
    # Cancel here whatever 6401 answered (MP-FLT-08).
    Mutant(
        "revoke_refusal_ignored",
        "6401 被拒绝也当已撤销",
        caught_by=("FLT-REVOKE-003",),
        needs=("fault/revoke_refused",),
        apply=with_points(doubting={"revoked": lambda answer: answer.outcome != "unknown"}),
    ),
    # Cancel here although nobody knows what became of 6401 (MP-FLT-08).
    Mutant(
        "revoke_silence_ignored",
        "6401 没有应答也当已撤销",
        caught_by=("FLT-REVOKE-003",),
        needs=("fault/revoke_lost",),
        apply=with_points(doubting={"revoked": lambda answer: answer.outcome != "refused"}),
    ),
    # Take a refusal without a signature for the last word (sheet 2.2).
    Mutant(
        "unsigned_refusal_final",
        "没有签名的拒绝就当真",
        caught_by=("ENV-RESP-004",),
        needs=("fault/unsigned_refusal",),
        apply=with_points(
            doubting={"trusted": _unverified_in("6202")},
            cancelling={"sends_revocation": False, "asks_before_revocation": False},
        ),
    ),
    # Go on with the local file when 1101 is refused (MP-FLT-17).
    Mutant(
        "file_instead_of_1101",
        "1101 被拒绝就用本地档案继续",
        caught_by=("IDV-STOP-001",),
        needs=("identity/person_refused",),
        apply=with_points(doubting={"instead": {"1101": _of_the_file}}),
    ),
    # Make up a visit when 2201 is refused (MP-FLT-17).
    Mutant(
        "own_visit_instead_of_2201",
        "2201 被拒绝就自编就诊 ID 继续",
        caught_by=("IDV-STOP-001",),
        needs=("identity/visit_refused",),
        apply=with_points(doubting={"instead": {"2201": _visit_of_ours}}),
    ),
    # Upload what the front end says the bill costs (MP-SEC-19).
    Mutant(
        "front_end_amount_used",
        "按前端传来的金额上传",
        caught_by=("PAY-BILL-001",),
        needs=("pay/front_end_amount",),
        apply=with_points(doubting={"claimed": _as_claimed}),
    ),
)
