"""Codes for requests that were opened and are refused for what they ask."""

from __future__ import annotations

from typing import Final

from simulator.protocol.codes.row import ALL, CREDENTIAL, Code

_ORDER: Final = ("6202", "6203", "6301", "6401")

# fmt: off
BUSINESS: Final[tuple[Code, ...]] = (
    Code(
        "LT-FIELD-MISSING", "缺少字段", "缺少必填字段", "A required field is missing.",
        "业务必填字段缺少或为空。", "看应答指出的字段名。", "补上该字段。",
        "A field that the request needs is absent or empty. Send it.", ALL,
    ),
    Code(
        "LT-FIELD-VALUE", "字段取值不对", "字段取值不对", "A field has a value that cannot be used.",
        "字段格式或取值不在允许范围。", "看应答指出的字段与值。", "按字段表更正。",
        "A field has a wrong form or value. Correct it by the field table.", ALL,
    ),
    Code(
        "LT-PERSON-UNKNOWN", "查无此人", "查无此人", "No such person.",
        "证件号、凭证或 psnNo 对不上任何人; 多半不是本次联调发放的测试人员。",
        "核对证件号码与姓名是否来自本次联调。", "使用本次发放的测试人员。",
        "The person is not one of this run. Use the test persons that were issued.",
        ("1101", "2201", "6201", "6301", "6401"),
    ),
    Code(
        "LT-PERSON-MISMATCH", "人员信息不一致", "人员信息与凭证或 1101 返回的不一致",
        "The person's data differ from what 1101 gave.",
        "psnNo、姓名、证件号与凭证所属人或 1101 返回值不同, 或写成了固定值。",
        "把本次 1101 的返回与请求逐项比较。", "psnNo、姓名、证件号一律取自本次 1101 的返回。",
        "psnNo, name or id number is not what 1101 gave for this person. Take them from the 1101 answer.",
        ("2201", "2202", "6201", "6301", "6401"),
    ),
    Code(
        "LT-PERSON-INSUTYPE", "险种不一致", "insutype 与 1101 返回的参保险种不一致", "insutype is not what 1101 gave.",
        "险种写死(如一律 310), 没有取 1101 的 insuinfo。",
        "看 1101 返回的 insuinfo.insutype。", "按 1101 返回的险种上传。",
        "insutype is fixed instead of taken from 1101. Use the one in insuinfo.", ("2201", "6201"),
    ),
    Code(
        "LT-PERSON-REGION", "参保地不一致", "insuCode 与 1101 返回的参保地不一致", "insuCode is not the insured region that 1101 gave.",
        "参保地写死为就医地, 没有取 1101 的 insuplc_admdvs。",
        "看 1101 返回的 insuplc_admdvs。", "insuCode 用 1101 返回的参保地。",
        "insuCode is not the insured region of 1101. Use insuplc_admdvs of the answer.", ("6201",),
    ),
    Code(
        "LT-CERT-TYPE", "就诊凭证类型不对", "mdtrt_cert_type 不支持或与凭证不符", "The certificate type is not usable here.",
        "凭证类型与凭证号不匹配。", "看 mdtrt_cert_type 与 mdtrt_cert_no。",
        "电子凭证用 01, 身份证用 02。",
        "mdtrt_cert_type does not fit mdtrt_cert_no. Use 01 for the e-credential, 02 for the id card.", ("1101", "2201"),
    ),
    Code(
        "LT-PERSON-INPATIENT", "在院", "参保人正在住院, 门诊不能结算", "The person is an inpatient.",
        "参保人有未结算的住院登记。", "看人员设定 inpatient。", "提示患者, 改为自费或出院后再结算。",
        "The person is registered as inpatient, so no outpatient settlement. Tell the patient.", ("2201", "6201", "6202"),
    ),
    Code(
        "LT-VISIT-UNKNOWN", "就诊不存在", "mdtrtId 不存在或不属于此人", "The visit is unknown or another person's.",
        "mdtrtId 不是 2201 给此人的, 或自行编造。", "看本次 2201 的返回。", "先 2201 登记, 用其返回的 mdtrt_id。",
        "mdtrtId was not given by 2201 for this person. Register by 2201 first.", ("2202", "6201", "6202"),
    ),
    Code(
        "LT-VISIT-CLOSED", "就诊已撤销", "该就诊已撤销", "The visit was cancelled.",
        "2202 之后又用原 mdtrtId。", "看证据里此 mdtrtId 的 2202。", "重新 2201 登记。",
        "The visit was cancelled by 2202. Register again.", ("2202", "6201", "6202"),
    ),
    Code(
        "LT-VISIT-BUSY", "就诊有未完结订单", "该就诊有未完结或已结算的订单, 不能撤销", "The visit has orders and cannot be cancelled.",
        "撤销登记前没有先撤销或退掉订单。", "用 6301 查该就诊下的订单状态。", "先 6401 或 6203, 再 2202。",
        "Orders of this visit are open or paid. Revoke or refund them before 2202.", ("2202",),
    ),
    Code(
        "LT-ORG-MISMATCH", "机构不一致", "orgCodg 与 appId 所属机构不一致", "The institution code is not the caller's.",
        "orgCodg/fixmedins_code/orgId 写成了别的机构。", "与分配的机构编码比较。", "改为本机构编码。",
        "The institution code in the body is not that of the caller. Use one's own.", ALL,
    ),
    Code(
        "LT-REGION", "行政区划不对", "行政区划代码不对", "The region code is wrong.",
        "就医地或参保地区划与登记不同。", "看 mdtrtarea_admvs、insuplc_admdvs。",
        "就医地用本机构区划, 参保地用 1101 返回值。",
        "A region differs: the visit region is the institution's, the insured region that of 1101.",
        ("1101", "2201", "2202", "6201"),
    ),
    # --- codes that a person shows or brings back
    Code(
        "LT-CODE-UNKNOWN", "授权码或展码不存在", "授权码或展码不存在", "The code is unknown.",
        "authCode/电子凭证码抄错、编造, 或来自别的环境。", "看授权页返回的原值。", "原样传递, 不截取不解码。",
        "The code was not issued here. Pass it on unchanged.", ("userQuery", "1162"),
    ),
    Code(
        "LT-CODE-EXPIRED", "码已过期", "授权码或展码已过期", "The code has expired.",
        "拿到码后过久才换取。", "看发码与换取的时间差。", "拿到即换; 过期请重新授权或展码。",
        "It was exchanged too late. Exchange at once, else authorise again.", ("userQuery", "1162"),
    ),
    Code(
        "LT-CODE-USED", "码已使用", "该码已换取过", "The code was already exchanged.",
        "同一个码换取了两次。", "在证据里搜索同一个码。", "一个码只换一次, 保存换得的 payAuthNo/ecToken。",
        "A code can be exchanged once. Keep the result.", ("userQuery", "1162"),
    ),
    Code(
        "LT-CODE-OPENID", "openid 不符", "授权码不属于此 openid", "The code belongs to another openid.",
        "换取时传了别人的或固定的 openid。", "比较授权时与换取时的 openid。", "传授权人自己的 openid。",
        "The openid is not that of the person who authorised. Send the right one.", ("userQuery",),
    ),
    # --- credentials in a business request
    Code(
        "LT-AUTH-MISSING", "缺少身份凭据", "payAuthNo 与 ecToken 应有其一", "Neither payAuthNo nor ecToken is there.",
        "两个凭据都没传。", "看请求里的 payAuthNo、ecToken。", "线上授权传 payAuthNo, 展码传 ecToken。",
        "No credential. Send payAuthNo (authorised online) or ecToken (code shown).", ("6201", "6202", "6203"),
    ),
    Code(
        "LT-AUTH-BOTH", "身份凭据重复", "payAuthNo 与 ecToken 只能有其一", "Both payAuthNo and ecToken are there.",
        "两个凭据同时传了。", "看请求里的 payAuthNo、ecToken。", "只传一个。",
        "Exactly one credential is allowed. Leave one out.", ("6203",),
    ),
    Code(
        "LT-AUTH-UNKNOWN", "凭据不存在", "payAuthNo 或 ecToken 不存在", "The credential is unknown.",
        "凭据编造、抄错, 或把 authCode 当成 payAuthNo。", "看 userQuery 的返回。", "用 userQuery 换得的 payAuthNo。",
        "It was not issued here; perhaps the authCode was sent instead. Exchange it by userQuery.", CREDENTIAL,
    ),
    Code(
        "LT-AUTH-EXPIRED", "凭据已过期", "授权已过期", "The authorisation has expired.",
        "从签发到使用超过有效期(auth.ttl_ms)。", "看签发时间与本次时间。", "请患者重新授权。",
        "Too much time passed since it was issued. Ask the person to authorise again.", CREDENTIAL,
    ),
    Code(
        "LT-AUTH-USED", "凭据已使用", "授权已用于另一笔订单", "The authorisation is bound to another order.",
        "同一 payAuthNo 用于两笔订单; 授权为单次有效。", "在证据里搜索该凭据首次被接受的 6201。", "每笔订单重新授权。",
        "An authorisation serves one order only. Authorise anew for each order.", ("6201", "6202", "6203"),
    ),
    Code(
        "LT-AUTH-PERSON", "凭据不属于此人", "授权不属于请求里的人员", "The authorisation belongs to another person.",
        "用了别人的凭据。", "比较凭据所属人与请求里的证件号。", "用患者本人的授权。",
        "The credential is someone else's. Use that of the patient.", CREDENTIAL,
    ),
    Code(
        "LT-AUTH-INSTITUTION", "凭据不属于此机构", "授权由其他机构或应用申请", "The authorisation was made for another institution or app.",
        "授权申请与使用不是同一机构或应用。", "看授权页的 orgCodg、orgAppId。", "在本机构重新授权。",
        "Institution or app differs between asking and using. Authorise again at this one.",
        (*CREDENTIAL, "userQuery", "1162"),
    ),
    Code(
        "LT-AUTH-REFUSED", "患者拒绝授权", "患者未同意授权", "The person refused to authorise.",
        "患者在授权页点了拒绝。", "看 userQuery 的 code。", "停止医保支付, 提示可自费或重新授权。",
        "The person said no. Do not go on; offer self-pay or a new authorisation.", ("userQuery", *CREDENTIAL),
    ),
    Code(
        "LT-AUTH-UNBOUND", "未绑定电子凭证", "患者未激活医保电子凭证", "The person has no e-credential bound.",
        "患者未激活或已解绑。", "看人员设定 credential.bound。", "引导患者激活后再授权。",
        "The e-credential is not activated. Lead the person to activate it.", ("userQuery", "1162", *CREDENTIAL),
    ),
    Code(
        "LT-AUTH-FAMILY", "亲情账户不可用", "亲情授权不能用于此处", "A family authorisation cannot be used here.",
        "授权人替家人授权, 而本业务只许本人。", "看 userQuery 返回的是 pay_auth_no 还是 family_pay_auth_no。",
        "未开通亲情付的机构应在 6201 之前拒绝。",
        "userQuery gave a family authorisation, which this use does not allow. Refuse before 6201.",
        ("userQuery", *CREDENTIAL),
    ),
    Code(
        "LT-AUTH-BIZ", "授权业务类型不符", "授权的业务类型不允许此操作", "The authorisation is of the wrong business type.",
        "04106(线上身份核验)的授权用来支付。", "看授权页的 bizType。", "支付须用 04107 授权。",
        "04106 only identifies; paying needs 04107. Authorise with the right bizType.", CREDENTIAL,
    ),
    # --- upload and order
    Code(
        "LT-ORDER-UNKNOWN", "订单不存在", "payOrdId 不存在", "The order is unknown.",
        "payOrdId 抄错, 或不属于本机构。", "看 6201 的返回。", "用 6201 返回的 payOrdId。",
        "payOrdId was not given to this institution. Use the one of the 6201 answer.", _ORDER,
    ),
    Code(
        "LT-ORDER-TOKEN", "payToken 不符", "payToken 与订单不符", "The payToken is not the order's.",
        "payToken 是别的订单的, 或用了缓存的旧值。", "比较 6201 返回与请求。", "与 payOrdId 一同保存、一同使用。",
        "payToken belongs to another order. Store and use both together.", ("6202", "6301", "6401"),
    ),
    Code(
        "LT-ORDER-AUTH", "凭据与订单不符", "6202 的 payAuthNo 与 6201 的不同", "The credential is not the one of 6201.",
        "6201 与 6202 用了不同的授权。", "比较两次请求的 payAuthNo。", "同一订单沿用 6201 的授权。",
        "6202 uses another authorisation than 6201. Use the same.", ("6202",),
    ),
    Code(
        "LT-ORDER-PERSON", "订单不属于此人", "订单与请求里的人员不符", "The order belongs to another person.",
        "姓名或证件号与订单不符。", "比较 6201 与本次请求。", "传订单患者的信息。",
        "Name or id number is not that of the order's person. Send the right ones.", ("6301", "6401"),
    ),
    Code(
        "LT-ORDER-EXPIRED", "订单已过期", "订单已过期关闭", "The order has expired.",
        "超过 order.ttl_ms 未支付。", "看订单创建时间。", "重新 6201 下单(新的 medOrgOrd)。",
        "It was not paid in time. Upload again under a new medOrgOrd.", ("6202", "6401"),
    ),
    Code(
        "LT-ORDER-STATE", "订单状态不允许", "订单当前状态不允许此操作", "The order's state does not allow this.",
        "例如已结算的订单再下单, 或已撤销的订单再支付。", "用 6301 查 ordStas, 对照 docs/order-states.md。",
        "按状态选择: 未结算用 6401, 已结算用 6203。",
        "The state forbids it. Query by 6301; revoke what is unsettled, refund what is settled.", ("6201", *_ORDER),
    ),
    Code(
        "LT-ORDER-DUPLICATE", "医药机构订单号重复", "medOrgOrd 已用过, 且内容或参保人不同",
        "medOrgOrd was used with other content or for another person.",
        "同一 medOrgOrd 换了内容再传, 或已用于本机构另一位参保人: 它在机构内唯一, 不是每人一套。",
        "在证据里搜索该 medOrgOrd, 比较两次 6201 的明文。", "内容不变可重发; 内容变了先 6401, 换新号; 每笔订单用机构内唯一的号。",
        "The same medOrgOrd came with other content or for another person of the institution. "
        "Resend unchanged, or revoke and take a new number; it is unique in the institution.", ("6201",),
    ),
    Code(
        "LT-ORDER-SERIAL", "机构业务流水重复", "orgBizSer 已用过", "orgBizSer was used before.",
        "6202 重复使用 orgBizSer(本人或本机构另一位参保人的订单), 或直接用了 medOrgOrd。",
        "在证据里搜索该 orgBizSer。", "每次 6202 生成机构内唯一的新流水。",
        "orgBizSer must be new for each 6202 of the institution, whoever the person is. Generate a new one.", ("6202",),
    ),
    Code(
        "LT-ORDER-BATCH", "收费批次号不符", "chrgBchno 与 6201 的不同", "chrgBchno is not that of 6201.",
        "6202 重新生成了批次号。", "比较 6201 与 6202 的 chrgBchno。", "沿用 6201 的值。",
        "6202 must repeat the chrgBchno of 6201. Do not make a new one.", ("6202",),
    ),
    Code(
        "LT-ORDER-VISIT", "就诊 ID 与订单不符", "mdtrtId 与 6201 的不同", "mdtrtId is not that of 6201.",
        "6202 的 mdtrtId 与上传时不同。", "比较 6201 与 6202。", "沿用 6201 的值。",
        "6202 must repeat the mdtrtId of 6201.", ("6202",),
    ),
    # --- amounts
    Code(
        "LT-AMOUNT-FORM", "金额格式不对", "金额格式不对", "An amount has the wrong form.",
        "金额为负、多于两位小数、科学计数法或不是数字。", "看事实 amounts.form 列出的路径。",
        "元, 最多两位小数, 定点书写。",
        "Amounts are yuan, plain decimals, not negative, at most two places.", ("6201", "6202", "6203"),
        ("amounts.form",),
    ),
    Code(
        "LT-AMOUNT-DETAIL", "明细合计不符", "明细合计与 medfeeSumamt 不等", "The details do not add up to medfeeSumamt.",
        "明细四舍五入后合计, 或用浮点数相加。", "用整数分重算 detItemFeeSumamt 之和。", "金额用定点数, 总额取明细之和。",
        "Sum of detItemFeeSumamt differs from the total. Add in integer fen.", ("6201",), ("amounts.detail_sum",),
    ),
    Code(
        "LT-AMOUNT-SPLIT", "费用构成不符", "全自费+先行自付+符合范围 与总额不等", "The three-part split is not the total.",
        "三项都传时其和应等于 medfeeSumamt。", "用整数分重算。", "更正三项, 或都不传。",
        "fulamtOwnpayAmt + preselfpayAmt + inscpScpAmt must equal medfeeSumamt when all are sent.", ("6201",),
        ("amounts.split",),
    ),
    Code(
        "LT-AMOUNT-BALANCE", "金额不平", "总额与基金、个账、现金、其他之和不等", "Total is not fund + account + cash + other.",
        "6202/6301/6302 的金额不平。", "用整数分重算四项之和。", "不平的应答不得入账, 转人工。",
        "The four parts do not make the total. Do not book; ask a person.", ("6202", "6301", "6302"),
        ("amounts.balance",),
    ),
    Code(
        "LT-AMOUNT-LIMIT", "金额超限", "总额为零或超过上限", "The total is zero or over the limit.",
        "总额为 0 或超过字段长度。", "看 medfeeSumamt。", "核对账单。",
        "The total is zero or too large. Check the bill.", ("6201",),
    ),
    # --- refund, revoke
    Code(
        "LT-REFUND-SUM", "退费合计不符", "totlRefdAmt 与各项之和不等", "The refund total is not the sum of its parts.",
        "退费总额与现金、个账、基金之和不等。", "用整数分重算。", "ALL 也要逐项填写原金额。",
        "totlRefdAmt must equal cash + account + fund, also for ALL.", ("6203",), ("amounts.refund_sum",),
    ),
    Code(
        "LT-REFUND-OVER", "退费超过原额", "退费超过原支付金额", "The refund is more than was paid.",
        "某项退费大于原额或剩余可退额。", "用 6301 核对原金额与已退金额。", "不超过剩余可退额。",
        "A part is larger than what is left of it. Refund at most that.", ("6203",),
    ),
    Code(
        "LT-REFUND-TYPE", "退费类型不符", "refdType 与各项金额不符", "refdType does not fit the parts.",
        "CASH 带了医保金额, HI 带了现金, 或 ALL 不是全部。", "看 refdType 与四个金额。",
        "CASH 只有现金; HI 无现金且医保全额; ALL 为全部原额。",
        "CASH has cash only, HI no cash and the whole medical part, ALL everything. Choose the right one.", ("6203",),
    ),
    Code(
        "LT-REFUND-STATE", "订单不可退", "订单状态不可退费", "The order cannot be refunded in this state.",
        "未结算、已全退或已撤销的订单又退费。", "用 6301 查 ordStas。", "未结算用 6401; 已全退勿重复。",
        "Unsettled orders are revoked, refunded ones not refunded again. Query first.", ("6203",),
    ),
    Code(
        "LT-REFUND-DUPLICATE", "退款流水重复", "appRefdSn 已用过, 且内容或参保人不同",
        "appRefdSn was used with other content or for another person.",
        "同一 appRefdSn 换了金额再传, 或已用于本机构另一位参保人的退费。",
        "在证据里搜索该 appRefdSn。", "重试沿用原号与原内容; 新退费用机构内唯一的新号。",
        "The same appRefdSn came with other content or for another person of the institution. "
        "Repeat unchanged or take a new number; it is unique in the institution.", ("6203",),
    ),
    Code(
        "LT-REFUND-FRESH", "退费需重新核验身份", "退费须使用新的授权", "A refund needs a fresh authorisation.",
        "退费用了原订单的授权。", "比较 6203 与原 6201 的凭据。", "退费前请患者重新授权或展码。",
        "The refund used the stored credential. Ask the person to identify again.", ("6203",),
    ),
    Code(
        "LT-REFUND-TIME", "退费时间格式不对", "appRefdTime 应为 14 位时间", "appRefdTime must have 14 digits.",
        "appRefdTime 不是 yyyyMMddHHmmss。", "看请求里的值。", "用 14 位北京时间。",
        "appRefdTime is yyyyMMddHHmmss in Beijing time.", ("6203",),
    ),
    Code(
        "LT-REVS-TOKEN", "revsToken 不可用", "revsToken 不存在、已用或已过期", "The revsToken cannot be used.",
        "冲正凭据不是该订单的, 已用过, 或超过 reversal.ttl_ms。", "看 6302/6301 返回的 revsToken 与时间。",
        "在有效期内用一次; 过期走退费或人工。",
        "It is another order's, used or too old. Use it once in time, else refund.", ("6203",),
    ),
    Code(
        "LT-REVOKE-STATE", "订单不可撤销", "订单状态不可撤销", "The order cannot be revoked in this state.",
        "已结算或结算中的订单不能 6401。", "用 6301 查 ordStas。", "已结算的用 6203 退费。",
        "Settling or settled orders cannot be revoked. Refund by 6203.", ("6401",),
    ),
    # --- money side
    Code(
        "LT-BANK-UNBOUND", "未绑定银行卡", "患者未绑定支付账户", "The person has no bank account bound.",
        "个人现金部分没有可扣的账户。", "看人员设定 bank.bound。", "提示患者绑定后再付, 或撤销订单。",
        "No account to debit for the cash part. Ask the person to bind one, or revoke.", ("6202",),
    ),
    Code(
        "LT-BANK-BALANCE", "余额不足", "支付账户余额不足", "The bank account has too little money.",
        "现金部分大于账户余额, 订单退回待支付, 未动资金。", "看人员设定 bank.balance。", "提示患者换卡或充值后重试。",
        "The cash part was declined, nothing moved, the order waits. Tell the patient to retry.", ("6202",),
    ),
    Code(
        "LT-BANK-FAILED", "扣款失败", "银行扣款失败", "The bank debit failed.",
        "银行侧故障或拒绝, 订单退回待支付, 未动资金。", "用 6301 查状态。", "提示患者重试; 勿重复下单。",
        "The bank declined, nothing moved. Retry the same order; do not place another.", ("6202", "6203"),
    ),
    Code(
        "LT-MEDICAL-FAILED", "医保结算失败", "医保结算失败", "The medical settlement failed.",
        "核心结算失败, 现金已冲回(15)或冲回失败(16)。", "用 6301 查 ordStas。", "15 可重新下单; 16 转人工核对资金。",
        "The medical leg failed. State 15: cash was reversed, order anew. State 16: a person must check the money.",
        ("6202", "6301"),
    ),
    # --- the simulator itself
    Code(
        "LT-THROTTLED", "请求过频", "请求过于频繁", "Too many requests.",
        "短时间内同一订单或机构的请求过多。", "数证据里每秒的 6301。", "每单每秒至多查一次, 逐步拉长间隔。",
        "Too many calls in too short a time. Query an order at most once a second.", ALL,
    ),
    Code(
        "LT-BUSY", "系统忙", "系统忙, 请稍后再试", "The centre is busy.",
        "脚本设定的可重试失败。", "看场景是否设了此应答。", "有限次重试, 间隔递增。",
        "A scripted failure that may be retried. Retry a bounded number of times.", ALL,
    ),
    Code(
        "LT-NOT-IMPLEMENTED", "未提供", "此地方版未提供该接口", "The interface is not offered in this profile.",
        "该接口或取值在当前地方版里没有实现。", "看 liantiao list interfaces。", "换用已提供的接口。",
        "This profile does not offer it. Use another interface.", ALL,
    ),
    Code(
        "LT-SIM-SCRIPTED", "场景设定的失败", "按场景设定返回的失败", "A failure that the scenario scripted.",
        "场景要求中心此时拒绝, 用来观察被测系统的反应。", "看场景文件的 reply 步骤。", "被测系统应按失败处理, 不得入账。",
        "The scenario asked for this refusal. The vendor must treat it as a failure.", ALL,
    ),
    Code(
        "LT-UNATTRIBUTED", "无法归属", "报文里没有可识别的人员或单据", "The message names nobody and nothing known here.",
        "报文里的证件号、凭据、单号都不属于本次联调。", "看证据里此报文期望的标识。", "用本次发放的人员与返回的单号。",
        "No identifier of the message belongs to a run. Use the persons and numbers issued.", ALL,
    ),
    Code(
        "LT-INTERNAL", "模拟器内部错误", "模拟器内部错误", "An error of the simulator itself.",
        "模拟器自身的缺陷, 与被测系统无关。", "看模拟器日志。", "请把证据与日志一并反馈。",
        "A defect of the simulator, not of the vendor. Report it with the evidence.", ALL,
    ),
)
# fmt: on
