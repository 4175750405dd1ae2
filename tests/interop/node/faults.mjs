// Deliberate violations, one chosen by the environment variable VENDOR_FAULT, to see the harness's rules red.
import { noCase } from "./envelope.mjs";

export const FAULTS = {
  nocase_sort: { rule: { order: noCase } },
  bare_numbers: { rule: { bare: true } },
  no_key_tail: { rule: { tail: false } },
  user_id_secret: { secretAsUserId: true },
  der: { der: true },
  foreign_key: { foreignKey: true },
  enc_key_raw: { rawKey: true },
  plain_data_beside: { plainBeside: true },
  env_version_wrong: { version: "1.0.0" },
  timestamp_utc: { shiftMs: -8 * 3600_000 },
  resend_same_bytes: { resend: true },
  field_missing: { dropField: "deptName" },
  skip_response_verify: { skipVerify: true },
  http_200_is_success: { believeAll: true },
};

/** The fault called `name`; empty is none. An unknown name is an Error with the list. */
export function faultNamed(name) {
  if (!name) return {};
  if (!Object.hasOwn(FAULTS, name)) throw new Error(`VENDOR_FAULT=${name} 未知, 可用: ${Object.keys(FAULTS).join(" ")}`);
  return FAULTS[name];
}
