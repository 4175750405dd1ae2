// The sealed envelope of the mobile payment centre (sheet 2, 3, 4) on sm-crypto. Written from the sheet, shares no code with Python.
import smCrypto from "sm-crypto";
import { Num, parse, write } from "./jsontext.mjs";

const { sm2, sm4 } = smCrypto;
const UNSIGNED = new Set(["signData", "encData", "extra"]);
export const DEFAULT_USER_ID = "1234567812345678";

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
const isNode = (value) => value !== null && typeof value === "object" && !(value instanceof Num);

export const byCode = (left, right) => (left < right ? -1 : left > right ? 1 : 0);
export const noCase = (left, right) => byCode(left.toLowerCase(), right.toLowerCase()) || byCode(left, right);

/** base64 of the scalar, 32 bytes or 33 with a leading 00 -> 64 hex characters. */
export function privateKey(text) {
  const bytes = Buffer.from(text, "base64");
  const body = bytes.length === 33 && bytes[0] === 0 ? bytes.subarray(1) : bytes;
  if (body.length !== 32) throw new Error(`私钥应为 32 字节, 实为 ${bytes.length} 字节`);
  return hex(body);
}

/** base64 of 04||X||Y (65 bytes) or X||Y (64 bytes) -> 130 hex characters. */
export function publicKey(text) {
  const bytes = Buffer.from(text, "base64");
  const full = bytes.length === 64 ? `04${hex(bytes)}` : hex(bytes);
  if (!sm2.verifyPublicKey(full)) throw new Error(`公钥不在 SM2 曲线上 (${bytes.length} 字节)`);
  return full;
}

/** Sheet 4, steps 1 to 3: 16 ASCII bytes. */
export function messageKey(appId, appSecret) {
  const first = Buffer.from(appId.slice(0, 16), "latin1");
  return Buffer.from(sm4.encrypt(appSecret, [...first]).toUpperCase().slice(0, 16), "latin1");
}

export function encrypt(plain, key) {
  return sm4.encrypt([...Buffer.from(plain, "utf8")], [...key]).toUpperCase();
}

/** Hex of any case -> text. Bad hex, bad padding and bad UTF-8 are errors. */
export function decrypt(cipher, key) {
  if (typeof cipher !== "string" || !/^(?:[0-9a-fA-F]{32})+$/.test(cipher)) throw new Error("encData 不是整块的十六进制密文");
  const plain = sm4.decrypt(cipher, [...key], { padding: "none", output: "array" });
  const pad = plain[plain.length - 1];
  if (pad < 1 || pad > 16 || plain.slice(-pad).some((byte) => byte !== pad)) throw new Error("encData 填充错误, 密钥不符");
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(plain.slice(0, -pad)));
}

/** Sheet 3.2, SDK family: empties dropped, keys in code-unit order, every scalar a quoted string. */
function clean(value, rule) {
  if (Array.isArray(value)) return value.filter((item) => item !== null && item !== "").map((item) => clean(item, rule));
  if (isNode(value)) {
    const made = Object.create(null);
    for (const key of Object.keys(value).sort(rule.order)) if (!isEmpty(value[key])) made[key] = clean(value[key], rule);
    return made;
  }
  return rule.bare ? value : String(value);
}

/** Keys must come out in the order we chose; objects put integer-like keys first, so members are written here. */
function compact(value, rule) {
  if (Array.isArray(value)) return `[${value.map((item) => compact(item, rule)).join(",")}]`;
  if (isNode(value)) return `{${Object.keys(value).sort(rule.order).map((key) => `${JSON.stringify(key)}:${compact(value[key], rule)}`).join(",")}}`;
  return write(value);
}

const SDK = { order: byCode, bare: false, tail: true };

/** The text that is signed: `envelope` carries the plaintext `data`. */
export function signText(envelope, secret, rule = SDK) {
  const parts = Object.keys(envelope)
    .filter((key) => !UNSIGNED.has(key) && !isEmpty(envelope[key]))
    .sort(rule.order)
    .map((key) => `${key}=${isNode(envelope[key]) ? compact(clean(envelope[key], rule), rule) : envelope[key]}`);
  return parts.join("&") + (rule.tail ? `&key=${secret}` : "");
}

/** 64 bytes r||s in base64; `nonce` (hex) only for known-answer tests. */
export function sign(text, key, { userId = DEFAULT_USER_ID, der = false, nonce = "" } = {}) {
  const options = { userId, der, publicKey: sm2.getPublicKeyFromPrivateKey(key) };
  if (nonce) options.pointPool = [fixedPoint(nonce)];
  return Buffer.from(sm2.doSignature(text, key, options), "hex").toString("base64");
}

function fixedPoint(nonce) {
  const BigInteger = sm2.getPoint().k.constructor;
  return { k: new BigInteger(nonce, 16), x1: new BigInteger(sm2.getPublicKeyFromPrivateKey(nonce).slice(2, 66), 16) };
}

export function verify(text, signature, key, userId = DEFAULT_USER_ID) {
  if (typeof signature !== "string" || !/^[A-Za-z0-9+/]{86}==$/.test(signature)) return false;
  return sm2.doVerifySignature(text, Buffer.from(signature, "base64").toString("hex"), key, { userId });
}

/** yyyyMMddHHmmss in Beijing, whatever the machine's zone. */
export function beijing(ms, separators = false) {
  const iso = new Date(ms + 8 * 3600_000).toISOString();
  return separators ? iso.slice(0, 19).replace("T", " ") : iso.slice(0, 19).replace(/\D/g, "");
}

/** Unix ms of any of the three forms of sheet 2.1, else NaN. */
export function timestampMs(value) {
  const text = String(value ?? "");
  if (/^\d{14}$/.test(text)) {
    const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text).map(Number);
    return Date.UTC(y, mo - 1, d, h - 8, mi, s);
  }
  if (/^\d{13}$/.test(text)) return Number(text);
  return /^\d{10}$/.test(text) ? Number(text) * 1000 : NaN;
}

/** The body text of a request. This vendor sends a 13-digit number as timestamp and lower-case hex, both seen in the field (sheet 2.1).
 * `keys`: {appId, appSecret, own (hex), peer (hex), version}; `fault`: one of FAULTS or {}. */
export function seal(data, keys, nowMs, fault = {}, nonce = "") {
  const envelope = {
    appId: keys.appId,
    version: fault.version ?? keys.version ?? "2.0.1",
    encType: "SM4",
    signType: "SM2",
    timestamp: new Num(nowMs + (fault.shiftMs ?? 0)),
    data,
  };
  const rule = { ...SDK, ...fault.rule };
  const text = signText(envelope, keys.appSecret, rule);
  const own = fault.foreignKey ? sm2.generateKeyPairHex().privateKey : keys.own;
  envelope.signData = sign(text, own, { userId: fault.secretAsUserId ? keys.appSecret : DEFAULT_USER_ID, der: fault.der, nonce });
  const key = fault.rawKey ? rawKey(keys) : messageKey(keys.appId, keys.appSecret);
  envelope.encData = encrypt(write(data), key).toLowerCase();
  if (!fault.plainBeside) delete envelope.data;
  return write(envelope);
}

const rawKey = (keys) => Buffer.from(sm4.encrypt(keys.appSecret, [...Buffer.from(keys.appId.slice(0, 16), "latin1")]), "hex").subarray(0, 16);

/** Opens an answer or a notice of the centre. Throws an Error with a Chinese sentence when it cannot be believed. */
export function open(body, keys, nowMs, { windowMs = 300_000, checkSignature = true } = {}) {
  const envelope = parse(body);
  if (!isNode(envelope) || Array.isArray(envelope)) throw new Error("信封不是 JSON 对象");
  if (envelope.appId !== undefined && envelope.appId !== keys.appId) throw new Error("appId 不是本机构的");
  let data = envelope.data ?? null;
  if (envelope.encData !== undefined) data = parse(decrypt(envelope.encData, messageKey(keys.appId, keys.appSecret)));
  if (checkSignature) {
    const signed = Object.assign(Object.create(null), envelope);
    delete signed.data;
    if (data !== null) signed.data = data;
    if (signed.appId === undefined) signed.appId = keys.appId;
    const texts = envelope.appId === undefined ? [signed, { ...signed, appId: undefined }] : [signed];
    if (!texts.some((one) => verify(signText(one, keys.appSecret), envelope.signData, keys.peer))) throw new Error("平台签名验证不通过");
    if (!(Math.abs(timestampMs(envelope.timestamp) - nowMs) <= windowMs)) throw new Error(`时间戳超出窗口: ${envelope.timestamp}`);
  }
  return { envelope, data };
}
