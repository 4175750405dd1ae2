// Known answers and differential tests: a JSON array of {op, ...} on standard input, an array of results on standard output.
import { readFileSync } from "node:fs";
import * as envelope from "./envelope.mjs";
import { parse, write } from "./jsontext.mjs";
import { portalSignature } from "./outside.mjs";
import { PRIMITIVES } from "./primitives.mjs";

const keysOf = (one) => ({
  appId: one.appId,
  appSecret: one.appSecret,
  version: "2.0.1",
  own: one.private ? envelope.privateKey(one.private) : "",
  peer: one.public ? envelope.publicKey(one.public) : "",
});

const OPS = {
  ...PRIMITIVES,
  message_key: (one) => envelope.messageKey(one.appId, one.appSecret).toString("latin1"),
  encrypt: (one) => envelope.encrypt(one.plain, envelope.messageKey(one.appId, one.appSecret)),
  decrypt: (one) => envelope.decrypt(one.cipher, envelope.messageKey(one.appId, one.appSecret)),
  sign_text: (one) => envelope.signText({ ...parse(one.envelope), data: parse(one.plain) }, one.appSecret),
  sign: (one) => envelope.sign(one.text, envelope.privateKey(one.private), { nonce: one.nonce }),
  verify: (one) => envelope.verify(one.text, one.signature, envelope.publicKey(one.public), one.userId),
  seal: (one) => envelope.seal(parse(one.plain), keysOf(one), one.now_ms),
  open: (one) => write(envelope.open(one.body, keysOf(one), one.now_ms).data),
  portal: (one) => portalSignature(one.partnerId, one.partnerSecret, one.now_ms),
  /** Seals `plain`, posts it to `url`, opens the answer with a real clock. */
  post: async (one) => {
    const sealed = envelope.seal(parse(one.plain), keysOf(one), Date.now());
    const answer = await fetch(one.url, {
      method: "POST",
      headers: { "Content-Type": "application/json; charset=utf-8" },
      body: sealed,
      signal: AbortSignal.timeout(5000),
    });
    const opened = envelope.open(await answer.text(), keysOf(one), Date.now());
    return { status: answer.status, code: String(opened.envelope.code), message: String(opened.envelope.message), data: write(opened.data) };
  },
};

const asked = JSON.parse(readFileSync(0, "utf8"));
const answers = [];
for (const one of asked) {
  try {
    answers.push({ ok: await OPS[one.op](one) });
  } catch (error) {
    answers.push({ error: `${error.name}: ${error.message}` });
  }
}
process.stdout.write(JSON.stringify(answers));
