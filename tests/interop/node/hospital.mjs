// The hospital's books: patients, bills (费用单), orders, bookings. One thread: what does not await is one step.
import { randomInt } from "node:crypto";
import { beijing } from "./envelope.mjs";
import { line, yuan } from "./money.mjs";

/** What the hospital answers when it declines: a code of its own and a sentence for the screen. */
export class Declined extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const OPEN = new Set(["XJ", "YJS", "ZFZ", "RG"]);
export const isOpen = (order) => OPEN.has(order.state);

export const sameAmounts = (a, b) => ["total", "cash", "account", "fund", "other"].every((part) => a[part] === b[part]);
export const balanced = (a) => Object.values(a).every((part) => part >= 0) && a.total === a.cash + a.account + a.fund + a.other;

export function hospital() {
  const patients = new Map();
  const bills = new Map();
  const visits = new Map();
  const orders = [];
  let failures = 0;
  let serial = randomInt(1_000_000);

  const number = (prefix) => `${prefix}${beijing(Date.now())}${String(++serial).padStart(8, "0")}`;

  function patient(who) {
    if (!patients.has(who.zjhm)) patients.set(who.zjhm, { id: number("B"), name: who.xm, idType: who.zjlx, idNo: who.zjhm, openid: who.yhbs });
    return patients.get(who.zjhm);
  }

  function find(who, fydh) {
    const bill = bills.get(fydh);
    if (!bill) throw new Declined("E101", `没有这张费用单: ${fydh}`);
    if (bill.patient.idNo !== who.zjhm) throw new Declined("E102", "这张费用单不是该患者的");
    return bill;
  }

  return {
    number,

    query: (who) => patients.get(who.zjhm) ?? null,

    create(who) {
      const fresh = !patients.has(who.zjhm);
      return { id: patient(who).id, fresh };
    },

    prescribe(who, rows) {
      if (!Array.isArray(rows) || !rows.length) throw new Declined("E199", "处方没有明细");
      const items = rows.map((row, at) => {
        const [cnt, price] = [String(row.sl), String(row.dj)];
        try {
          return { id: `M${at + 1}`, code: row.xmbm, name: row.xmmc, cnt, price, amount: line(price, cnt) };
        } catch (error) {
          throw new Declined("E106", error.message);
        }
      });
      const bill = { id: number("FY"), patient: patient(who), items, order: null, paid: false };
      bill.total = items.reduce((sum, item) => sum + item.amount, 0);
      bills.set(bill.id, bill);
      return bill;
    },

    list: (who, paid) => [...bills.values()].filter((bill) => bill.patient.idNo === who.zjhm && bill.paid === paid),

    bills(who, ids) {
      if (!Array.isArray(ids) || !ids.length) throw new Declined("E101", "没有指明费用单");
      return [...new Set(ids)].map((id) => find(who, id));
    },

    /** Takes the bills into one new order; two clicks can not both get them. */
    take(who, chosen, acctUsed) {
      for (const bill of chosen) {
        if (bill.paid) throw new Declined("E104", "该费用已缴费, 请勿重复支付");
        if (bill.order) throw new Declined("E103", "该费用正在支付, 请稍候");
      }
      if (!visits.has(who.zjhm)) visits.set(who.zjhm, {});
      const order = {
        yyddh: number("HO"),
        chrgBchno: number("PC"),
        patient: patient(who),
        bills: chosen,
        total: chosen.reduce((sum, bill) => sum + bill.total, 0),
        acctUsedFlag: acctUsed,
        visit: visits.get(who.zjhm),
        state: "XJ",
        message: "正在处理, 请稍候",
        booked: 0,
        placings: 0,
        polls: 0,
        lastQuery: 0,
        refunds: [],
        talk: Promise.resolve(),
      };
      for (const bill of chosen) bill.order = order;
      orders.push(order);
      return order;
    },

    /** Ends an unpaid order; its bills may be paid again by another one. */
    release(order, state, message) {
      Object.assign(order, { state, message });
      for (const bill of order.bills) if (bill.order === order) bill.order = null;
    },

    /** Books once, however often it is called. False when the ledger refuses (test hook 入账失败). */
    book(order, amounts) {
      if (order.booked) return true;
      if (failures > 0) {
        failures -= 1;
        return false;
      }
      Object.assign(order, { booked: 1, amounts, state: "YZF", message: `支付成功, 共 ${yuan(amounts.total)} 元` });
      for (const bill of order.bills) Object.assign(bill, { order, paid: true });
      return true;
    },

    /** Test hook: the next `times` bookings fail. */
    failBooking: (times) => (failures = times),

    /** One bill with its lines. */
    detail(who, fydh, paid) {
      const bill = find(who, fydh);
      if (bill.paid !== paid) throw new Declined(paid ? "E108" : "E104", paid ? "该费用尚未缴费" : "该费用已缴费");
      return bill;
    },

    byCentre: (payOrdId, medOrgOrd) =>
      orders.find((order) => order.yyddh === medOrgOrd && (!order.payOrdId || order.payOrdId === payOrdId)) ?? null,

    /** The patient's orders, those that 医院订单号, 支付订单号 or 费用单号 name. Oldest first. */
    orders(who, { yyddh, zfddh, fydh } = {}) {
      return orders.filter((order) => order.patient.idNo === who.zjhm
        && (!yyddh || order.yyddh === yyddh) && (!zfddh || order.payOrdId === zfddh)
        && (!fydh || order.bills.some((bill) => bill.id === fydh)));
    },
  };
}
