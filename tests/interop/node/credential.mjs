// Who pays: an authCode to be exchanged by userQuery, a payAuthNo that is known already, or a code shown on site. Exactly one.
import { Declined } from "./hospital.mjs";
import { Refused } from "./outside.mjs";

/** Throws Declined unless exactly one credential of a kind that this hospital takes was given. */
export function checkCredential({ sqm, zfsqh, zm, rl }) {
  const given = [sqm, zfsqh, zm, rl].filter(Boolean);
  if (!given.length) throw new Declined("E110", "请先完成医保身份核验");
  if (given.length > 1) throw new Declined("E105", "身份凭据只能给一个");
  if (rl) throw new Declined("E105", "本院未开通刷脸支付");
}

/** What proves the patient: {payAuthNo} or {ecToken}, of their own card. */
export async function prove(outside, patient, { sqm, zfsqh, zm, openid, insuranceApp }) {
  if (zfsqh) return { payAuthNo: zfsqh };
  let answer;
  try {
    answer = zm ? await outside.decode(zm) : await outside.userQuery(sqm, openid, insuranceApp);
  } catch (error) {
    if (error instanceof Refused) throw new Declined("E105", `医保授权无效: ${error.message}`);
    throw new Declined("E199", "医保授权服务暂不可用, 请稍后再试");
  }
  if (zm) {
    if (!answer.ecToken) throw new Declined("E105", "扫码应答没有令牌");
    return mine({ ecToken: answer.ecToken }, answer.baseinfo?.certno, patient);
  }
  const own = answer.pay_auth_no || "";
  const family = answer.family_pay_auth_no || "";
  if (own && family) throw new Declined("E105", "授权应答同时给出本人与亲情授权");
  if (family) throw new Declined("E109", "本院未开通亲情支付, 请使用本人医保");
  if (!own) throw new Declined("E105", "授权应答没有支付授权码");
  return mine({ payAuthNo: own }, answer.user_card_no, patient);
}

function mine(proof, holder, patient) {
  if (holder && String(holder).toUpperCase() !== patient.idNo.toUpperCase()) throw new Declined("E102", "授权人不是就诊人本人");
  return proof;
}

export const numberOf = (proof) => proof.payAuthNo ?? proof.ecToken;
