"""Why a case of the acceptance catalogue has no scenario in this version. The first row that fits says it. Pure."""

from __future__ import annotations

from conformance.ledger import Case

REASONS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("MP-PHA",), "药店与处方流转本版未提供", "pharmacies are not in this version"),
    (("MP-RMT",), "异地结算本版未提供", "remote settlement is not in this version"),
    (("MP-REC",), "对账本版未提供", "reconciliation is not in this version"),
    (
        ("MP-PRV",),
        "需要扫描日志、导出件与页面, 扫描器本版未提供",
        "needs scanners of logs, exports and pages, which are not in this version",
    ),
    (("MP-PRF",), "压力与时延测试本版未提供", "load and latency tests are not in this version"),
    (("MP-UIV",), "页面与录屏要由人查看", "pages and recordings are for a person to look at"),
    (("MP-OFF",), "线下展码付与刷脸终端本版未提供", "cashier terminals and face payment are not in this version"),
    (("MP-GLV",), "在生产环境核对, 不属于预验", "to be checked in production, not in pre-acceptance"),
    (
        ("MP-SEC-12", "MP-SEC-13", "MP-SEC-14", "MP-SEC-18"),
        "需要扫描配置、代码、文件权限与线路, 扫描器本版未提供",
        "needs scanners of configuration, code, file rights and lines, which are not in this version",
    ),
    (
        ("MP-IDV-12", "MP-IDV-18", "MP-NTF-16", "MP-FLT-12", "MP-SEC-19"),
        "发生在被测系统的页面上, 驱动合同看不到",
        "happens on the vendor's pages, which the driver contract does not see",
    ),
    (
        ("MP-SEC-15", "MP-SEC-16", "MP-SEC-17", "MP-NTF-09", "MP-NTF-10", "MP-RFD-20", "MP-RFD-21", "MP-RFD-22",
         "MP-IDV-15", "MP-FLT-19", "MP-FLT-20", "MP-FLT-21", "MP-FLT-24", "MP-REG-12"),
        "属于钱包渠道(微信、支付宝)的接口, 本版未提供",
        "belongs to the wallet channels (WeChat, Alipay), which are not in this version",
    ),
)  # fmt: skip
"""(beginnings of case ids, Chinese, English)."""

NOT_YET = ("尚未编写场景", "no scenario has been written yet")


def reason(case: Case) -> tuple[str, str]:
    """Why `case` is not covered, in Chinese and in English."""
    for beginnings, zh, en in REASONS:
        if case.id.startswith(beginnings):
            return zh, en
    return NOT_YET
