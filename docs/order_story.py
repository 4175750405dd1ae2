"""The page of one whole order: the core is run with a fixed clock, fixed numbers and the keys of the vectors."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.model.interface import Request
from simulator.protocol.model.person import new_shard
from simulator.protocol.model.role import interfaces_of
from simulator.protocol.model.step import Context, Event, Institution, Notify, Reply, Schedule, Step
from simulator.protocol.model.stepping import answer, cast_of, happen
from simulator.protocol.wire.envelope import ChannelKeys, seal_request, seal_response
from simulator.roles import ROLES
from simulator.shell import profiles

START = 1_767_229_200_000  # 2026-01-01 09:00:00 Beijing time
WAIT_MS = 2_000
HOSPITAL = Institution("H50999900001", "某某医院", "509999", "43AF047BBA47FC8A1AE8EFB232BDBBCB", "12345678")
PERSON = {
    "person": "P1", "institution": HOSPITAL.code, "alias": "甲", "name": "测试甲", "id_no": "119999199001010012",
    "openid": "openid-0001", "phone": "19900000001", "balance": 10_000, "ratio": 70,
}  # fmt: skip
BY_NUMBER = {one.number: one for one in interfaces_of(ROLES)}
TEXTS = {
    "userQuery": (
        "患者在授权页同意后, 页面带回 authCode; 医院后台换取支付授权码。",
        "The patient agreed on the authorisation page, which brings back authCode; the hospital's server exchanges it.",
    ),
    "1101": (
        "用授权码取得人员编号、险种与参保地。",
        "Person number, insurance and region behind the authorisation.",
    ),
    "2201": ("挂号, 得到就诊 ID。", "Registration; gives the visit id."),
    "6201": ("上传费用明细, 建立订单(状态 0)。", "Fee lines make the order (state 0)."),
    "6202": ("下单, 得到四部分金额(状态 1)。", "The order is placed; four amounts (state 1)."),
    "6302": (
        "患者确认并付款后, 中心通知医院。",
        "After the patient confirmed and paid, the centre tells the hospital.",
    ),
    "6301": ("医院查询, 状态 6 才入账。", "The hospital asks; it books at state 6."),
    "6203": ("全额退费, 用新的授权。", "Refund of everything, with a new authorisation."),
    "2202": ("退费后撤销挂号。", "The registration is cancelled after the refund."),
}


class Story:
    """One person's world without sockets: it keeps every message in the order in which it passed."""

    def __init__(self) -> None:
        self.profile = profiles.load_profile()
        self.cast = cast_of(ROLES)
        self.shard = new_shard(PERSON, "docs", "docs", ROLES)
        self.now = START
        self.numbers = itertools.count(1)
        self.timers: list[tuple[int, int, Event]] = []
        self.said: list[tuple[str, Mapping[str, Any], Mapping[str, Any], int]] = []
        self.paid = ""

    def number(self, kind: str) -> str:
        """A number of this kind, in a form of its own."""
        if kind in ("ORD", "AUTH"):
            return f"{kind}50999920260101090000{next(self.numbers):07d}"
        return f"{kind}{next(self.numbers):08d}"

    @property
    def context(self) -> Context:
        """What a step may use."""
        return Context(self.now, self.now, self.number, self.profile, frozenset())

    def take(self, step: Step) -> Reply | None:
        """Keep what a step did."""
        self.shard = step.shard
        for effect in step.effects:
            if isinstance(effect, Schedule):
                self.timers.append((effect.at_ms, len(self.timers), effect.event))
            elif isinstance(effect, Notify):
                self.said.append(("6302", effect.data, {"success": True}, self.now))
                told = {
                    "name": effect.name,
                    "key": effect.key,
                    "attempt": effect.attempt,
                    "accepted": True,
                    "status": 200,
                }
                self.take(happen(self.cast, self.shard, Event("notice.result", told), self.context))
        return step.reply

    def ask(self, number: str, data: dict[str, Any], **header: Any) -> dict[str, Any]:
        """A request of the hospital; its answer, which is a success."""
        interface = BY_NUMBER[number]
        body = {"data": data} if interface.transport.name == "fsi" else data
        header = {"fixmedins_code": HOSPITAL.code, "insuplc_admdvs": HOSPITAL.region, **header}
        self.now += 1_000
        reply = self.take(
            answer(self.cast, interface, self.shard, Request(number, body, header, HOSPITAL), self.context)
        )
        assert reply is not None
        assert reply.success, reply
        found = dict(reply.data or {})
        self.said.append((number, body, found, self.now))
        return found

    def act(self, name: str, **args: Any) -> dict[str, Any]:
        """What the patient does."""
        reply = self.take(happen(self.cast, self.shard, Event(name, args), self.context))
        return dict((reply.data if reply else None) or {})

    def wait(self, ms: int) -> None:
        """Time passes; what is due happens."""
        end = self.now + ms
        while due := sorted(one for one in self.timers if one[0] <= end):
            self.timers.remove(due[0])
            self.now = max(self.now, due[0][0])
            self.take(happen(self.cast, self.shard, due[0][2], self.context))
        self.now = end

    def authorised(self) -> str:
        """A payment authorisation number from the authorisation page."""
        code = self.act("patient.authorise", biz="04107", channel="wechat")["auth_code"]
        return str(self.ask("userQuery", {"qrcode": code, "openid": PERSON["openid"]})["pay_auth_no"])

    def told(self) -> None:
        """The whole order, from the authorisation to the cancelled registration."""
        auth = self.authorised()
        known = self.ask("1101", {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth})
        psn_no, insured = known["baseinfo"]["psn_no"], known["insuinfo"][0]
        visit = self.ask("2201", {
            "psn_no": psn_no, "insutype": insured["insutype"], "begntime": "2026-01-01 09:00:00",
            "mdtrt_cert_type": "01", "mdtrt_cert_no": auth, "ipt_otp_no": "MZ202601010001", "atddr_no": "D50999900001",
            "dr_name": "测试医师", "dept_code": "A001", "dept_name": "内科", "caty": "A03",
        })["data"]  # fmt: skip
        order = self.ask("6201", {
            "orgCodg": HOSPITAL.code, "payAuthNo": auth, "psnNo": psn_no, "insutype": insured["insutype"],
            "insuCode": insured["insuplc_admdvs"], "medOrgOrd": "MO202601010001", "begntime": "2026-01-01 09:00:00",
            "idNo": PERSON["id_no"], "userName": PERSON["name"], "idType": "01", "iptOtpNo": "MZ202601010001",
            "deptCode": "A001", "deptName": "内科", "caty": "A03", "mdtrtId": visit["mdtrt_id"], "medType": "11",
            "feeType": "01", "medfeeSumamt": "25.00", "acctUsedFlag": "1", "psnSetlway": "01",
            "chrgBchno": "PC202601010001", "pubHospRfomFlag": "0",
            "feedetailList": [{
                "feedetlSn": "1", "psnNo": psn_no, "chrgBchno": "PC202601010001", "rxCircFlag": "0",
                "feeOcurTime": "2026-01-01 09:10:00", "medListCodg": "XN05BAD000000000000000001",
                "medinsListCodg": "YP0001", "detItemFeeSumamt": "25.00", "cnt": "2", "pric": "12.50",
                "bilgDeptCodg": "A001", "bilgDeptName": "内科", "bilgDrCodg": "D50999900001", "bilgDrName": "测试医师",
            }],
        })  # fmt: skip
        amounts = self.ask("6202", {
            "payAuthNo": auth, "payOrdId": order["payOrdId"], "payToken": order["payToken"], "orgCodg": HOSPITAL.code,
            "orgBizSer": "YW202601010001", "chrgBchno": "PC202601010001", "feeType": "01",
            "mdtrtId": visit["mdtrt_id"], "acctUsedFlag": "1",
        })  # fmt: skip
        self.wait(WAIT_MS)
        self.ask("6301", {
            "payOrdId": order["payOrdId"], "payToken": order["payToken"], "orgCodg": HOSPITAL.code,
            "idNo": PERSON["id_no"], "userName": PERSON["name"], "idType": "01",
        })  # fmt: skip
        self.ask("6203", {
            "payOrdId": order["payOrdId"], "appRefdSn": "TF202601010001", "appRefdTime": "20260101100000",
            "totlRefdAmt": "25.00", "cashRefdAmt": amounts["ownPayAmt"], "psnAcctRefdAmt": amounts["psnAcctPay"],
            "fundRefdAmt": amounts["fundPay"], "refdType": "ALL", "payAuthNo": self.authorised(), "orgCodg": HOSPITAL.code,
        })  # fmt: skip
        self.ask("2202", {"psn_no": psn_no, "mdtrt_id": visit["mdtrt_id"], "ipt_otp_no": "MZ202601010001"})


def page(keys: Mapping[str, Any], secret: str) -> str:
    """The page; `keys` are those of the vectors."""
    story = Story()
    story.told()
    parts = [
        "# 一笔订单的全部报文 / One whole order as messages\n\n"
        "由核心真实运行得出(固定的时钟与号码, 向量的密钥), 可以复算。下面是业务内容; 6201 另给出发送的整个报文。号码的样子是模拟器的。\n\n"
        "Made by really running the core (fixed clock and numbers, keys of the vectors), so that it can be computed again. Below is "
        "the business content; for 6201 also the whole message that is sent. What numbers look like is the simulator's.\n\n"
        "[字段表](README.md) · [签名](signing.md) · [订单状态](../order-states.md)\n"
    ]
    for turn, (number, asked, answered, at) in enumerate(story.said, 1):
        zh, en = TEXTS[number]
        path = BY_NUMBER[number].path or "(机构自己的地址 the institution's own address)"
        parts.append(
            f"\n## {turn}. {number} {BY_NUMBER[number].name}\n\n{zh}\n\n{en}\n\n`POST {path}` · [字段表 field table]({number}.md)\n\n"
        )
        parts.append(f"请求 request\n\n{block(asked)}\n应答 answer\n\n{block(answered)}")
        if number == "6201":
            parts.append(sealed(story, asked, answered, at, keys, secret))
    return "".join(parts)


def sealed(story: Story, asked: Any, answered: Any, at: int, keys: Mapping[str, Any], secret: str) -> str:
    """The whole messages of 6201, as they are sent."""
    ours, theirs = (
        ChannelKeys(
            HOSPITAL.app_id,
            secret,
            parse_private_key(keys[one]["private"]),
            parse_public_key(keys[other]["public"]),
        )
        for one, other in (("institution", "centre"), ("centre", "institution"))
    )
    request = seal_request(asked, ours, story.profile, at, b"request")
    reply = seal_response("0", "成功", True, answered, theirs, story.profile, at, b"answer")
    return (
        f"\n发送的整个报文 the whole request\n\n```json\n{request.decode()}\n```\n"
        f"\n中心的整个应答 the whole answer\n\n```json\n{reply.decode()}\n```\n"
    )


def block(value: Any) -> str:
    """A business object to read."""
    return f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```\n"
