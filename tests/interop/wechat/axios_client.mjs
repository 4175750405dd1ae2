// npm wechatpay-axios-plugin, unmodified: what it is told stands in its constructor (host, keys, certificates).
// One JSON object a line in, one a line out; the first line holds the vendor block.
import { createInterface } from 'node:readline';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import plugin from 'wechatpay-axios-plugin';

const { Wechatpay, Rsa, Aes, Formatter } = plugin;

let pay, block, certs;

const told = async (call) => {
  try {
    const { status, data } = await call;
    return { status, data };
  } catch (error) {
    if (!error.response) return { failed: String(error.message ?? error) };
    return { status: error.response.status, data: error.response.data, failed: error.code };
  }
};

const ops = {
  start: ({ given, mode }) => {
    block = given;
    certs = mode === 'certificate'
      ? { [block.wxPlatformSerial]: block.wxPlatformCertificate }
      : { [block.wxPublicKeyId]: block.wxPublicKey };
    pay = new Wechatpay({
      baseURL: block.base, mchid: block.wxMchid, serial: block.wxSerialNo, privateKey: block.wxPrivateKey, certs,
    });
    return { ready: true };
  },
  certificates: () => told(pay.v3.certificates.get()),
  prepay: ({ order }) => told(pay.v3.pay.transactions.jsapi.post(order)),
  query: ({ number }) => told(pay.v3.pay.transactions.outTradeNo._number_.get({ params: { mchid: block.wxMchid }, number })),
  close: ({ number }) => told(pay.v3.pay.transactions.outTradeNo._number_.close.post({ mchid: block.wxMchid }, { number })),
  refund: ({ refund }) => told(pay.v3.refund.domestic.refunds.post(refund)),
  refund_query: ({ number }) => told(pay.v3.refund.domestic.refunds._number_.get({ number })),
  mixed: ({ order, name, digest }) => {
    const [serial, key] = Object.entries(certs)[0];
    const sealed = { name: Rsa.encrypt(name, key), id_digest: Rsa.encrypt(digest, key), card_type: 'ID_CARD' };
    return told(pay.v3.medIns.orders.post({ ...order, payer: sealed }, { headers: { 'Wechatpay-Serial': serial } }));
  },
  mixed_query: ({ number }) => told(pay.v3.medIns.orders.outTradeNo._number_.get({ number })),
  mixed_refund: ({ number, report }) => told(pay.v3.medIns.refunds.notify.post(report, { params: { mix_trade_no: number } })),
  bill: async ({ day }) => {
    const asked = await told(pay.v3.bill.tradebill.get({ params: { bill_date: day, bill_type: 'ALL', tar_type: 'GZIP' } }));
    if (asked.status !== 200) return asked;
    const url = new URL(asked.data.download_url);
    const { data } = await pay.v3.billdownload.file.get({
      params: Object.fromEntries(url.searchParams), responseType: 'arraybuffer', transformResponse: [(raw) => raw],
    });
    const text = gunzipSync(data);
    return { status: 200, right: createHash('sha1').update(text).digest('hex') === asked.data.hash_value, text: text.toString() };
  },
  notice: ({ headers, body }) => {
    const serial = headers['Wechatpay-Serial'];
    const right = serial in certs && Rsa.verify(
      Formatter.response(headers['Wechatpay-Timestamp'], headers['Wechatpay-Nonce'], body),
      headers['Wechatpay-Signature'], Rsa.from(certs[serial], Rsa.KEY_TYPE_PUBLIC),
    );
    if (!right) return { verified: false };
    const { event_type, resource } = JSON.parse(body);
    const plain = Aes.AesGcm.decrypt(resource.ciphertext, block.wxApiV3Key, resource.nonce, resource.associated_data);
    return { verified: true, event_type, data: JSON.parse(plain) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...args } = JSON.parse(line);
  console.log(JSON.stringify(await ops[op](args)));
}
