// 6203: what a cashier typed is judged here; a repeat with the same appRefdSn is the legal query.
import { checkCredential, numberOf, prove } from "./credential.mjs";
import { beijing } from "./envelope.mjs";
import { Declined } from "./hospital.mjs";
import { fen, yuan } from "./money.mjs";
import { Refused } from "./outside.mjs";

const TRIES = 2;
const REPEATS = 15;
const REPEAT_MS = 4000;
/** 退费类型: 全额, 现金, 医保. */
export const TYPES = { QE: "ALL", XJ: "CASH", YB: "HI" };
const PARTS = ["cash", "account", "fund"];

const given = (order, part) => order.refunds.filter((one) => one.state !== "SB").reduce((sum, one) => sum + one[part], 0);
const sum = (amounts) => PARTS.reduce((total, part) => total + amounts[part], 0);

/** What the cashier typed in: yuan texts {ze, xj, gz, jj}. */
function typed({ tfje }) {
  if (!tfje) return null;
  const read = (part) => fen(tfje[part] ?? "0");
  const made = { cash: read("xj"), account: read("gz"), fund: read("jj") };
  if (tfje.ze !== undefined && read("ze") !== sum(made)) throw new Declined("E106", "退费总额不等于各部分之和");
  return made;
}

function wholePrescription(rows, chosen) {
  if (!Array.isArray(rows)) return true;
  return chosen.every((bill) => bill.items.every((item) => rows.some((row) => {
    const whole = row.sl === undefined || String(row.sl) === item.cnt;
    return row.mxh === item.id && whole;
  })));
}

/** Type and parts of the refund, from what was typed in or from what is left. */
function plan(order, chosen, asked) {
  if (order.refunds.some((one) => one.state === "CL")) throw new Declined("E115", "上一笔退费正在处理");
  const left = Object.fromEntries(PARTS.map((part) => [part, order.amounts[part] - given(order, part)]));
  if (sum(left) <= 0) throw new Declined("E114", "该订单已全部退费");
  if (!order.bills.every((bill) => chosen.includes(bill))) throw new Declined("E117", "合并支付的订单只能整单退费");
  if (!wholePrescription(asked.tfmx, chosen)) throw new Declined("E116", "处方不能部分退费, 请整单退费后重新开单");
  const type = asked.tflx ? TYPES[asked.tflx] : "ALL";
  const parts = typed(asked) ?? {
    cash: type === "HI" ? 0 : left.cash,
    account: type === "CASH" ? 0 : left.account,
    fund: type === "CASH" ? 0 : left.fund,
  };
  if (PARTS.some((part) => parts[part] < 0) || !sum(parts)) throw new Declined("E106", "退费金额应大于 0");
  if (PARTS.some((part) => parts[part] > left[part])) throw new Declined("E118", "退费金额超过可退金额");
  const medical = parts.account === left.account && parts.fund === left.fund;
  if (type === "ALL") {
    if (order.refunds.some((one) => one.state === "CG")) throw new Declined("E113", "已有部分退费, 不能再整单退费");
    if (!medical || parts.cash !== left.cash) throw new Declined("E117", "整单退费必须退回全部金额");
  } else if (type === "CASH") {
    if (parts.account + parts.fund) throw new Declined("E113", "只退现金时不能退医保部分");
  } else if (type === "HI") {
    if (parts.cash) throw new Declined("E113", "只退医保时不能退现金");
    if (!medical) throw new Declined("E117", "医保部分只能全部退回");
  } else {
    throw new Declined("E113", "退费类型应为 QE、XJ 或 YB");
  }
  return { ...parts, type, state: "CL", repeats: 0 };
}

export function refunds(block, books, outside, pay) {
  function finish(order, refund, state) {
    refund.state = state;
    const back = PARTS.reduce((total, part) => total + given(order, part), 0);
    if (!back) Object.assign(order, { state: "YZF", message: "退费未成功, 订单仍为已支付" });
    else if (back < order.amounts.total) Object.assign(order, { state: "BFTF", message: `已退费 ${yuan(back)} 元` });
    else Object.assign(order, { state: "YTF", message: `已全部退费 ${yuan(back)} 元` });
  }

  /** Sends or repeats the refund; EXP and an unknown outcome are pending, neither success nor failure. */
  async function send(order, refund, tries) {
    for (let at = 0; at < tries; at++) {
      try {
        const { refStatus } = await outside.centre("6203", refund.sent);
        if (refStatus === "SUCC") {
          finish(order, refund, "CG");
          return;
        }
        if (refStatus === "FAIL") throw new Declined("E107", "医保中心退费失败");
        break;
      } catch (error) {
        if (error instanceof Declined) throw error;
        if (error instanceof Refused) {
          if (!at && !refund.repeats) throw new Declined("E107", `医保中心: ${error.message}`);
          break;
        }
      }
    }
    setTimeout(() => pay.within(order, () => again(order, refund)), REPEAT_MS).unref();
  }

  async function again(order, refund) {
    if (refund.state !== "CL" || refund.repeats++ >= REPEATS) return;
    await send(order, refund, 1).catch(() => finish(order, refund, "SB"));
  }

  return async function refundBill(who, asked) {
    const chosen = books.bills(who, asked.fydhs ?? (asked.fydh ? [asked.fydh] : []));
    const order = chosen[0].order;
    if (!order?.booked) throw new Declined("E108", "该费用尚未支付");
    checkCredential(asked);
    let refund;
    try {
      refund = { ...plan(order, chosen, asked), no: books.number("TF") };
    } catch (error) {
      throw error instanceof Declined ? error : new Declined("E106", error.message);
    }
    order.refunds.push(refund);
    Object.assign(order, { state: "TFZ", message: "退费处理中" });
    await pay.within(order, async () => {
      try {
        const proof = await prove(outside, order.patient, { ...asked, openid: who.yhbs, insuranceApp: asked.zfqd !== "WX" });
        if (numberOf(proof) === numberOf(order.proof)) throw new Declined("E119", "退费需要重新核验身份");
        refund.sent = {
          orgCodg: block.orgCodg,
          payOrdId: order.payOrdId,
          appRefdSn: refund.no,
          appRefdTime: beijing(Date.now()),
          totlRefdAmt: yuan(sum(refund)),
          cashRefdAmt: yuan(refund.cash),
          psnAcctRefdAmt: yuan(refund.account),
          fundRefdAmt: yuan(refund.fund),
          refdType: refund.type,
          ...proof,
        };
        await send(order, refund, TRIES);
      } catch (error) {
        finish(order, refund, "SB");
        throw Object.assign(error, { order });
      }
    });
    return { order, refund, amount: sum(refund) };
  };
}
