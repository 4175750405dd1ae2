"""What the expectation of a covered case needs beyond what messages and driver answers show (contracts 7). Pure.

One row for each part of an expectation that nobody observes in this version: a page, an alarm, a message of a channel,
a log, a window, books that no action of the driver contract shows, a variant that no scenario tries. A case with such a
part reads 部分核对 and names it. A row with `seen_by` is dropped where one of those requirements was judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.protocol.text.said import Said

TOLD = ("EXP-TOLD-001",)
"""Judges what the patient's screen says of a refusal (`patient_message`, `patient_state` of the driver contract)."""
WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Beyond:
    """`needs`: page, wording (a text that is in evidence, for a person to read), alarm, channel, ledger, desk, log, trial."""

    case: str
    needs: str
    text: Said
    seen_by: tuple[str, ...] = ()


BEYOND: tuple[Beyond, ...] = (
    Beyond("MP-REG-01", "ledger", Said("院内台账有医保结算号")),
    Beyond("MP-REG-01", "page", Said("不调起现金支付")),
    Beyond("MP-REG-02", "page", Said("结果页显示三项金额")),
    Beyond("MP-REG-06", "channel", Said("关闭现金预支付单")),
    Beyond("MP-REG-07", "channel", Said("渠道收到医保退款通知")),
    Beyond("MP-REG-08", "page", Said("用户页显示已退回")),
    Beyond("MP-REG-09", "trial", Said("两人同时支付没有试过, 试的是同时预约、先后支付")),
    Beyond("MP-REG-10", "trial", Said("批量退费没有试过(驱动合同没有这个动作), 试的是逐笔退号")),
    Beyond("MP-REG-11", "ledger", Said("按地方口径处理的记录")),
    Beyond("MP-PAY-01", "page", Said("录屏, 结束在结算详情页")),
    Beyond("MP-PAY-02", "channel", Said("不产生预支付单, 渠道订单类型为纯医保")),
    Beyond("MP-PAY-03", "ledger", Said("个账余额扣减正确")),
    Beyond("MP-PAY-05", "channel", Said("渠道订单类型仍为混合, 不报成纯自费")),
    Beyond("MP-PAY-07", "page", Said("页面金额一致")),
    Beyond("MP-PAY-08", "page", Said("余额不足的提示明确(收银页)")),
    Beyond("MP-PAY-09", "trial", Said("明细与总额不符时在本地拦截, 没有试过")),
    Beyond("MP-PAY-11", "alarm", Said("拒绝入账并告警")),
    Beyond("MP-PAY-12", "ledger", Said("院内分摊到各处方且合计一致")),
    Beyond("MP-PAY-17", "page", Said("待结算页上的各项金额")),
    Beyond("MP-RFD-01", "channel", Said("渠道状态为已退")),
    Beyond("MP-RFD-02", "channel", Said("仍向渠道通知医保退款")),
    Beyond(
        "MP-RFD-03", "trial",
        Said("不产生 6201、6202 的纯自费支付没有试过(驱动合同没有这种支付), 试的是医保预结算后全为自费的订单"),
    ),
    Beyond("MP-RFD-04", WORDING, Said("页面引导重新核验")),
    Beyond("MP-RFD-10", "ledger", Said("其余处方不受影响; 以拒绝作答的, 整张退没有发生")),
    Beyond("MP-RFD-10", "log", Said("重新结算口径按地方规则留痕")),
    Beyond("MP-RFD-11", WORDING, Said("提示须整张退")),
    Beyond("MP-RFD-15", "ledger", Said("待补退队列")),
    Beyond("MP-RFD-16", "desk", Said("按窗口核心退费路径补退没有试过, 试的是补发 6203")),
    Beyond("MP-RFD-16", "ledger", Said("台账标记混合退费")),
    Beyond("MP-RFD-19", "trial", Said("跨结算期(跨月、跨年)退费没有试过")),
    Beyond("MP-RFD-19", "page", Said("已清算期不可退时提示走窗口")),
    Beyond("MP-IDV-02", "page", Said("返回医院页")),
    Beyond("MP-IDV-04", WORDING, Said("引导重新授权")),
    Beyond("MP-IDV-07", WORDING, Said("引导激活")),
    Beyond("MP-IDV-07", "trial", Said("从未激活的新用户没有试过, 试的是授权之后解绑")),
    Beyond("MP-IDV-08", WORDING, Said("提示核对")),
    Beyond("MP-IDV-09", "page", Said("仅可自费, 不出现医保选项")),
    Beyond("MP-IDV-17", "page", Said("失败时的提示"), TOLD),
    Beyond("MP-SEC-03", "alarm", Said("拒绝并告警")),
    Beyond("MP-SEC-04", "log", Said("日志含原因定位信息")),
    Beyond("MP-SEC-05", "log", Said("记为解密失败")),
    Beyond("MP-SEC-10", "trial", Said("被测系统的时钟没有被拨动, 试的是平台以时间偏差拒绝查询")),
    Beyond("MP-SEC-12", "trial", Said("生产环境正在使用的配置是否就是所声明的文件")),
    Beyond("MP-SEC-13", "log", Said("日志没有扫描"), ("PRV-LOG-003",)),
    Beyond("MP-SEC-13", "log", Said("源代码没有扫描"), ("PRV-CODE-001",)),
    Beyond("MP-NTF-06", "alarm", Said("金额或单号不符时告警")),
    Beyond("MP-NTF-06", "trial", Said("不符之后以查询为准, 没有试过")),
    Beyond("MP-NTF-12", "trial", Said("先查: 6201 没有应答时没有单号可查, 只核对了不产生两单")),
    Beyond("MP-FLT-01", "page", Said("提示稍后")),
    Beyond("MP-FLT-03", "ledger", Said("到时转人工")),
    Beyond("MP-FLT-04", "alarm", Said("拒绝入账并告警")),
    Beyond("MP-FLT-05", "trial", Said("医保腿完成而现金腿失败的一笔没有试过(模拟银行先扣现金), 试的是医保腿结果未定")),
    Beyond("MP-FLT-06", "ledger", Said("现金退回到账(由模拟银行自动退回)")),
    Beyond("MP-FLT-07", "ledger", Said("先做平账再处理")),
    Beyond("MP-FLT-09", WORDING, Said("引导走退费")),
    Beyond("MP-FLT-13", "page", Said("按钮有加载态")),
    Beyond("MP-FLT-14", "page", Said("提示统一")),
    Beyond("MP-FLT-15", "trial", Said("请求在院内排队, 没有试过")),
    Beyond("MP-FLT-17", WORDING, Said("提示核对配置")),
    Beyond("MP-FLT-17", "trial", Said("被测系统的区划没有被改错, 试的是医保以区划不对拒绝 1101 与 2201")),
    Beyond("MP-FLT-22", "desk", Said("窗口可见已付")),
    Beyond("MP-FLT-23", "trial", Said("状态层的错误没有试过, 三层处理的差别没有规则判定")),
    Beyond("MP-FLT-25", "log", Said("全量留痕")),
    Beyond("MP-PRV-06", "page", Said("错误页本身没有打开过")),
    Beyond("MP-UIV-11", WORDING, Said("文案是否写明扣款与下一步, 由人阅读")),
)  # fmt: skip
"""In the order of the catalogue. Cases that no scenario covers have their reason in `conformance.uncovered`."""


def beyond(case: str) -> Iterator[Beyond]:
    """What of the expectation of `case` messages and driver answers do not show."""
    return (row for row in BEYOND if row.case == case)
