"""Rows of the families `told`, `texts` and `privacy`: what a screen and a word to the tester say, and when."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, paid

REVIEW, WARN = "review", "warn"
ONE = {"bill_id": "B1", "auth_code": "11~r"}


def shown(icon: str, *acts: Tell, words: str = "支付未成功, 未扣款", placed: Any = None, **how: Any) -> Tell:
    """A payment whose 6202 went as `placed` says, then `acts`, then a reading with this icon."""

    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place(**(placed or {}))), order="ORD1", shown="pending",
              patient_message="处理中")  # fmt: skip
        for act in acts:
            act(s)
        s.call("order_state", shown=icon, order="ORD1", patient_message=words, **how)

    return tell


def moved(*states: str) -> Tell:
    return lambda s: s.order(*states)


def asked(state: str, **how: Any) -> Tell:
    return lambda s: s.query(state, amounts=False, **how)


def revoke(**how: Any) -> Tell:
    return lambda s: s.ask("6401", {"payOrdId": "ORD1"}, **how)


LOST = {"lost": True, "faults": ["drop_response"]}


def answered(icon: str, **how: Any) -> Tell:
    """The answer of `pay` itself, given while the order is open."""

    def tell(s: Any) -> None:
        during = lambda: (s.upload(), s.order("0"), s.place(), s.order("1"))  # noqa: E731
        s.pay(during=during, **{"order": "ORD1", "shown": icon, "patient_message": "请确认支付", **how})

    return tell


def refused_pay(code: str, **how: Any) -> Tell:
    def tell(s: Any) -> None:
        during = lambda: (s.upload(), s.order("0"), s.place(**LOST), s.order("1"))  # noqa: E731
        s.call("pay", {"bill_ids": ["B1"]}, during=during, state="refused", code=code, shown="failed", order="ORD1",
               patient_message="支付未成功", **how)  # fmt: skip

    return tell


def refund(status: str, icon: str, *later: Tell, **how: Any) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.settled()
        during = lambda: s.refund(status, **({"lost": True} if not status else {}))  # noqa: E731
        s.call("refund_bill", ONE, shown=icon, during=during, patient_message="退费", **how)
        for act in later:
            act(s)

    return tell


def refunded_reading(told: str) -> Tell:
    def tell(s: Any) -> None:
        s.upload()
        s.settled()
        s.refund("EXP")
        if told:
            s.query(told)
        s.probe("refunded", shown="cancelled")

    return tell


def words(text: str, icon: str = "pending", **how: Any) -> Tell:
    return lambda s: s.pay(shown=icon, patient_message=text, **how)


def leak(kind: str, field: str) -> list[dict[str, Any]]:
    return [{"n": "leak", "ok": False, "note": "已遮盖", "d": {"kind": kind, "field": field, "count": 1}}]


def leaking(kind: str, member: str, state: str = "accepted") -> Tell:
    def tell(s: Any) -> None:
        said = (
            {"message": "x~0123456789"} if member == "message" else {"patient_message": "李~0123456789, 您好"}
        )
        s.pay(state=state, shown="pending", **said)
        s.records[-1]["facts"] = leak(kind, f"d.{member}")

    return tell


def reading_leaks(s: Any) -> None:
    s.probe(shown="success")
    s.records[-1]["d"]["patient_message"] = "李~0123456789, 您好"
    s.records[-1]["facts"] = leak("name", "d.patient_message")


def centres_words(text: str) -> Tell:
    def tell(s: Any) -> None:
        head = {"code": "LT-INPATIENT", "success": False, "message": "参保人在院期间不得门诊结算"}
        s.call("pay", during=lambda: s.upload(code="LT-INPATIENT"), state="refused", code="DECLINED",
               shown="failed", patient_message=text)  # fmt: skip
        for record in s.records:
            if record["kind"] == "message" and record["part"] == "response":
                record["outcome"] = {"ok": False, "code": head["code"], "message": head["message"]}

    return tell


def declined_with(text: str) -> Tell:
    return lambda s: s.call("pay", {"bill_ids": ["B1"]}, state="refused", code="DECLINED", shown="failed",
                            patient_message=text)  # fmt: skip


def result_page(text: str, *, later: str = "") -> Tell:
    """An order of 60.00 (30.00, 9.00, 21.00) that settles while its `pay` is answered, and perhaps a reading after it."""

    def tell(s: Any) -> None:
        during = lambda: (s.upload(), s.place(), s.settled())  # noqa: E731
        s.pay(during=during, state="done", order="ORD1", shown="success", patient_message=text)
        if later:
            s.call("order_state", shown="success", order="ORD1", patient_message=later,
                   result={"order_state": "paid"})  # fmt: skip

    return tell


WHY, MONEY = "texts.refusals_say_why", "texts.result_names_amounts"
ICON1, ICON2, ICON3 = (
    "told.failed_only_when_known", "told.cancelled_only_when_revoked", "told.refunded_only_when_succ",
)  # fmt: skip
WORDS = "told.words_are_there"
NO_SECRET, NO_INSIDE, MESSAGE = (
    "privacy.screen_shows_no_secret", "privacy.screen_shows_no_inside", "privacy.message_holds_no_secret",
)  # fmt: skip

TABLE: list[Row] = [
    (ICON1, RED, shown("failed", moved("0", "1"))),
    (ICON1, RED, shown("failed", moved("0", "1", "6"))),
    (ICON1, RED, shown("failed", moved("0"), placed=LOST)),
    (ICON1, RED, shown("failed", asked("0"), moved("0", "1"))),
    (ICON1, RED, answered("failed")),
    (ICON1, RED, refused_pay("OTHER")),
    (ICON1, GREEN, shown("failed", moved("0"))),
    (ICON1, GREEN, shown("failed", moved("0"), asked("0"), placed=LOST)),
    (ICON1, GREEN, shown("failed", moved("0", "1"), revoke(), moved("12"))),
    (ICON1, GREEN, shown("failed", moved("0", "1", "15"))),
    (ICON1, GREEN, shown("failed", moved("0", "1"), asked("15", faults=["reply"]))),
    (ICON1, GREEN, shown("failed", moved("0"), placed={"code": "LT-AMOUNT"})),
    (ICON1, NOTHING, refused_pay("BILL_BUSY")),
    (ICON1, NOTHING, paid),
    (ICON2, RED, shown("cancelled", moved("0", "1"))),
    (ICON2, RED, shown("cancelled", moved("0", "1"), revoke(**LOST), moved("12"))),
    (ICON2, GREEN, shown("cancelled", moved("0", "1"), revoke(), moved("12"))),
    (ICON2, GREEN, shown("cancelled", moved("0", "1"), revoke(**LOST), moved("12"), asked("12"))),
    (ICON2, GREEN, shown("cancelled", moved("0", "1", "6", "7"))),
    (ICON2, NOTHING, paid),
    (ICON3, RED, refund("EXP", "success", state="accepted")),
    (ICON3, RED, refund("EXP", "pending", result={"refund_state": "success"})),
    (ICON3, RED, refund("", "success")),
    (ICON3, RED, refunded_reading("")),
    (ICON3, GREEN, refunded_reading("7")),
    (ICON3, GREEN, refund("SUCC", "success")),
    (ICON3, NOTHING, refund("EXP", "pending", state="accepted")),
    (WORDS, RED, words("")),
    (WORDS, RED, words(" ", "success", state="done")),
    (WORDS, GREEN, words("支付处理中, 请勿重复支付")),
    (WORDS, GREEN, words("支付结果正在核对, 如未支付成功会自动退回, 请勿重新支付")),
    (WORDS, GREEN, words("支付成功", "success", state="done")),
    (WORDS, REVIEW, words("支付失败, 请重新支付")),
    (WORDS, REVIEW, words("支付成功")),
    (WORDS, NOTHING, lambda s: s.call("pay", state="refused", code="OTHER", shown="failed")),
    (WHY, RED, declined_with("操作失败")),
    (WHY, RED, declined_with("对不起, 支付未成功!")),
    (WHY, RED, declined_with("Sorry, payment failed.")),
    (WHY, GREEN, declined_with("支付失败: 在院期间不能使用医保移动支付")),
    (WHY, GREEN, declined_with("支付未成功, 请重新授权")),
    (WHY, NOTHING, declined_with("")),
    (WHY, NOTHING, words("支付失败")),
    (MONEY, RED, result_page("支付成功, 共 0.07 元")),
    (MONEY, WARN, result_page("支付成功")),
    (MONEY, WARN, result_page("支付成功, 流水号 2611290001", later="支付成功")),
    (MONEY, GREEN, result_page("支付成功, 共 60 元")),
    (MONEY, GREEN, result_page("支付成功: 医保 39.00, 现金 21.00")),
    (MONEY, GREEN, result_page("支付成功", later="已支付 ¥60.00")),
    (MONEY, NOTHING, words("支付处理中")),
    (NO_SECRET, RED, leaking("name", "patient_message")),
    (NO_SECRET, RED, leaking("id_no", "patient_message", "refused")),
    (NO_SECRET, RED, reading_leaks),
    (NO_SECRET, RED, words('{"idNo":"119***~0123456789"}')),
    (NO_SECRET, GREEN, leaking("openid", "patient_message")),
    (NO_SECRET, GREEN, leaking("name", "message") and words("请确认支付")),
    (NO_INSIDE, RED, words('系统错误 {"code":"LT-X"}')),
    (NO_INSIDE, RED, words("Traceback (most recent call last): ...")),
    (NO_INSIDE, RED, words("java.lang.NullPointerException: null")),
    (NO_INSIDE, RED, words("at com.his.pay.PayService.order(PayService.java:88)")),
    (NO_INSIDE, RED, words("<infcode>-1</infcode>")),
    (NO_INSIDE, GREEN, words("系统繁忙, 请稍后再试 (流水号 L2611290001)")),
    (NO_INSIDE, GREEN, centres_words("您的医保暂不能用于本次支付, 未扣款")),
    (NO_INSIDE, WARN, centres_words("医保未通过: 参保人在院期间不得门诊结算")),
    (MESSAGE, RED, leaking("token", "message")),
    (MESSAGE, RED, leaking("id_no", "message")),
    (MESSAGE, GREEN, leaking("psn_no", "message")),
    (MESSAGE, NOTHING, lambda s: s.pay(patient_message="请确认")),
]  # fmt: skip
