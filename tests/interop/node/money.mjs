// Yuan text outside, whole fen (BigInt-free: below 2^53) inside. No binary fraction ever holds an amount.

const PLAIN = /^(-?)(\d{1,14})(?:\.(\d{1,6}))?$/;

/** "12.5" -> 1250. Other than at most two decimals is an Error. */
export function fen(yuan) {
  const found = PLAIN.exec(String(yuan));
  const decimals = (found?.[3] ?? "").replace(/0+$/, "");
  if (!found || decimals.length > 2) throw new Error(`金额不是最多两位小数的元: ${yuan}`);
  const made = Number(found[2]) * 100 + Number(decimals.padEnd(2, "0"));
  if (!Number.isSafeInteger(made)) throw new Error(`金额过大: ${yuan}`);
  return found[1] && made ? -made : made;
}

/** 1250 -> "12.50". */
export function yuan(amount) {
  const text = String(Math.abs(amount)).padStart(3, "0");
  return `${amount < 0 ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** Price times count in fen, exact; a product that is negative or no whole fen is an Error. */
export function line(price, count) {
  const [p, c] = [PLAIN.exec(String(price)), PLAIN.exec(String(count))];
  if (!p || !c) throw new Error(`单价或数量不是数字: ${price} x ${count}`);
  const scale = (p[3] ?? "").length + (c[3] ?? "").length;
  const product = BigInt(p[2] + (p[3] ?? "")) * BigInt(c[2] + (c[3] ?? ""));
  if (product && p[1] !== c[1]) throw new Error(`金额为负: ${price} x ${count}`);
  const [num, den] = [product * 100n, 10n ** BigInt(scale)];
  if (num % den) throw new Error(`金额有两位以上小数: ${price} x ${count}`);
  return Number(num / den);
}
