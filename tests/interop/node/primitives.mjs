// The questions of tests/vectors/vector_asked.py put to sm-crypto as it is: bytes in hex, no check added. "not asked": it has no such form.
import smCrypto from "sm-crypto";

const { sm2, sm3, sm4 } = smCrypto;
const NOT_ASKED = "not asked";
const MANY = 1000;

const bytes = (hex) => [...Buffer.from(hex, "hex")];
const text = (hex) => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(hex, "hex"));
  } catch {
    return null;
  }
};
const mode = (one) => (one.mode === "Cbc" ? { mode: "cbc", iv: bytes(one.iv) } : {});

export const PRIMITIVES = {
  sm2_verify: (one) => {
    const userId = text(one.id); // it takes ids as text
    if (userId === null) return NOT_ASKED;
    return sm2.doVerifySignature(bytes(one.msg), one.sig, one.public, { userId });
  },
  sm2_pair: (one) => (one.private.length === 64 ? sm2.getPublicKeyFromPrivateKey(one.private) : NOT_ASKED),
  sm3: (one) => sm3(one.part === undefined ? bytes(one.msg) : new Array(one.times).fill(bytes(one.part)).flat()),
  hmac_sm3: (one) => sm3(bytes(one.msg), { key: bytes(one.key) }),
  sm4_block: (one) => {
    if (one.times > MANY) return NOT_ASKED;
    let block = bytes(one.block);
    for (let at = 0; at < one.times; at++) block = sm4.encrypt(block, bytes(one.key), { padding: "none", output: "array" });
    return Buffer.from(block).toString("hex");
  },
  sm4_encrypt: (one) => sm4.encrypt(bytes(one.data), bytes(one.key), mode(one)),
  sm4_decrypt: (one) => Buffer.from(sm4.decrypt(bytes(one.data), bytes(one.key), { ...mode(one), output: "array" })).toString("hex"),
};
