"""Why a case of the acceptance catalogue has no scenario in this version. The first row that fits says it. Pure."""

from __future__ import annotations

from conformance.ledger import Case
from simulator.protocol.text.said import Said

REASONS: tuple[tuple[tuple[str, ...], Said], ...] = (
    (("MP-PHA",), Said('药店与处方流转本版未提供')),
    (("MP-RMT",), Said('异地结算本版未提供')),
    (("MP-REC",), Said('对账本版未提供')),
    (("MP-PRV-03",), Said('报告由本工具遮盖; 截图与录屏要由人查看')),
    (("MP-PRV-05",), Said('要查看前端的本地存储, 本版未提供')),
    (("MP-PRV-07",), Said('驱动合同没有导出报表的动作')),
    (("MP-PRV-08",), Said('要等到保留期届满, 驱动合同看不到清理')),
    (("MP-PRV-09", "MP-PRV-10"), Said('发生在被测系统的页面与后台, 驱动合同看不到')),
    (("MP-PRF",), Said('压力与时延测试本版未提供')),
    (("MP-UIV",), Said('页面与录屏要由人查看')),
    (("MP-OFF",), Said('线下展码付与刷脸终端本版未提供')),
    (("MP-GLV",), Said('在生产环境核对, 不属于预验')),
    (("MP-SEC-14",), Said('私钥文件的权限、备份与销毁记录由人检查')),
    (("MP-SEC-18",), Said('要扫描线路与证书链, 本版未提供')),
    (
        ("MP-IDV-12", "MP-IDV-18", "MP-FLT-12"),
        Said('发生在被测系统的页面上, 驱动合同看不到'),
    ),
    (
        ("MP-SEC-15", "MP-SEC-16", "MP-SEC-17", "MP-NTF-09", "MP-NTF-10", "MP-RFD-20", "MP-RFD-21", "MP-RFD-22",
         "MP-IDV-15", "MP-FLT-19", "MP-FLT-20", "MP-FLT-21", "MP-FLT-24", "MP-REG-12"),
        Said('属于钱包渠道(微信、支付宝)的接口, 本版未提供'),
    ),
    (("MP-NTF-16",), Said('短信与公众号消息, 驱动合同看不到')),
    (("MP-REG-03", "MP-PAY-06"), Said('驱动合同没有不走医保的现金支付')),
    (("MP-RFD-17",), Said('窗口核心接口的退费, 驱动合同看不到')),
    (
        ("MP-RFD-18", "MP-NTF-14", "MP-FLT-16"),
        Said('要被测系统自己写错报文, 驱动合同没有这样的动作'),
    ),
    (("MP-SEC-09",), Said('要改动被测系统的密钥, 驱动合同没有这样的动作')),
    (("MP-FLT-10",), Said('2601 冲正本版未提供')),
)  # fmt: skip
"""(beginnings of case ids, why)."""

NOT_YET = Said("尚未编写场景")


def reason(case: Case) -> Said:
    """Why `case` is not covered."""
    for beginnings, why in REASONS:
        if case.id.startswith(beginnings):
            return why
    return NOT_YET
