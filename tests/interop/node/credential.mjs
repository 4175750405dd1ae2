// Who pays: an authCode to be exchanged by userQuery, or a payAuthNo that is known already. Exactly one.
import { Declined } from "./hospital.mjs";
import { Refused } from "./outside.mjs";

/** Throws Declined unless exactly one credential of a kind that this hospital takes was given. */
export function checkCredential({ sqm, zfsqh, zm, rl }) {
  const given = [sqm, zfsqh, zm, rl].filter(Boolean);
  if (!given.length) throw new Declined("E110", "请先完成医保身份核验");
  if (given.length > 1) throw new Declined("E105", "身份凭据只能给一个");
  if (zm || rl) throw new Declined("E105", "本院移动端只支持线上授权");
}

/** The payAuthNo of the patient's own card. */
export async function payAuthNo(outside, patient, { sqm, zfsqh, openid, insuranceApp }) {
  if (zfsqh) return zfsqh;
  let answer;
  try {
    answer = await outside.userQuery(sqm, openid, insuranceApp);
  } catch (error) {
    if (error instanceof Refused) throw new Declined("E105", `医保授权无效: ${error.message}`);
    throw new Declined("E199", "医保授权服务暂不可用, 请稍后再试");
  }
  const own = answer.pay_auth_no || "";
  const family = answer.family_pay_auth_no || "";
  if (own && family) throw new Declined("E105", "授权应答同时给出本人与亲情授权");
  if (family) throw new Declined("E109", "本院未开通亲情支付, 请使用本人医保");
  if (!own) throw new Declined("E105", "授权应答没有支付授权码");
  const holder = String(answer.user_card_no || "").toUpperCase();
  if (holder && holder !== patient.idNo.toUpperCase()) throw new Declined("E102", "授权人不是就诊人本人");
  return own;
}
