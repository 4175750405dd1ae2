"""Notices of the wallet: sent by the channel's plan until a 2xx came, to the address that the order carries.

The plan is the documented one, 15 repeats within a day (channels sheet 1c, H); of the mixed order only repeats within
30 s are known (1b.8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulator.channels.wechat.offered import told_to
from simulator.protocol.model.interface import Notice
from simulator.protocol.model.step import Changed, Context, Effect, Event, Notify, Schedule
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said

ENDPOINT: Final = "wallet_notify"
SEND, RESULT = "notice.wechat", "notice.wechat_result"
DRAFT, MIX_DRAFT = "notice.wechat_draft", "notice.wechat_mix_draft"

WX_PAID = told_to("wxPaid", Said("支付成功通知"), "payment-channels 1c (H)")
WX_REFUNDED = told_to("wxRefunded", Said("退款结果通知"), "payment-channels 1c (H)")
PAID = Notice("wxPaid", ENDPOINT, "outTradeNo", WX_PAID, DRAFT)
REFUNDED = Notice("wxRefunded", ENDPOINT, "outRefundNo", WX_REFUNDED)
WX_MED_INS_PAID = told_to("wxMedInsPaid", Said("医保混合支付成功通知"), "payment-channels 1b (H)")
MED_INS_PAID = Notice("wxMedInsPaid", ENDPOINT, "mixTradeNo", WX_MED_INS_PAID, MIX_DRAFT)
PLANS: Final[Mapping[str, str]] = {
    "wxPaid": "wechat.notify_plan_ms",
    "wxRefunded": "wechat.notify_plan_ms",
    "wxMedInsPaid": "wechat.med_notify_plan_ms",
}


def first(name: str, key: str, data: Mapping[str, Any], url: str, ctx: Context) -> tuple[Effect, ...]:
    """The effects that begin the deliveries of a notice."""
    return attempt(name, key, 1, lambda: (data, url), ctx)


def attempt(
    name: str, key: str, number: int, what: Callable[[], tuple[Mapping[str, Any], str]], ctx: Context
) -> tuple[Effect, ...]:
    """Delivery `number` of the plan: now, or planned; nothing when the plan has no such one."""
    waits = ctx.profile[PLANS[name]]
    if number > len(waits):
        return ()
    wait = waits[number - 1]
    if wait:
        later = Event(SEND, {"name": name, "key": key, "attempt": number})
        return (Schedule(ctx.now_ms + wait, later, f"{SEND}:{name}:{key}"),)
    data, url = what()
    return (Notify(name, key, data, number, RESULT, url),)


def given_up(name: str, event: Event, ctx: Context) -> tuple[Effect, ...]:
    """The note of a plan that is over without acceptance."""
    number = int(event.args.get("attempt", 1))
    if number < len(ctx.profile[PLANS[name]]):
        return ()
    why = Said("{} 次通知均未被接受", number)
    return (Changed("notice", text(event.args, "key"), "sent", "given_up", why),)
