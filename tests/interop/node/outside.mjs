// What the hospital says to the world: userQuery, the institution interface (1101, 2201) and the centre (6xxx).
import { createHmac, randomUUID } from "node:crypto";
import * as envelope from "./envelope.mjs";
import { parse, write } from "./jsontext.mjs";

// Before 6201 nothing can have moved, so there is time; after it an unknown outcome is better known soon.
const PATIENT_LIMIT_MS = 5000;
const CENTRE_LIMIT_MS = 2500;

/** The other side declined: nothing happened there. */
export class Refused extends Error {}

/** Time-out, lost connection, HTTP error or an answer that cannot be believed: the outcome is unknown. */
export class Unknown extends Error {}

const isZero = (code) => code !== undefined && code !== null && String(code) === "0";
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** god-portal-signature (channels sheet 1a): HMAC-SHA256 over partner id and milliseconds; the body is not signed. */
export const portalSignature = (partnerId, secret, ms) => createHmac("sha256", secret).update(partnerId + ms).digest("hex");

/** `block`: the vendor block that the simulator issued. */
export function outside(block, fault) {
  const keys = {
    appId: block.appId,
    appSecret: block.appSecret,
    version: block.version,
    own: envelope.privateKey(block.institutionPrivateKey),
    peer: envelope.publicKey(block.platformPublicKey),
  };
  let serial = 0;

  const path = (name) => {
    const found = block.paths?.[name];
    if (!found) throw new Error(`厂商配置的 paths 缺少 ${name}`);
    return found.replace("{partnerId}", block.partnerId);
  };

  async function post(name, body, headers = {}) {
    let answer;
    let text;
    try {
      answer = await fetch(block.base + path(name), {
        method: "POST",
        headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
        body,
        signal: AbortSignal.timeout(/^6\d{3}$/.test(name) ? CENTRE_LIMIT_MS : PATIENT_LIMIT_MS),
      });
      text = new TextDecoder("utf-8", { fatal: true }).decode(await answer.arrayBuffer());
    } catch (error) {
      throw new Unknown(`${name}: ${error.cause?.code ?? error.name}`);
    }
    if (answer.status !== 200) throw new Unknown(`${name}: HTTP ${answer.status}`);
    return text;
  }

  function object(name, text) {
    try {
      const value = parse(text);
      if (isObject(value)) return value;
    } catch {
      // said below
    }
    throw new Unknown(`${name}: 应答不是 JSON 对象`);
  }

  return {
    keys,

    /** authCode -> the answer of userQuery (channels sheet 1a); the insurance app asks the twin path. */
    async userQuery(authCode, openid, insuranceApp) {
      const now = String(Date.now());
      const name = insuranceApp && block.paths.modeA ? "modeA" : "userQuery";
      const answer = object(name, await post(name, write({ qrcode: authCode, openid }), {
        Accept: "application/json",
        "god-portal-timestamp": now,
        "god-portal-request-id": randomUUID().replaceAll("-", ""),
        "god-portal-signature": portalSignature(block.partnerId, block.partnerSecret, now),
      }));
      if (!isZero(answer.code)) throw new Refused(String(answer.message ?? answer.code));
      return answer;
    },

    /** 1162: the code shown on site -> the 1101 nodes and `ecToken`. The request has no common header. */
    async decode(ecQrCode) {
      const answer = object("1162", await post("1162", write({
        orgId: block.orgCodg, businessType: "01301", operatorId: "YDZF02", operatorName: "移动支付", officeId: "0302",
        officeName: "消化内科", deviceType: "SelfService", ecQrCode,
      })));
      if (!isZero(answer.infcode ?? answer.code)) throw new Refused(String(answer.err_msg ?? answer.message));
      return answer.output ?? answer.data ?? answer;
    },

    /** One transaction of the institution interface. Returns `output`. */
    async institution(infno, input, insuredRegion) {
      const now = Date.now();
      serial = (serial + 1) % 10000;
      const answer = object(infno, await post(infno, write({
        infno,
        msgid: block.orgCodg + envelope.beijing(now) + String(serial).padStart(4, "0"),
        mdtrtarea_admvs: block.region,
        insuplc_admdvs: insuredRegion,
        recer_sys_code: "YBXT",
        dev_no: "",
        dev_safe_info: "",
        cainfo: "",
        signtype: "",
        infver: "V1.0",
        opter_type: "3",
        opter: "YDZF02",
        opter_name: "移动支付",
        inf_time: envelope.beijing(now, true),
        fixmedins_code: block.orgCodg,
        fixmedins_name: block.orgName,
        sign_no: "",
        input,
      })));
      if (!isZero(answer.infcode)) throw new Refused(String(answer.err_msg ?? answer.infcode));
      const output = typeof answer.output === "string" ? object(infno, answer.output || "{}") : answer.output ?? {};
      if (!isObject(output)) throw new Unknown(`${infno}: output 不是对象`);
      return output;
    },

    /** One interface of the centre, sealed. Returns the opened `data`. */
    async centre(number, data) {
      const sealed = envelope.seal(data, keys, Date.now(), fault);
      let body = await post(number, sealed);
      if (fault.resend) body = await post(number, sealed);
      let opened;
      try {
        opened = envelope.open(body, keys, Date.now(), { checkSignature: !fault.skipVerify });
      } catch (error) {
        if (fault.believeAll) return { ordStas: "6" };
        throw new Unknown(`${number}: ${error.message}`);
      }
      const { code, message, success } = opened.envelope;
      if (code === undefined || code === null || code === "") throw new Unknown(`${number}: 应答没有 code`);
      if (!isZero(code)) throw new Refused(String(message ?? code));
      if (success !== undefined && String(success) !== "true") throw new Unknown(`${number}: code 为 0 而 success 不为 true`);
      if (opened.data !== null && !isObject(opened.data)) throw new Unknown(`${number}: data 不是对象`);
      return opened.data ?? {};
    },
  };
}
