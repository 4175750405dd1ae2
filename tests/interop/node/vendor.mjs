// An independent hospital for tests of liantiao: Node and sm-crypto only, with a REST API of its own. Not a product.
// Every answer is HTTP 200 {"fhm": 返回码, "fhxx": 返回信息, "sj": 数据}; amounts are yuan texts. mapping.yaml ties it to the driver contract.
import { timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { faultNamed } from "./faults.mjs";
import { Declined, hospital } from "./hospital.mjs";
import { yuan } from "./money.mjs";
import { outside as connect } from "./outside.mjs";
import { payment } from "./payment.mjs";
import { refunds, TYPES } from "./refund.mjs";

const BODY_LIMIT = 1 << 20;
const REMEMBER_MS = 600_000;
const KEEP_ALIVE_MS = 75_000;
const SCREEN = { YZF: "CG", BFTF: "CG", YTF: "CG", YCX: "QX", SB: "SB" }; // 成功, 取消, 失败; else CL 处理中

function amountsShown(order) {
  if (!order.amounts) return { ze: yuan(order.total) };
  const { total, cash, account, fund, other } = order.amounts;
  return { ze: yuan(total), xj: yuan(cash), gz: yuan(account), jj: yuan(fund), qt: yuan(other) };
}

function orderShown(order) {
  return {
    yyddh: order.yyddh,
    zfddh: order.payOrdId,
    ddzt: order.state,
    rzcs: order.booked,
    je: amountsShown(order),
    tf: order.refunds.map((one) => ({
      tfdh: one.no, tflx: Object.keys(TYPES).find((word) => TYPES[word] === one.type), tfzt: one.state, xj: yuan(one.cash), gz: yuan(one.account), jj: yuan(one.fund),
    })),
    tsxx: order.message,
    jmtb: SCREEN[order.state] ?? "CL",
  };
}

const billShown = (bill) => ({ fydh: bill.id, lx: "MZ", ze: yuan(bill.total), yyddh: bill.order?.yyddh, zfddh: bill.order?.payOrdId });

function detailShown(bill, paid) {
  const mx = bill.items.map((item) => ({ mxh: item.id, xmbm: item.code, xmmc: item.name, sl: item.cnt, dj: item.price, je: yuan(item.amount) }));
  return { ...billShown(bill), mx, je: paid ? amountsShown(bill.order) : undefined };
}

function routes(block, books, pay, refund) {
  return {
    "/his/ydzf/yyxx": () => ({ yybm: block.orgCodg, yymc: block.orgName, ybqh: block.region, fw: ["MZJF", "TF", "CX", "HBZF"] }),
    "/his/ydzf/bingren/chaxun": (who) => ({ cz: books.query(who) ? "1" : "0", brid: books.query(who)?.id }),
    "/his/ydzf/bingren/jiandang": (who) => {
      const { id, fresh } = books.create(who);
      return { brid: id, xjd: fresh ? "1" : "0" };
    },
    "/his/ydzf/chufang": (who, asked) => billShown(books.prescribe(who, asked.mx)),
    "/his/ydzf/feiyong/chaxun": (who, asked) => ({ fy: books.list(who, asked.zt === "YJ").map(billShown) }),
    "/his/ydzf/feiyong/mingxi": (who, asked) => detailShown(books.detail(who, asked.fydh, asked.zt === "YJ"), asked.zt === "YJ"),
    "/his/ydzf/jiaofei": async (who, asked) => orderShown(await pay.pay(who, asked)),
    "/his/ydzf/chexiao": async (who, asked) => orderShown(await pay.cancel(who, asked)),
    "/his/ydzf/tuifei": async (who, asked) => {
      const { order, refund: one, amount } = await refund(who, asked);
      return { ...orderShown(order), tfdh: one.no, tfzt: one.state, tfze: yuan(amount) };
    },
    "/his/ydzf/dingdan/chaxun": (who, asked) => {
      const chosen = books.orders(who, asked).at(-1);
      if (!chosen) throw new Declined("E101", "没有这样的订单");
      return { ...orderShown(chosen), dd: books.orders(who).map(orderShown) };
    },
    "/his/ydzf/ceshi/ruzhangshibai": (who, asked) => {
      books.failBooking(asked.cs ?? 1);
      return {};
    },
  };
}

const IN_PROGRESS = new Set(["XJ", "YJS", "ZFZ", "RG", "TFZ"]);

/** "0000" done, "0001" goes on, else a refusal. */
async function perform(route, who, asked) {
  try {
    const sj = await route(who, asked);
    const going = "ddzt" in sj && !("dd" in sj) && IN_PROGRESS.has(sj.ddzt);
    return { fhm: going ? "0001" : "0000", fhxx: going ? "处理中" : "成功", sj };
  } catch (error) {
    if (!(error instanceof Declined)) throw error;
    const going = ["E103", "E112", "E115"].includes(error.code);
    const sj = { tsxx: error.message, jmtb: going ? "CL" : "SB", yyddh: error.order?.yyddh, zfddh: error.order?.payOrdId };
    return { fhm: error.code, fhxx: error.message, sj };
  }
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new SyntaxError("请求过大");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function main() {
  const file = process.env.LIANTIAO_VENDOR_CONFIG;
  if (!file) throw new Error("未设置环境变量 LIANTIAO_VENDOR_CONFIG");
  const block = JSON.parse(readFileSync(file, "utf8"));
  const fault = faultNamed(process.env.VENDOR_FAULT);
  const outside = connect(block, fault);
  const books = hospital();
  const pay = payment(block, books, outside, fault);
  const table = routes(block, books, pay, refunds(block, books, outside, pay));
  const remembered = new Map();
  const allowed = Buffer.from(process.env.LIANTIAO_DRIVER_TOKEN || block.driverToken);

  async function api(request, body) {
    const given = Buffer.from((request.headers.authorization ?? "").replace(/^Bearer /, ""));
    if (given.length !== allowed.length || !timingSafeEqual(given, allowed)) return [401, { fhm: "E401", fhxx: "令牌不对" }];
    const route = table[request.url];
    if (!route || request.method !== "POST") return [404, { fhm: "E404", fhxx: "没有这个接口" }];
    let asked;
    try {
      asked = JSON.parse(body);
    } catch {
      return [400, { fhm: "E400", fhxx: "请求不是 JSON" }];
    }
    const who = asked.hz ?? {};
    if (!asked.qqh) return [200, await perform(route, who, asked)];
    // 请求号: the same click sent again gets the first answer
    if (!remembered.has(asked.qqh)) {
      remembered.set(asked.qqh, perform(route, who, asked));
      setTimeout(() => remembered.delete(asked.qqh), REMEMBER_MS).unref();
    }
    return [200, await remembered.get(asked.qqh)];
  }

  const server = createServer(async (request, response) => {
    let status = 500;
    let answer = { fhm: "E500", fhxx: "系统错误" };
    try {
      const body = await readBody(request);
      if (request.url === "/his/ydzf/tongzhi/6302") [status, answer] = [200, await pay.notice(body)];
      else [status, answer] = await api(request, body);
    } catch (error) {
      console.error(error);
    }
    response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" });
    response.end(JSON.stringify(answer));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(0, "127.0.0.1", () => {
    const base = `http://127.0.0.1:${server.address().port}`;
    console.log(JSON.stringify({ ready: true, driver: base, notify: `${base}/his/ydzf/tongzhi/6302` }));
  });
}

try {
  main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
