"""A mixed order as queries and the notice show it, and its three states together (channels sheet 1b.1, 1b.5)."""

from __future__ import annotations

from typing import Any

from simulator.channels.wechat.state import WechatPart, WxMix
from simulator.protocol.text.times import beijing_rfc


def states(own: WechatPart, mix: WxMix) -> tuple[str, str, str]:
    """`mix_pay_status`, `self_pay_status`, `med_ins_pay_status`; refunded means that a part was refunded in full."""
    cash, medical = _cash(own, mix), _medical(mix)
    parts = {word.rpartition("_")[2] for word in (cash, medical) if not word.startswith("NO_")}
    if mix.failed:
        whole = "FAIL"
    elif parts == {"REFUND"}:
        whole = "REFUND"
    else:
        whole = "SUCCESS" if parts <= {"SUCCESS", "REFUND"} else "CREATED"
    return f"MIX_PAY_{whole}", cash, medical


def _cash(own: WechatPart, mix: WxMix) -> str:
    if not mix.cash_fee:
        return "NO_SELF_PAY"
    order = own.orders[mix.out_trade_no]
    if not order.transaction_id:
        return "SELF_PAY_FAIL" if mix.failed else "SELF_PAY_CREATED"
    back = sum(
        one.fen for one in own.refunds.values()
        if (one.out_trade_no, one.status) == (order.out_trade_no, "SUCCESS")
    )  # fmt: skip
    return "SELF_PAY_REFUND" if back >= order.total else "SELF_PAY_SUCCESS"


def _medical(mix: WxMix) -> str:
    if not mix.medical:
        return "NO_MED_INS_PAY"
    refunded = sum(one.total for one in mix.refunds.values())
    if mix.medical == "SUCCESS" and refunded and refunded >= mix.insured:
        return "MED_INS_PAY_REFUND"
    return f"MED_INS_PAY_{mix.medical}"


def mix_entity(own: WechatPart, mix: WxMix) -> dict[str, Any]:
    """The order: what was sent but the persons, its number, its states, and what came of it."""
    whole, cash, medical = states(own, mix)
    out = {
        "mix_trade_no": mix.mix_trade_no, **mix.sent, "mix_pay_status": whole, "self_pay_status": cash,
        "med_ins_pay_status": medical,
    }  # fmt: skip
    if mix.paid_wire_ms:
        out |= {"paid_time": beijing_rfc(mix.paid_wire_ms), "passthrough_response_content": "{}"}
    if mix.fail_reason:
        out["med_ins_fail_reason"] = mix.fail_reason
    return out
