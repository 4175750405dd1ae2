"""Realistic business objects of synthetic persons, drawn at random, and the envelopes around them."""

from __future__ import annotations

import datetime
import random
from typing import Any

from . import tree
from .tree import Num, Tree

HEAD = [
    "orgCodg",
    "orgId",
    "payAuthNo",
    "ecToken",
    "uldLatlnt",
    "psnNo",
    "insutype",
    "insuCode",
    "insuplcAdmdvs",
    "medOrgOrd",
    "initRxOrd",
    "rxCircFlag",
    "begntime",
    "endtime",
    "idNo",
    "userName",
    "idType",
    "iptOtpNo",
    "atddrNo",
    "drName",
    "deptCode",
    "deptName",
    "caty",
    "mdtrtId",
    "mdtrtCertType",
    "medType",
    "feeType",
    "medfeeSumamt",
    "acctUsedFlag",
    "mainCondDscr",
    "diseCodg",
    "diseName",
    "psnSetlway",
    "chrgBchno",
    "pubHospRfomFlag",
    "invono",
    "fulamtOwnpayAmt",
    "overlmtSelfpay",
    "preselfpayAmt",
    "inscpScpAmt",
    "oprnOprtCode",
    "oprnOprtName",
    "fpscNo",
    "latechbFlag",
    "gesoVal",
    "fetts",
    "fetusCnt",
    "pretFlag",
    "birctrlType",
    "birctrlMatnDate",
    "matnType",
    "copFlag",
    "dscgDeptCodg",
    "dscgDeptName",
    "dscgDed",
    "dscgWay",
    "dieDate",
    "midSetlFlag",
    "admDiagDscr",
    "admDeptCodg",
    "admDeptName",
    "admBed",
    "backUrl",
    "spbillCreateIp",
    "medicalCardId",
    "medicalCardInstId",
    "obid",
    "extData",
    "expContent",
    "diseinfoList",
    "feedetailList",
]
ROW = [
    "feedetlSn",
    "mdtrtId",
    "psnNo",
    "chrgBchno",
    "diseCodg",
    "rxno",
    "rxCircFlag",
    "feeOcurTime",
    "medListCodg",
    "medinsListCodg",
    "detItemFeeSumamt",
    "cnt",
    "pric",
    "sinDosDscr",
    "usedFrquDscr",
    "prdDays",
    "medcWayDscr",
    "bilgDeptCodg",
    "bilgDeptName",
    "bilgDrCodg",
    "bilgDrName",
    "acordDeptCodg",
    "acordDeptName",
    "ordersDrCode",
    "ordersDrName",
    "hospApprFlag",
    "tcmdrugUsedWay",
    "etipFlag",
    "etipHospCode",
    "dscgTkdrugFlag",
    "matnFeeFlag",
    "initFeedetlSn",
    "drordNo",
    "medType",
    "memo",
    "extData",
    "medListName",
    "medListSpc",
    "itemtype",
    "costId",
]
DISEASE = [
    "diagType",
    "diagSrtNo",
    "diagCode",
    "diagName",
    "diagDept",
    "diseDorNo",
    "diseDorName",
    "diagTime",
    "valiFlag",
]
ORDER = [
    "payAuthNo",
    "ecToken",
    "payOrdId",
    "payToken",
    "orgCodg",
    "orgBizSer",
    "chrgBchno",
    "feeType",
    "mdtrtId",
    "acctUsedFlag",
]
REFUND = [
    "payOrdId",
    "appRefdSn",
    "appRefdTime",
    "totlRefdAmt",
    "cashRefdAmt",
    "psnAcctRefdAmt",
    "fundRefdAmt",
    "refdType",
    "ecToken",
    "payAuthNo",
    "revsToken",
    "orgCodg",
    "appId",
    "exp_content",
    "extData",
    "expContent",
]
QUERY = ["payOrdId", "payToken", "orgCodg", "idNo", "userName", "idType", "extData", "expContent"]
RESULT = [
    "ordStas",
    "callType",
    "payOrdId",
    "medOrgOrd",
    "traceTime",
    "feeSumamt",
    "ownPayAmt",
    "psnAcctPay",
    "fundPay",
    "othFeeAmt",
    "hospPartAmt",
    "deposit",
    "acctMulaidPay",
    "selfAcctPay",
    "delvFee",
    "ownpayAmt",
    "hiChrgTime",
    "hiDocSn",
    "hiRgstSn",
    "orgName",
    "orgCode",
    "ecCode",
    "setlType",
    "revsToken",
    "extData",
]
PRE = [
    "mdtrt_id",
    "psn_no",
    "psn_name",
    "psn_cert_type",
    "certno",
    "gend",
    "naty",
    "brdy",
    "age",
    "insutype",
    "psn_type",
    "cvlserv_flag",
    "med_type",
    "mdtrt_cert_type",
    "setl_time",
    "clr_type",
    "medins_setl_id",
    "exp_content",
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "pool_prop_selfpay",
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "fund_pay_sumamt",
    "hosp_part_amt",
    "psn_part_amt",
    "acct_pay",
    "acct_mulaid_pay",
    "psn_cash_pay",
    "balc",
]
TABLES: dict[str, list[str]] = {
    "6201:request": HEAD,
    "6201:request/feedetailList": ROW,
    "6201:request/diseinfoList": DISEASE,
    "6201:response": ["payOrdId", "payToken", "cashierUrl", "extData"],
    "6202:request": [*ORDER, "deposit", "setlLatlnt", "extData", "expContent"],
    "6202:response": [
        "payOrdId",
        "ordStas",
        "feeSumamt",
        "ownPayAmt",
        "psnAcctPay",
        "fundPay",
        "othFeeAmt",
        "hospPartAmt",
        "deposit",
        "acctMulaidPay",
        "selfAcctPay",
        "delvFee",
        "extData",
    ],
    "6202:response/extData/preSetl": PRE,
    "6203:request": REFUND,
    "6203:response": ["refdSn", "hiFefdSn", "hiTrnsDate", "hiTrnsTime", "refStatus", "extData"],
    "6301:request": QUERY,
    "6301:response": RESULT,
    "6401:request": QUERY,
    "6401:response": ["success", "message"],
}
INTERFACES = ("6201", "6202", "6203", "6301", "6401")
NAMES = ("测试甲", "测试乙", "测试丙", "测试·丁", "测试𠮷", "样例戊")
DEPARTMENTS = (("A001", "内科"), ("A002", "内科/门诊"), ("A003", "外科(二)"), ("A004", "儿科（夜间）"))
MEMOS = (
    "备注",
    " ",
    "饭后服用 & 多饮水",
    'a "b" c',
    "血压<140/90",
    "A=B",
    "见说明\\附页",
    "50%葡萄糖",
    "第一行\r\n第二行",
    "1+1 联用",
    " 前后有空格 ",
    "患者's 要求",
    "首次\t复诊",
    "100%+5",
    "null",
)
SPECS = ("0.25g*24 片", "10ml×6支/盒", "5mg/片", "<5ml>", "（大）1 袋", "0.9%*250ml", '"速溶" 3g')
DRUGS = ("测试药品", "测试针剂/注射用", "复方测试片", "测试诊查费", "测试<检验>", "A&B 测试")
_ORDERS: dict[str, dict[str, int]] = {}


def table_order(path: str) -> dict[str, int]:
    """The place of every name in the field table of one object; empty where there is no table."""
    if path not in _ORDERS:
        _ORDERS[path] = {n: i for i, n in enumerate(TABLES.get(path, []))}
    return _ORDERS[path]


class Body:
    """Draws the business object of one message, in one programmer's style."""

    def __init__(self, rng: random.Random, interface: str, kind: str, custom: bool = True) -> None:
        """Draws the style; `custom` allows members of the programmer's own, outside the field table."""
        self.rng, self.interface, self.kind = rng, interface, kind
        self.numbers = rng.choice(("texts", "numbers", "mixed"))
        ways = (("absent",), ("absent", "null"), ("absent", '""'), ("absent", "null", '""'))
        self.empties = rng.choice(ways)
        self.optional = rng.choice((0.1, 0.25, 0.5))
        self.custom = custom
        self.serial = rng.randrange(1, 9999)

    def amount(self, cents: int, digits: int = 2) -> Tree:
        """An amount as text or number, with or without its trailing zeros."""
        text = f"{cents / 10**digits:.{digits}f}"
        form = self.numbers if self.numbers != "mixed" else self.rng.choice(("texts", "numbers"))
        if self.rng.random() < 0.25:
            text = text.rstrip("0").rstrip(".")
        return text if form == "texts" else Num(text)

    def count(self, value: int) -> Tree:
        """A quantity as text or number."""
        text = self.rng.choice((str(value),) * 3 + (f"{value}.0", f"{value}.00"))
        return text if self.numbers == "texts" else Num(text)

    def small(self, value: int) -> Tree:
        """A small whole number as text or number."""
        return str(value) if self.numbers != "numbers" else Num(str(value))

    def moment(self) -> str:
        """A date and time of a synthetic visit."""
        r = self.rng
        return f"2026-0{r.randint(1, 9)}-{r.randint(10, 28)} {r.randint(0, 23):02}:{r.randint(0, 59):02}:00"

    def extension(self, deep: int = 2) -> Tree:
        """An extension field: empties, nested objects, lists, booleans, long numbers, texts like JSON."""
        r = self.rng
        kinds: list[Tree] = [{}, {"x": "", "y": None}, "", '{"b":1,"a":""}', {"a": {}, "b": "1"}]
        if r.random() < 0.2:
            return r.choice(kinds)
        out: dict[str, Tree] = {}
        pool: list[tuple[str, Tree]] = [
            ("traceId", Num(f"2026010109{r.randrange(10**9, 10**10)}")),
            ("seqNo", Num(str(r.randrange(1, 9999)))),
            ("isNew", r.choice((True, False))),
            ("retry", r.choice((Num("0"), Num("0.00"), Num("0.50"), "0"))),
            ("channel", r.choice(("app", "h5/公众号", "mini&app", "PAD <2>"))),
            ("Zone", r.choice(("东区", "", None, "西区"))),
            ("zoneCode", r.choice(("0101", "05", ""))),
            ("tags", r.choice((["甲", "乙"], [], ["", None], ["b", "", "a"], [Num("2"), Num("10.50")]))),
            ("empty", r.choice(({}, {"x": ""}, {"x": None, "list": []}))),
            ("unset", r.choice((None, "", []))),
            ("rate", r.choice((Num("0.70"), Num("1E+2"), Num("1.0E-7"), Num("12.50"), Num("100.00")))),
            ("callTime", self.moment()),
            ("10", "x"),
            ("9", r.choice(("y", Num("1")))),
            ("note", r.choice(MEMOS)),
            ("raw", '{"z":1,"a":"/"}'),
            ("url", "https://hospital.example/back?a=1&b=测"),
            ("bigCount", Num(r.choice(("10000000.00", "1200", "123456789012345678", "2500000")))),
        ]
        for name, value in r.sample(pool, r.randint(2, 9)):
            out[name] = value
        if deep and r.random() < 0.7:
            out[r.choice(("patient", "Device", "his"))] = self.extension(deep - 1)
        if deep and r.random() < 0.35:
            items = [self.extension(0) for _ in range(r.randint(1, 3))]
            out["items"] = [v for v in items if isinstance(v, dict)]
        return out

    def _optional(self, out: dict[str, Tree], name: str, value: Tree) -> None:
        if self.rng.random() < self.optional:
            out[name] = value
            return
        how = self.rng.choice(self.empties)
        if how != "absent":
            out[name] = None if how == "null" else ""

    def _extend(self, out: dict[str, Tree], chance: float = 0.6) -> None:
        if self.rng.random() < chance:
            out["extData"] = self.extension()
        if self.rng.random() < 0.2:
            out["expContent"] = self.rng.choice(("", None, '{"memo":"测试"}', {}, "a/b"))
        if self.custom and self.rng.random() < 0.2:
            out |= {
                "hisFlag": self.rng.choice((True, False)),
                "hisTraceId": Num(f"2026010109{self.rng.randrange(10**9, 10**10)}"),
                "hisRate": Num(self.rng.choice(("1E+2", "0.70", "2"))),
                "hisTags": self.rng.choice((["", None], ["甲", ""], [])),
                "hisNote": self.rng.choice(("null", "a/b", " ")),
            }

    def _lined(self, out: dict[str, Tree], path: str) -> dict[str, Tree]:
        """The members in the order of the table or shuffled, alike for all objects of one path."""
        known = table_order(path)
        seed = random.Random(f"{self.serial}{path}")
        how = seed.choice(("table", "shuffled", "shuffled"))
        names = sorted(out, key=lambda n: (known.get(n, 999), n))
        if how == "shuffled":
            place = {n: seed.random() for n in [*known, *sorted(out)]}
            names.sort(key=lambda n: place[n])
        return {n: out[n] for n in names}

    def fees(self) -> dict[str, Tree]:
        """6201."""
        r = self.rng
        dept, doctor = r.choice(DEPARTMENTS), r.choice(NAMES)
        psn, batch, visit = f"PSN{self.serial:011}", f"PC2026{self.serial:08}", f"MDTRT{self.serial:014}"
        rows, total = [], 0
        for i in range(r.choice((1, 1, 2, 3, 4, 6, 8, 12))):
            unit, many = r.choice((1250, 500, 1000, 2307, 50, 99999, 1, 12000)), r.choice((1, 2, 3, 10))
            total += unit * many
            row: dict[str, Tree] = {
                "feedetlSn": str(i + 1),
                "psnNo": psn,
                "chrgBchno": batch,
                "rxCircFlag": "0",
                "feeOcurTime": self.moment(),
                "medListCodg": f"XN05BAD{r.randrange(10**17, 10**18)}",
                "medinsListCodg": f"YP{i + 1:04}",
                "detItemFeeSumamt": self.amount(unit * many),
                "cnt": self.count(many),
                "pric": self.amount(unit),
                "bilgDeptCodg": dept[0],
                "bilgDeptName": dept[1],
                "bilgDrCodg": "D50999900001",
                "bilgDrName": doctor,
            }
            for name, value in (
                ("sinDosDscr", r.choice(("1 片", "0.5g/次", "50%", "2+1"))),
                ("usedFrquDscr", "每日三次"),
                ("prdDays", self.small(r.choice((3, 7, 0)))),
                ("medcWayDscr", "口服"),
                ("acordDeptName", "药房"),
                ("hospApprFlag", "1"),
                ("etipFlag", "0"),
                ("initFeedetlSn", ""),
                ("drordNo", f"YZ{i:04}"),
                ("memo", r.choice(MEMOS)),
                ("medListName", r.choice(DRUGS)),
                ("medListSpc", r.choice(SPECS)),
                ("itemtype", "101"),
            ):
                self._optional(row, name, value)
            if r.random() < 0.3:
                row["extData"] = self.extension(1)
            rows.append(self._lined(row, "6201:request/feedetailList"))
        name = r.choice(NAMES)
        out: dict[str, Tree] = {
            "orgCodg": "H50999900001",
            "payAuthNo": f"AUTH5099992026{self.serial:013}",
            "psnNo": psn,
            "insutype": "310",
            "insuCode": "509999",
            "medOrgOrd": f"MO2026{self.serial:08}",
            "begntime": r.choice((self.moment(), "20260101090000")),
            "idNo": f"11999919900101001{r.randint(0, 9)}",
            "userName": name,
            "idType": "01",
            "iptOtpNo": f"MZ2026{self.serial:08}",
            "deptCode": dept[0],
            "deptName": dept[1],
            "caty": "A03",
            "mdtrtId": visit,
            "medType": r.choice(("11", "12", "14")),
            "feeType": "01",
            "medfeeSumamt": self.amount(total),
            "acctUsedFlag": r.choice(("0", "1")),
            "psnSetlway": "01",
            "chrgBchno": batch,
            "pubHospRfomFlag": "0",
            "feedetailList": rows,
        }
        for key, value in (
            ("uldLatlnt", "106.551556,29.563009"),
            ("endtime", self.moment()),
            ("atddrNo", "D50999900001"),
            ("drName", doctor),
            ("mainCondDscr", r.choice((*MEMOS, "发热三天/咳嗽", "体温>38.5℃"))),
            ("diseCodg", "J06.900"),
            ("diseName", "急性上呼吸道感染"),
            ("overlmtSelfpay", self.amount(0)),
            ("fetts", self.small(0)),
            ("gesoVal", self.small(38)),
            ("birctrlMatnDate", "2026-01-01"),
            ("backUrl", "https://hospital.example/back?o=1&t=2"),
            ("spbillCreateIp", "192.0.2.1"),
            ("medicalCardId", "CARD0001"),
        ):
            self._optional(out, key, value)
        if r.random() < 0.6:
            out["diseinfoList"] = [
                self._lined(
                    {
                        "diagType": "1",
                        "diagSrtNo": self.small(i + 1),
                        "diagCode": "J06.900",
                        "diagName": "急性上呼吸道感染",
                        "diagDept": dept[1],
                        "diseDorNo": r.choice(("D50999900001", "")),
                        "diagTime": self.moment(),
                        "valiFlag": "1",
                    },
                    "6201:request/diseinfoList",
                )
                for i in range(r.choice((0, 1, 2)))
            ]
        self._extend(out, 0.8)
        return out

    def request(self) -> dict[str, Tree]:
        """The business object of a request."""
        r = self.rng
        ids = {"payOrdId": f"ORD5099992026{self.serial:014}", "orgCodg": "H50999900001"}
        person = {
            "idNo": f"11999919900101001{r.randint(0, 9)}",
            "userName": r.choice(NAMES),
            "idType": "01",
            "payToken": f"TOKEN{self.serial:010}",
        }
        if self.interface == "6201":
            return self.fees()
        if self.interface == "6202":
            out: dict[str, Tree] = {
                **ids,
                "payAuthNo": f"AUTH5099992026{self.serial:013}",
                "payToken": f"TOKEN{self.serial:010}",
                "orgBizSer": f"YW2026{self.serial:08}",
                "chrgBchno": f"PC2026{self.serial:08}",
                "feeType": "01",
                "mdtrtId": f"MDTRT{self.serial:014}",
            }
            self._optional(out, "acctUsedFlag", "1")
            self._optional(out, "deposit", self.amount(r.choice((0, 1050))))
            self._optional(out, "setlLatlnt", "106.551556,29.563009")
        elif self.interface == "6203":
            cash, account, fund = r.choice((0, 250)), r.choice((0, 300, 1234)), r.choice((700, 1750))
            out = {
                **ids,
                "appRefdSn": f"TF2026{self.serial:08}",
                "appRefdTime": "20260101100000",
                "totlRefdAmt": self.amount(cash + account + fund),
                "cashRefdAmt": self.amount(cash),
                "psnAcctRefdAmt": self.amount(account),
                "fundRefdAmt": self.amount(fund),
                "refdType": "ALL",
                "payAuthNo": f"AUTH5099992026{self.serial:013}",
            }
        else:
            out = {**ids, **person}
        self._extend(out)
        return out

    def response(self) -> dict[str, Tree]:
        """The business object of an answer of the centre."""
        r = self.rng
        order = f"ORD5099992026{self.serial:014}"
        if self.interface == "6201":
            out: dict[str, Tree] = {"payOrdId": order, "payToken": f"TOKEN{self.serial:010}"}
            self._optional(out, "cashierUrl", "https://cashier.example/pay?o=1&t=2")
            self._extend(out, 0.9)
            return out
        if self.interface == "6203":
            out = {"refdSn": f"REFD{self.serial:08}", "refStatus": "SUCC", "hiTrnsDate": "20260101"}
            self._optional(out, "hiFefdSn", f"HIFEFD{self.serial:08}")
            self._extend(out)
            return out
        if self.interface == "6401":
            return {"success": r.choice((True, "true")), "message": r.choice(("成功", "", None))}
        cash, account, fund = r.choice((0, 250)), r.choice((750, 300)), r.choice((1750, 10000, 700))
        out = {
            "payOrdId": order,
            "ordStas": "1" if self.interface == "6202" else "6",
            "feeSumamt": self.amount(cash + account + fund),
            "ownPayAmt": self.amount(cash),
            "psnAcctPay": self.amount(account),
            "fundPay": self.amount(fund),
            "othFeeAmt": self.amount(0),
        }
        pre: dict[str, Any] = {
            "mdtrt_id": f"MDTRT{self.serial:014}",
            "psn_name": r.choice(NAMES),
            "brdy": "1990-01-01",
            "age": Num("36.0"),
            "setl_time": self.moment(),
            "medfee_sumamt": self.amount(cash + account + fund),
            "pool_prop_selfpay": Num("0.70"),
            "balc": self.amount(9250),
            "exp_content": r.choice(("", None)),
            "cvlserv_flag": "0",
        }
        if self.interface == "6202":
            out["extData"] = {"preSetl": self._lined(pre, "6202:response/extData/preSetl")}
        else:
            out |= {"medOrgOrd": f"MO{self.serial:08}", "traceTime": self.moment(), "setlType": "HI"}
            detail = {"fundpaytype": "310100", "fundpayamt": self.amount(fund), "setlprocinfo": ""}
            info = {"setlId": "SETL00000007", "age": Num("36.0"), "brdy": "1990-01-01", "balc": None}
            out["extData"] = {"setlinfo": [info], "setldetail": [detail]}
        return out

    def draw(self) -> dict[str, Tree]:
        """The business object, its members in one programmer's order."""
        out = self.request() if self.kind == "request" else self.response()
        return self._lined(out, f"{self.interface}:{self.kind}")


def draw_envelope(rng: random.Random, app_id: str, kind: str) -> dict[str, Tree]:
    """The members of an envelope in the order they are sent; signData and encData are still empty."""
    second = rng.randrange(1767229200, 1793000000)
    form = rng.choice(("14", "14", "13", "10"))
    stamp = {"14": beijing(second), "13": f"{second}{rng.randrange(1000):03}", "10": str(second)}[form]
    members: dict[str, Tree] = {"appId": app_id, "version": "2.0.1", "encType": "SM4", "signType": "SM2"}
    members["timestamp"] = Num(stamp) if rng.random() < 0.25 else stamp
    if kind == "response":
        message = rng.choice(("成功", "成功", ""))
        answer: dict[str, Tree] = {"code": rng.choice((Num("0"), "0")), "message": message}
        answer["success"] = rng.choice((True, True, "true"))
        if rng.random() < 0.3:
            answer["type"] = rng.choice(("", None, "success"))
        members = answer | members if rng.random() < 0.5 else members | answer
    members |= {"signData": "", "encData": ""}
    if rng.random() < 0.35:
        members["extra"] = rng.choice(("", "附加", None, "x=1&y=2"))
    if kind == "request" and rng.random() < 0.3:
        members["transType"] = rng.choice(("", None, "hos.uldFeeInfo", "ec.query"))
    if rng.random() < 0.5:
        names = list(members)
        rng.shuffle(names)
        members = {n: members[n] for n in names}
    return members


def beijing(second: int) -> str:
    """14 digits of Beijing time."""
    zone = datetime.timezone(datetime.timedelta(hours=8))
    return datetime.datetime.fromtimestamp(second, zone).strftime("%Y%m%d%H%M%S")


def plain_text(rng: random.Random, data: Tree) -> str:
    """The JSON text that is encrypted: mostly compact, sometimes escaped, spaced or indented."""
    match rng.choice(("compact",) * 8 + ("escaped", "spaced", "indented", "slashes")):
        case "escaped":
            return tree.dump(data, tree.escaper("x"))
        case "spaced":
            return tree.dump(data, comma=", ", colon=": ")
        case "indented":
            return tree.indented(data, "  ")
        case "slashes":
            return tree.dump(data, tree.escaper(slash=True))
    return tree.dump(data)
