// One payment in mode A: authorisation, 1101, 2201, 6201, 6202, then 6302 or 6301 until the centre has the final word.
import { checkCredential, numberOf, prove } from "./credential.mjs";
import * as envelope from "./envelope.mjs";
import { balanced, Declined, isOpen, sameAmounts } from "./hospital.mjs";
import { fen, yuan } from "./money.mjs";
import { Refused } from "./outside.mjs";
import { uploadMessage } from "./upload.mjs";

const ANSWER_MS = 4500;
const QUERY_GAP_MS = 1050;
const POLL_MS = 2000;
const SLOW_MS = 4000;
const POLLS = 60;
const PLACINGS = 3;
const UPLOADS = 2;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** The amounts of 6202, 6301 or 6302, or null when they are not all there; `othFeeAmt` missing is 0 (sheet 9). */
export function amountsOf(data) {
  try {
    const of = (name) => fen(data[name]?.text ?? data[name]);
    const other = data.othFeeAmt === undefined || data.othFeeAmt === null || data.othFeeAmt === "" ? 0 : of("othFeeAmt");
    return { total: of("feeSumamt"), cash: of("ownPayAmt"), account: of("psnAcctPay"), fund: of("fundPay"), other };
  } catch {
    return null;
  }
}

export function payment(block, books, outside, fault) {
  const say = (order, state, message) => Object.assign(order, { state, message });

  /** Runs `step` alone on `order`; after 4.5 s the caller is answered with what is known and the step goes on. */
  async function within(order, step) {
    const job = order.talk.then(step);
    order.talk = job.catch(() => {});
    let timer;
    const late = new Promise((done) => (timer = setTimeout(done, ANSWER_MS, order)));
    try {
      return await Promise.race([job, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What the fault http_200_is_success books when it could not read the amounts. */
  const guessed = (order) => order.amounts ?? { total: order.total, cash: order.total, account: 0, fund: 0, other: 0 };

  const person = (order) => ({
    payOrdId: order.payOrdId,
    payToken: order.payToken,
    orgCodg: block.orgCodg,
    idNo: order.patient.idNo,
    userName: order.patient.name,
    idType: order.patient.idType,
  });

  /** 1101 with the e-credential, then 2201 once per visit. */
  async function identify(order) {
    const { patient, visit } = order;
    const output = await outside.institution("1101", { data: {
      mdtrt_cert_type: "01", mdtrt_cert_no: numberOf(order.proof), card_sn: "", begntime: "",
      psn_cert_type: patient.idType, certno: patient.idNo, psn_name: patient.name,
    } }, block.region);
    const base = output.baseinfo ?? {};
    if (base.psn_name !== patient.name || base.certno !== patient.idNo) throw new Declined("E102", "医保登记的姓名或证件号与本院档案不符");
    const rows = (output.insuinfo ?? []).filter((row) => !row.psn_insu_stas || String(row.psn_insu_stas) === "1");
    const chosen = rows.find((row) => row.insutype === "310") ?? rows.find((row) => row.insutype === "390") ?? rows[0];
    if (!chosen) throw new Declined("E107", "没有正常参保的记录");
    Object.assign(visit, { psnNo: base.psn_no, insutype: chosen.insutype, insuCode: chosen.insuplc_admdvs });
    visit.registered ??= register(order).catch((error) => {
      visit.registered = undefined;
      throw error;
    });
    await visit.registered;
  }

  async function register(order) {
    const { visit } = order;
    const began = envelope.beijing(Date.now(), true);
    const iptOtpNo = books.number("MZ");
    const output = await outside.institution("2201", { data: {
      psn_no: visit.psnNo, insutype: visit.insutype, begntime: began, mdtrt_cert_type: "01", mdtrt_cert_no: numberOf(order.proof),
      ipt_otp_no: iptOtpNo, atddr_no: "D509999000002", dr_name: "王医生", dept_code: "0302", dept_name: "消化内科", caty: "A03.02",
    } }, visit.insuCode);
    const mdtrtId = (output.data ?? output).mdtrt_id;
    if (!mdtrtId) throw new Declined("E107", "2201 没有返回就诊 ID");
    Object.assign(visit, { mdtrtId, iptOtpNo, began });
  }

  /** 6201, repeated under the same medOrgOrd while the outcome is unknown; then 6202. */
  async function upload(order) {
    order.upload ??= uploadMessage(block, books, order, fault);
    const attempts = order.polls ? 1 : UPLOADS;
    for (let attempt = 0; attempt < attempts && !order.payOrdId; attempt++) {
      try {
        const data = await outside.centre("6201", order.upload);
        if (data.payOrdId && data.payToken) Object.assign(order, { payOrdId: data.payOrdId, payToken: data.payToken });
      } catch (error) {
        if (error instanceof Refused) {
          if (!attempt && !order.polls) throw new Declined("E107", `医保中心: ${error.message}`);
          break;
        }
        say(order, "XJ", "医保中心没有应答, 正在重试");
      }
    }
    if (order.payOrdId) await place(order);
    else schedule(order, SLOW_MS);
  }

  /** 6202 with an orgBizSer of its own; when its outcome is unknown, 6301 comes before any other 6202. */
  async function place(order) {
    while (order.placings < PLACINGS && !order.placed && isOpen(order)) {
      order.placings += 1;
      try {
        await placed(order, await outside.centre("6202", {
          ...order.proof, payOrdId: order.payOrdId, payToken: order.payToken, orgCodg: block.orgCodg,
          orgBizSer: books.number("LS"), chrgBchno: order.chrgBchno, feeType: "01", mdtrtId: order.visit.mdtrtId,
          acctUsedFlag: order.acctUsedFlag,
        }));
      } catch (error) {
        if (error instanceof Declined) throw error;
        if (error instanceof Refused) {
          if (order.placings > 1) break;
          await revokeQuietly(order);
          throw new Declined("E107", `医保中心: ${error.message}`);
        }
        say(order, "XJ", "医保中心没有应答, 正在核实");
        if ((await query(order)) !== "place") break;
      }
    }
    schedule(order, POLL_MS);
  }

  async function placed(order, data) {
    const amounts = amountsOf(data);
    if (!amounts && fault.believeAll) return books.book(order, guessed(order));
    if (!amounts || !balanced(amounts) || amounts.total !== order.total) {
      if (!(await revokeQuietly(order))) return say(order, "RG", "医保返回的金额不一致, 请到窗口处理");
      throw new Declined("E106", "医保返回的金额不一致, 未扣款, 请重新支付");
    }
    Object.assign(order, { amounts, placed: true });
    if (isOpen(order)) say(order, "YJS", `请在医保页面确认支付 ${yuan(amounts.total)} 元`);
    if (order.early) schedule(order, 0);
    return order;
  }

  async function revokeQuietly(order) {
    try {
      await outside.centre("6401", person(order));
      return true;
    } catch {
      return false;
    }
  }

  /** One 6301, at most one a second for an order. "place" (still 0 or 1), "wait", "done", "unbooked", "unknown". */
  async function query(order) {
    const turn = Math.max(Date.now(), order.lastQuery + QUERY_GAP_MS);
    order.lastQuery = turn;
    await sleep(turn - Date.now());
    if (!isOpen(order)) return "done";
    try {
      return settle(order, await outside.centre("6301", person(order)));
    } catch {
      return "unknown";
    }
  }

  /** The centre's word on an order. Only ordStas decides (sheet 8), never the presence of amounts. */
  function settle(order, data) {
    order.ordStas = String(data.ordStas ?? "");
    switch (order.ordStas) {
      case "0":
      case "1":
        return "place";
      case "2":
      case "3":
      case "4":
      case "5":
        say(order, "ZFZ", "支付处理中, 请稍候");
        return "wait";
      case "6": {
        const amounts = amountsOf(data) ?? (fault.believeAll ? guessed(order) : null);
        if (!amounts) return "wait";
        if (!balanced(amounts) || amounts.total !== order.total || (order.amounts && !sameAmounts(order.amounts, amounts))) {
          say(order, "RG", "结算金额与预结算不一致, 请到窗口处理");
          return "wait";
        }
        return books.book(order, amounts) ? "done" : "unbooked";
      }
      case "12":
      case "13":
        books.release(order, "YCX", "订单已撤销");
        return "done";
      case "15":
        books.release(order, "SB", "支付失败, 未扣款");
        return "done";
      case "14":
      case "16":
        say(order, "RG", "支付异常, 请到窗口处理");
        return "wait";
      default:
        return "wait";
    }
  }

  function schedule(order, ms) {
    if (isOpen(order) && order.polls < POLLS) setTimeout(() => within(order, () => poll(order)), ms).unref();
  }

  async function poll(order) {
    if (!isOpen(order)) return;
    order.polls += 1;
    try {
      if (!order.payOrdId) return await upload(order);
      const next = await query(order);
      if (next === "place" && order.cancelling) await revoke(order);
      else if (next === "place" && !order.placed && order.placings < PLACINGS) await place(order);
      else schedule(order, order.polls > 20 ? 3 * SLOW_MS : next === "unknown" ? SLOW_MS : POLL_MS);
    } catch (error) {
      if (isOpen(order)) books.release(order, "SB", error.message);
    }
  }

  /** 6302: verified, ours, and with the amounts of 6202; then 6301 has the last word; without an answer the notice stands. */
  async function notice(body) {
    const answer = (accepted, message) => ({ code: accepted ? 0 : -1, success: accepted, message });
    let data;
    try {
      data = envelope.open(body, outside.keys, Date.now(), { checkSignature: !fault.skipVerify }).data ?? {};
    } catch (error) {
      return answer(false, error.message);
    }
    const order = books.byCentre(data.payOrdId, data.medOrgOrd);
    if (!order) return answer(false, "没有这个订单");
    const amounts = amountsOf(data);
    if (!amounts || !balanced(amounts) || amounts.total !== order.total) return answer(false, "金额与订单不一致");
    if (!order.amounts) {
      order.early = true;
      return answer(true, "已收到, 待核实");
    }
    if (!sameAmounts(order.amounts, amounts)) return answer(false, "金额与预结算不一致");
    if (order.booked) return answer(true, "已处理");
    if (!isOpen(order)) {
      say(order, "RG", "已撤销的订单收到结算通知, 请到窗口处理");
      return answer(true, "已收到, 待核实");
    }
    const found = await query(order);
    if (found === "unknown" ? !books.book(order, amounts) : found === "unbooked") return answer(false, "入账失败, 请重发");
    return answer(true, "成功");
  }

  function usable(order) {
    if (order.booked) throw new Declined("E111", "订单已支付, 请申请退费");
    if (order.state === "SB") throw new Declined("E199", "订单已失败, 无需撤销");
  }

  /** 6401; an unknown outcome is found out by 6301. */
  async function revoke(order) {
    try {
      if (order.state !== "YCX") await outside.centre("6401", person(order));
      books.release(order, "YCX", "订单已撤销");
    } catch (error) {
      if (error instanceof Refused) order.cancelling = false;
      await query(order);
      usable(order);
      if (error instanceof Refused) throw new Declined("E112", `医保中心不允许撤销: ${error.message}`);
      schedule(order, POLL_MS);
    }
    return order;
  }

  return {
    within,

    async pay(who, asked) {
      if (asked.zfms !== "YBAPP") throw new Declined("E501", "本院只开通医保 APP 支付");
      const chosen = books.bills(who, asked.fydhs);
      checkCredential(asked);
      const order = books.take(who, chosen, asked.zhsy ?? "");
      return within(order, async () => {
        try {
          order.proof = await prove(outside, order.patient, { ...asked, openid: who.yhbs, insuranceApp: asked.zfqd !== "WX" });
          await identify(order).catch((error) => {
            if (error instanceof Declined) throw error;
            if (error instanceof Refused) throw new Declined("E107", `医保: ${error.message}`);
            throw new Declined("E199", "医保系统暂不可用, 请稍后再试");
          });
          await upload(order);
          return order;
        } catch (error) {
          books.release(order, "SB", error.message);
          throw Object.assign(error, { order });
        }
      });
    },

    async cancel(who, asked) {
      const order = books.orders(who, asked).at(-1);
      if (!order) throw new Declined("E101", "没有这样的订单");
      return within(order, async () => {
        usable(order);
        if (!order.payOrdId) throw new Declined("E112", "订单正在提交, 请稍后再撤销");
        const next = await query(order);
        usable(order);
        if (next !== "place") {
          if (["2", "3", "4", "5"].includes(order.ordStas)) throw new Declined("E112", "订单正在结算, 不能撤销");
          return order;
        }
        order.cancelling = true;
        return revoke(order);
      });
    },

    notice,
  };
}
