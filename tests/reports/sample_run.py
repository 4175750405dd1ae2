"""A plausible run folder in every verdict, deterministic: `write(folder)`; also `python sample_run.py DIR`."""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # also run as a script

from evidence_writer import Writer, message

from simulator.protocol.wire.chain import line_of

BEIJING = timezone(timedelta(hours=8))
START = datetime(2026, 11, 22, 15, 0, 0, tzinfo=BEIJING)
CODE = "H50999900001"
HOSTILE = "<script>alert('x')</script>\u202egnp.exe \x00\x1b[31m & \"quoted\" 'single' {{7*7}} שלום"


def sm3(data: bytes) -> str:
    return hashlib.new("sm3", data).hexdigest()


class Evidence(Writer):
    """Records with three times, as the shell writes them."""

    def __init__(self) -> None:
        super().__init__("20261122-150000")
        self.mono = 0

    def add(self, flow: str, kind: str, after_ms: float = 3.0, **more: Any) -> int:
        self.mono += int(after_ms * 1e6)
        wire = (START + timedelta(microseconds=self.mono // 1000)).isoformat(timespec="milliseconds")
        return super().add(
            kind,
            **{
                "flow": flow,
                "person": "P1" if flow else "",
                "institution": CODE,
                "t": {"wire": wire, "timer_ms": self.mono // 1_000_000, "mono_ns": self.mono},
                **more,
            },
        )

    def message(
        self,
        flow: str,
        way: str,
        number: str,
        part: str,
        data: Any,
        *,
        link: int | None = None,
        bad: dict[str, Any] | None = None,
        head: dict[str, Any] | None = None,
        role: str = "centre",
        after_ms: float = 3.0,
    ) -> int:
        opened = None if bad and "enc.decrypt" in bad else data
        envelope = {
            "appId": "43AF047B…",
            "version": "2.0.1",
            "encType": "SM4",
            "signType": "SM2",
            "timestamp": "20261122150000",
            **(head or {}),
        }
        facts = (
            [fact(name, bad) for name in FACTS if name != "sign.cause" or (bad and name in bad)]
            if role == "centre"
            else [fact("fsi.json", bad)]
        )
        names = ("medOrgOrd", "payOrdId", "appRefdSn", "orgBizSer", "mdtrtId")
        ids = {name: data[name] for name in names if isinstance(data, dict) and data.get(name)}
        body = json.dumps(data, ensure_ascii=True).encode()
        fields = message(
            number, part, opened, ours=way == "out", link=link, outer=envelope, facts=facts, ids=ids, role=role,
            accepted=True, target=PATHS.get(number, "/notify/6302"), size=len(body) * 2 + 400, c=sm3(body),
        )  # fmt: skip
        if opened is None:
            fields["view"] = {"outer": envelope, "data": None}
        return self.add(flow, "message", after_ms, **fields)


FACTS = (
    "http.post",
    "http.json_type",
    "body.size",
    "body.utf8",
    "body.json",
    "body.depth",
    "body.unique_keys",
    "body.finite",
    "body.numbers",
    "env.fields",
    "env.version",
    "env.enc_type",
    "env.sign_type",
    "env.app_known",
    "env.plain_absent",
    "env.time_form",
    "env.time_window",
    "enc.hex",
    "enc.decrypt",
    "enc.json",
    "sign.present",
    "sign.encoding",
    "sign.verify",
    "sign.canonical",
    "sign.cause",
    "replay.fresh",
    "schema",
    "amounts.balance",
)
PATHS = {
    "6201": "/org/local/api/hos/uldFeeInfo",
    "6202": "/org/local/api/hos/pay_order",
    "6203": "/org/local/api/hos/refund_Order",
    "6301": "/org/local/api/hos/query_order_info",
    "6401": "/org/local/api/hos/revoke_order",
    "1101": "/fsi/api/fsiPsnInfoService/queryPsnInfo",
    "2201": "/fsi/api/outpatientDocInfoService/outpatientRregistration",
    "userQuery": "/api/mipuserquery/userQuery/10000001",
}


def fact(name: str, bad: dict[str, Any] | None) -> dict[str, Any]:
    if bad and name in bad:
        return {"n": name, "ok": False, "note": bad[name][0], "d": bad[name][1]}
    return {"n": name, "ok": True}


def who(mark: str) -> dict[str, str]:
    return {"userName": f"张~{mark}", "idNo": f"533~{mark[::-1]}", "idType": "01"}


def payment(
    e: Evidence,
    flow: str,
    at: int,
    *,
    total: int = 6000,
    fund: int = 3500,
    acct: int = 1000,
    sign_bad: bool = False,
    biz: str = "04107",
    notices: int = 1,
    refund: bool = False,
    decision: str = "agree",
) -> dict[str, Any]:
    """The path of one payment; returns record numbers and ids by name."""
    cash = total - fund - acct
    yuan = {
        "feeSumamt": f"{total / 100:.2f}",
        "fundPay": f"{fund / 100:.2f}",
        "psnAcctPay": f"{acct / 100:.2f}",
        "ownPayAmt": f"{cash / 100:.2f}",
    }
    med, order = f"MO2026112200{at:04d}", f"ORD5099992026112215{at:04d}{at:07d}"
    marks = who(f"{at:010x}")
    seen: dict[str, Any] = {"med": med, "order": order}
    e.add(
        flow,
        "scenario",
        what="begin",
        d={
            "id": flow,
            "persons": {"甲": f"P{at}"},
            "specs": {"甲": {"insutype": "310", "balance": acct, "ratio": 70}},
        },
    )
    e.add(
        flow,
        "driver",
        1,
        what="call",
        action="prescribe",
        call_id=f"p{at}",
        d={
            "action": "prescribe",
            "args": {"items": [{"code": "A001", "name": "阿莫西林胶囊", "cnt": "2", "price_text": "30.00"}]},
        },
    )
    e.add(flow, "step", 1, what="authorise", d={"biz": biz, "decision": decision, "channel": "insurance_app"})
    if notices > 1:
        e.add(
            flow,
            "step",
            1,
            what="fault",
            d={"name": "drop_response", "interface": "6202", "times": 1, "with": {}},
        )
    call = e.add(
        flow,
        "driver",
        2,
        what="call",
        action="pay",
        call_id=f"c{at}",
        d={"action": "pay", "args": {"bill_ids": [f"B{at}"], "mode": "A", "auth_code": "EC~aa00bb11cc"}},
    )
    ask = e.message(
        flow,
        "in",
        "userQuery",
        "request",
        {"qrcode": "EC~aa00bb11cc", "openid": "oX~0123456789"},
        role="ecredential",
    )
    if decision == "refuse":
        e.message(
            flow,
            "out",
            "userQuery",
            "response",
            {"code": 7201, "message": "参保人在授权页取消"},
            link=ask,
            role="ecredential",
            head={"code": 7201, "message": "参保人在授权页取消"},
        )
    else:
        e.message(
            flow,
            "out",
            "userQuery",
            "response",
            {"pay_auth_no": "AUTH~ffee001122", **marks},
            link=ask,
            role="ecredential",
            head={"code": 0, "message": "success"},
        )
    if decision == "agree":
        ask = e.message(
            flow, "in", "1101", "request", {"input": {"data": {"mdtrt_cert_type": "01"}}}, role="institution"
        )
        e.message(
            flow,
            "out",
            "1101",
            "response",
            {"output": {"insuinfo": [{"insutype": "310", "balc": "10.00"}]}},
            link=ask,
            role="institution",
            head={"infcode": "0", "err_msg": ""},
        )
        bad = {
            "sign.verify": ("签名与公钥不符", {"canonical": "none", "user_id": "1234567812345678"}),
            "sign.cause": ("按不区分大小写排序后可验证: 排序规则有误", {"cause": "case_insensitive_sort"}),
        }
        detail = {
            "feedetlSn": "1",
            "medListCodg": "XA01",
            "cnt": "2",
            "pric": "30.00",
            "detItemFeeSumamt": "60.00",
            "memo": HOSTILE,
        }
        seen["6201"] = e.message(
            flow,
            "in",
            "6201",
            "request",
            {
                "orgCodg": CODE,
                "medOrgOrd": med,
                "medType": "11",
                "medfeeSumamt": yuan["feeSumamt"],
                "payAuthNo": "AUTH~ffee001122",
                "mdtrtId": f"M{at}",
                **marks,
                "feedetailList": [detail],
            },
            bad=bad if sign_bad else None,
        )
        if sign_bad:
            e.message(
                flow,
                "out",
                "6201",
                "response",
                {},
                link=seen["6201"],
                after_ms=6,
                head={
                    "code": "LT-SIGN-VERIFY",
                    "message": "验签失败: 请按 ASCII 码升序 (区分大小写) 排序",
                    "success": False,
                },
            )
        else:
            e.message(
                flow,
                "out",
                "6201",
                "response",
                {"payOrdId": order, "payToken": "PT~77aa77aa77"},
                link=seen["6201"],
                head={"code": 0, "message": "成功", "success": True},
                after_ms=6,
            )
            world(e, flow, order, "", "0", "6201 上传", {"medOrgOrd": med})
            ask = e.message(
                flow,
                "in",
                "6202",
                "request",
                {"payOrdId": order, "payToken": "PT~77aa77aa77", "orgBizSer": f"S{at}", "mdtrtId": f"M{at}"},
            )
            world(
                e,
                flow,
                order,
                "0",
                "1",
                "6202 下单",
                {"total": total, "fund": fund, "account": acct, "cash": cash},
            )
            seen["6202"] = e.message(
                flow,
                "out",
                "6202",
                "response",
                {"payOrdId": order, "ordStas": "1", **yuan},
                link=ask,
                head={"code": 0, "message": "成功", "success": True},
                after_ms=8,
            )
            for before, after, why in (
                ("1", "2", "参保人确认"),
                ("2", "3", "现金完成"),
                ("3", "4", "医保完成"),
                ("4", "6", "结算完成"),
            ):
                world(e, flow, order, before, after, why, {})
            for attempt in range(1, notices + 1):
                ask = e.message(
                    flow,
                    "out",
                    "6302",
                    "request",
                    {
                        "payOrdId": order,
                        "medOrgOrd": med,
                        "callType": "02",
                        "setlType": "ALL",
                        "revsToken": "RV~9988776655",
                        **yuan,
                    },
                )
                seen["6302"] = e.message(
                    flow, "in", "6302", "response", {"success": True}, link=ask, after_ms=21
                )
                e.add(
                    flow,
                    "world",
                    1,
                    what="notice",
                    link=ask,
                    d={"key": order, "attempt": attempt, "accepted": True, "status": 200},
                )
            if refund:
                world(e, flow, order, "6", "17", "退费", {})
                ask = e.message(
                    flow,
                    "in",
                    "6203",
                    "request",
                    {
                        "payOrdId": order,
                        "appRefdSn": f"R{at}",
                        "refdType": "ALL",
                        "appRefdTime": "20261122150010",
                        "totlRefdAmt": yuan["feeSumamt"],
                        "cashRefdAmt": yuan["ownPayAmt"],
                        "psnAcctRefdAmt": yuan["psnAcctPay"],
                        "fundRefdAmt": yuan["fundPay"],
                    },
                )
                e.message(
                    flow,
                    "out",
                    "6203",
                    "response",
                    {"payOrdId": order, "refStatus": "SUCC"},
                    link=ask,
                    head={"code": 0, "message": "成功"},
                )
                world(e, flow, order, "17", "7", "全部退费", {})
    state = "refused" if sign_bad or decision == "refuse" else "accepted"
    seen["answer"] = e.add(
        flow,
        "driver",
        4,
        what="answer",
        action="pay",
        call_id=f"c{at}",
        link=call,
        d={
            "action": "pay",
            "http_status": 202,
            "state": state,
            "patient_state": "pending",
            "patient_message": "支付处理中, 请勿重复支付",
            "elapsed_ms": 48,
            "refs": {"medOrgOrd": med},
        },
    )
    for _ in range(2):
        seen["probe"] = e.add(
            flow,
            "probe",
            150,
            what="order_state",
            d={
                "state": "done",
                "patient_state": "success",
                "refs": {"payOrdId": order, "medOrgOrd": med},
                "result": {
                    "order_state": "paid",
                    "booked_count": max(notices, 1),
                    "amounts": {"total": total},
                },
            },
        )
    e.add(flow, "scenario", what="end", d={"outcome": "ran", "quiet": {"window_ms": 300}})
    return seen


def world(
    e: Evidence, flow: str, key: str, before: str, after: str, why: str, detail: dict[str, Any]
) -> None:
    e.add(
        flow,
        "world",
        40,
        what="order",
        d={"key": key, "before": before, "after": after, "why": why, "detail": detail},
    )


LEDGER = [
    (
        "ENV-SIGN-001",
        "SEC",
        "MUST",
        "vendor-code",
        "请求签名可验证",
        "Every sealed request verifies",
        "centre 3.1",
    ),
    (
        "ENV-SCHEMA-001",
        "SEC",
        "MUST",
        "vendor-code-single",
        "字段、长度、代码符合字段表",
        "Fields as in the table",
        "centre 6",
    ),
    ("IDV-PERSON-001", "IDV", "MUST", "provincial", "6201 之前以电子凭证调用 1101", "1101 before 6201", "S0"),
    (
        "IDV-REFUSE-001",
        "IDV",
        "MUST",
        "channel-official",
        "拒绝授权后不得上传 6201",
        "Refused: no 6201",
        "W1",
    ),
    ("PAY-SUM-001", "PAY", "MUST", "vendor-code", "明细合计等于总额", "Detail sum = total", "centre 9"),
    (
        "PAY-BOOK-001",
        "PAY",
        "MUST",
        "vendor-code-single",
        "已支付订单只入账一次",
        "Booked exactly once",
        "W2",
    ),
    (
        "PAY-SPLIT-001",
        "PAY",
        "SHOULD",
        "vendor-code-single",
        "三分项之和等于总额",
        "Split = total",
        "centre 9",
    ),
    ("REG-EXPIRE-001", "REG", "MUST", "assumed", "超时未支付自动撤销", "Revoked by itself", "W6"),
    ("RFD-FRESH-001", "RFD", "MUST", "provincial", "本人退费须重新核验身份", "Fresh identity", "S0"),
    ("NTF-ONCE-001", "NTF", "MUST", "vendor-code", "重复通知只入账一次, 每次均应答", "Booked once", "V3"),
    (
        "NTF-MATCH-001",
        "NTF",
        "MUST",
        "vendor-code",
        "金额或单号不符的通知不入账",
        "Altered: not booked",
        "V3",
    ),
    ("FLT-QUERY-001", "FLT", "MUST", "assumed", "6202 结果未知时先查 6301", "6301 before another 6202", "W6"),
    ("EXP-STATE-001", "EXP", "MUST", "assumed", "终态与用例预期一致", "Final state as expected", "scenario"),
]
# (id, title, title_en, covers, services of payment(), requirement -> verdict)
SCENARIOS: list[tuple[str, str, str, list[str], dict[str, Any] | None, dict[str, str]]] = [
    (
        "register/insured_only",
        "预约挂号-纯医保支付",
        "Registration, insurance only",
        ["MP-REG-01"],
        {"total": 1500, "fund": 1000, "acct": 500},
        {"PAY-BOOK-001": "pass", "REG-EXPIRE-001": "n/a"},
    ),
    (
        "register/expire",
        "挂号超时未支付自动释放",
        "Unpaid registration expires",
        ["MP-REG-06"],
        None,
        {"REG-EXPIRE-001": "skip"},
    ),
    (
        "pay/clinic_mixed",
        "诊间缴费-医保+自费混合支付",
        "Clinic payment, mixed",
        ["MP-PAY-01", "MP-PAY-17"],
        {},
        {"PAY-BOOK-001": "pass", "PAY-SPLIT-001": "warn"},
    ),
    (
        "pay/insurance_only",
        "诊间缴费-纯医保",
        "Clinic payment, insurance only",
        ["MP-PAY-02"],
        {"fund": 5000, "acct": 1000},
        {"PAY-BOOK-001": "pass"},
    ),
    (
        "pay/cash_only",
        "诊间缴费-预结算全部为自费",
        "All cash",
        ["MP-PAY-05"],
        {"fund": 0, "acct": 0},
        {"PAY-BOOK-001": "pass"},
    ),
    (
        "refund/whole",
        "混合订单全额退费",
        "Whole refund of a mixed order",
        ["MP-RFD-01", "MP-RFD-04"],
        {"refund": True},
        {"PAY-BOOK-001": "pass", "RFD-FRESH-001": "fail"},
    ),
    (
        "identity/refuse_then_agree",
        "授权页先取消后同意",
        "Refuse, then agree",
        ["MP-IDV-02", "MP-IDV-03"],
        {"decision": "refuse"},
        {"IDV-REFUSE-001": "pass"},
    ),
    (
        "identity/check_only",
        "线上身份核验 (04106)",
        "Online identity check",
        ["MP-IDV-16"],
        {"biz": "04106", "decision": "refuse"},
        {"IDV-REFUSE-001": "review"},
    ),
    (
        "security/signature",
        "请求签名构造",
        "Request signature",
        ["MP-SEC-01", "MP-SEC-07"],
        {"sign_bad": True},
        {"ENV-SIGN-001": "fail", "EXP-STATE-001": "skip"},
    ),
    (
        "notify/duplicate",
        "重复通知 (2 次)",
        "Duplicate notices",
        ["MP-NTF-04"],
        {"notices": 2},
        {"NTF-ONCE-001": "fail"},
    ),
    (
        "notify/altered",
        "通知金额与本地不一致",
        "Altered notice",
        ["MP-NTF-06"],
        {},
        {"NTF-MATCH-001": "waiting"},
    ),
    (
        "fault/pay_timeout",
        "6202 下单超时结果未知",
        "6202 outcome unknown",
        ["MP-FLT-02"],
        {},
        {"FLT-QUERY-001": "error"},
    ),
    ("fault/bad_gateway", "网关 502", "Bad gateway", ["MP-FLT-14"], {}, {"FLT-QUERY-001": "pass"}),
]
CASE_GROUPS = (
    ("REG", 12),
    ("PAY", 20),
    ("PHA", 8),
    ("RFD", 22),
    ("IDV", 18),
    ("SEC", 19),
    ("NTF", 16),
    ("FLT", 25),
    ("RMT", 7),
    ("REC", 14),
    ("PRV", 10),
    ("PRF", 10),
    ("UIV", 14),
    ("OFF", 15),
    ("GLV", 9),
)
WORDS = {
    "fail": (
        "只入账一次 (booked_count = 1)",
        "第 2 次通知后 booked_count = 2",
        "收到通知未先按 medOrgOrd 查重即入账",
        "在被测系统的入账日志中按 medOrgOrd 检索, 应看到两次入账",
        "入账前以 payOrdId 加唯一约束, 已入账的通知直接应答成功",
    ),
    "warn": (
        "fulamtOwnpayAmt + preselfpayAmt + inscpScpAmt = medfeeSumamt",
        "59.99 ≠ 60.00",
        "分项四舍五入后未回填差额",
        "取 6201 明文逐项相加",
        "以整数分计算, 差额计入 inscpScpAmt",
    ),
    "review": ("界面引导重新授权", "patient_message: " + HOSTILE, "", "人工核对界面文字", ""),
    "waiting": (
        "通知被拒绝且不入账",
        "流程在 20 s 内未静止",
        "被测系统仍在轮询",
        "查看最后一条 6301 的时间",
        "检查轮询的停止条件",
    ),
    "error": ("6202 应答未送达", "故障未触发 (缺少肯定前提)", "", "查看故障记录", ""),
    "skip": ("", "未提供 clock 动作, 且未允许真实等待", "", "", ""),
}


def verdict_line(
    scenario: str, title: str, covers: list[str], name: str, word: str, seen: dict[str, Any]
) -> dict[str, Any]:
    row = next(row for row in LEDGER if row[0] == name)
    expected, observed, cause, confirm, fix = WORDS.get(word, ("与要求一致", "一致", "", "", ""))
    records = [seen[key] for key in ("6201", "6202", "6302", "probe") if key in seen]
    if name == "ENV-SIGN-001" and word == "fail":
        expected, observed = "签名可用机构公钥验证", "sign.verify 不符; 按不区分大小写排序可验证"
        cause, fix = (
            "签名原文的键按不区分大小写排序",
            "改为按 ASCII 码升序 (区分大小写) 排序, 例: mdtrtId, medOrgOrd, medType, medfeeSumamt",
        )
        confirm = "liantiao explain 该请求; 或用测试向量 T3 比对签名原文"
    return {
        "schema": 1,
        "scenario": scenario,
        "scenario_title": title,
        "flow": scenario,
        "requirement": name,
        "group": row[1],
        "level": row[2],
        "status": row[3],
        "origin": row[6],
        "source": row[6],
        "title": row[4],
        "title_en": row[5],
        "clause": f"{row[4]} ({row[6]})。",
        "cases": covers,
        "verdict": word,
        "expected": expected,
        "observed": observed,
        "records": records[-4:],
        "domain": "vendor" if word in ("fail", "warn") else "",
        "cause": cause,
        "confirm": confirm,
        "fix": fix,
        "patient": "订单已支付, 请勿重复支付" if word == "fail" else "",
        "replay": f"liantiao run --declaration vendor.yaml --only {scenario}",
        "since": 1,
    }


def make() -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """Manifest, evidence records and verdict lines of the sample."""
    e, verdicts, scenarios = Evidence(), [], []
    e.add("", "run", what="begin", d={})
    for at, (name, title, title_en, covers, how, words) in enumerate(SCENARIOS, 1):
        seen = payment(e, name, at, **how) if how is not None else {}
        if how is not None:
            base = ["ENV-SIGN-001", "ENV-SCHEMA-001", "IDV-PERSON-001", "PAY-SUM-001", "EXP-STATE-001"]
            words = {**dict.fromkeys(base, "pass"), **words}
        verdicts += [verdict_line(name, title, covers, req, word, seen) for req, word in words.items()]
        scenarios.append(
            {
                "id": name,
                "title": title,
                "title_en": title_en,
                "purpose": f"{title}: 逐项核对报文、状态与入账",
                "covers": covers,
                "outcome": "skipped" if how is None else "ran",
                "reason": "缺少可选动作 clock" if how is None else "",
                "started": START.isoformat(),
                "ended": (START + timedelta(seconds=2)).isoformat(),
                "flow": name,
                "steps": [
                    {"verb": "authorise", "text": "甲 在授权页同意 (04107)"},
                    {"verb": "call", "text": "pay 支付处方"},
                    {"verb": "wait", "text": "等待结算完成, 至多 10 s"},
                ],
            }
        )
    e.message(
        "",
        "in",
        "6201",
        "request",
        {"note": HOSTILE * 20000},
        bad={"env.app_known": ("appId 未登记", {"appId": HOSTILE})},
    )
    e.add("", "run", what="end", d={})
    cases = []
    for group, count in CASE_GROUPS:
        for at in range(1, count + 1):
            name = f"MP-{group}-{at:02d}"
            where = [row[0] for row in SCENARIOS if name in row[3]]
            word = next(
                (
                    v["verdict"]
                    for v in sorted(verdicts, key=lambda v: v["verdict"] == "pass")
                    if v["scenario"] in where
                ),
                "n/a" if group in ("PHA", "OFF") else "skip",
            )
            cases.append(
                {
                    "id": name,
                    "group": group,
                    "title": f"用例 {name} 的名称",
                    "level": "必议选"[at % 3],
                    "modes": ["A", "B1"],
                    "steps": "选号→授权核验→6201→6202→确认",
                    "expected": "三项金额之和等于总额; 不重复入账",
                    "source": "S0,W1",
                    "verdict": word,
                    "scenarios": where,
                    "reason": {"n/a": "声明未提供该业务", "skip": "本次计划未包含"}.get(word, "")
                    if not where
                    else "",
                }
            )
    must = [v for v in verdicts if v["level"] == "MUST" and v["verdict"] != "n/a"]
    counts = {
        word: sum(v["verdict"] == word for v in verdicts)
        for word in ("waiting", "error", "fail", "review", "warn", "skip", "pass", "n/a")
    }
    by_status: dict[str, dict[str, int]] = {}
    for v in must:
        share = by_status.setdefault(v["status"], {"must": 0, "pass": 0})
        share["must"] += 1
        share["pass"] += v["verdict"] == "pass"
    manifest = {
        "schema": 1,
        "run": "20261122-150000",
        "started": START.isoformat(),
        "ended": (START + timedelta(seconds=12.3)).isoformat(),
        "tool": {"name": "liantiao", "version": "0.1.0"},
        "ruleset": 1,
        "target": "simulator",
        "label": "预验",
        "declaration": {
            "schema": 1,
            "institution": {"code": CODE, "name": "联调示范医院", "region": "509999"},
            "modes": ["A"],
            "services": ["registration", "outpatient", "refund", "cancel"],
            "driver": {"kind": "http", "level": 2, "url": "http://127.0.0.1:18701", "token": "must-not-show"},
            "endpoints": {"notify_6302": "http://127.0.0.1:18701/notify/6302"},
            "deviations": [
                {
                    "requirement": "PAY-SPLIT-001",
                    "owner": "李工",
                    "until": "2026-12-31",
                    "comment": "分项取整, 下版修正",
                }
            ],
        },
        "institution": {"code": CODE, "name": "联调示范医院", "region": "509999"},
        "modes": ["A"],
        "services": ["registration", "outpatient", "refund", "cancel"],
        "driver": {"kind": "http", "level": 2},
        "profile": {"name": "base", "overrides": {"order.ttl_ms": 1800000}},
        "plan": "A",
        "scenarios": scenarios,
        "cases": cases,
        "requirements": [
            {
                "id": r[0],
                "group": r[1],
                "level": r[2],
                "status": r[3],
                "title": r[4],
                "title_en": r[5],
                "source": r[6],
                "origin": r[6],
                "clause": r[4],
            }
            for r in LEDGER
        ],
        "conclusion": {
            "text": "不通过",
            "exit": 1,
            "must_executed": sum(v["verdict"] != "skip" for v in must),
            "must_applicable": len(must),
            "counts": counts,
            "by_status": by_status,
            "cases": {"must": 73, "covered": 6, "executed": 6, "pass": 2},
        },
        "evidence": {
            "writers": [{"writer": "sim-1", "count": len(e.records), "head": e.records[-1]["hash"]}]
        },
        "elapsed_s": 12.3,
    }
    return manifest, e.records, verdicts


def write(folder: Path) -> Path:
    """Write the sample run into `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest, records, verdicts = make()
    (folder / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    for name, rows in (("evidence.jsonl", records), ("verdicts.jsonl", verdicts)):
        (folder / name).write_bytes(b"".join(line_of(row) for row in rows))
    return folder


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
