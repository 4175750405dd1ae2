"""How a call is signed, encrypted and read, done wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.reference.answers import PeerAnswer
from conformance.reference.change import Mutant, sealed_with, with_points
from conformance.reference.config import IN_THIS_PROCESS
from conformance.reference.messages import amounts_in
from conformance.reference.sealed_calls import business_answer, read_answer
from simulator.protocol.crypto.ciphers import sm4_encrypt
from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.text.canonical import BARE, Style
from simulator.protocol.text.times import beijing14, beijing_dt
from simulator.protocol.wire.envelope import ChannelKeys, Opened

TWENTY_MINUTES_MS: Final = 20 * 60 * 1000
EIGHT_HOURS_MS: Final = 8 * 3600 * 1000
FOREIGN: Final = private_key_from_seed(b"a key of somebody else")


def _neighbour(keys: ChannelKeys, now_ms: int) -> Mapping[str, Any]:
    del now_ms
    other = next((one for one in IN_THIS_PROCESS.values() if one.app_id != keys.app_id), None)
    return {"signer": other.own if other else FOREIGN}


def _raw_key(keys: ChannelKeys, now_ms: int) -> Mapping[str, Any]:
    del now_ms
    text = sm4_encrypt(keys.app_id[:16].encode("utf-8"), keys.app_secret.encode("utf-8"))
    return {"sm4_key": text[:16]}


def _again(sent: list[bytes], fresh: Callable[[], bytes]) -> bytes:
    return sent[-1] if sent else fresh()


def _http_only(opened: Opened, status: int) -> PeerAnswer:
    if status == 200 and opened.data is None and opened.outer is not None:
        return PeerAnswer("ok", {"ordStas": "6"})
    return read_answer(opened, status)


def _unverified(opened: Opened, status: int) -> PeerAnswer:
    if status != 200 or opened.data is None:
        return PeerAnswer("unknown")
    return business_answer(opened)


SEALING: Final = (
    # Leave numbers bare in the signed text (sheet 15, pitfall 2).
    Mutant(
        "sign_bare_numbers",
        "签名原文里的数字不加引号",
        caught_by=("ENV-SIGN-003",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(lambda _keys, _now: {"sign": BARE}),
    ),
    # Send the signature as ASN.1 DER (sheet 15, pitfall 9).
    Mutant(
        "sign_der",
        "signData 用 DER 编码",
        caught_by=("ENV-SIGN-002",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(lambda _keys, _now: {"sign_form": "der"}),
    ),
    # Sign with a key that nobody knows: whether the text or the key is wrong cannot be told (MP-SEC-01).
    Mutant(
        "sign_strange_key",
        "用没有登记的私钥签名",
        caught_by=("ENV-SIGN-001",),
        needs=("pay/special_characters",),
        apply=sealed_with(lambda _keys, _now: {"signer": FOREIGN}),
    ),
    # Sign with the key of another institution of the same process (MP-SEC-09).
    Mutant(
        "sign_foreign_key",
        "用别的机构的私钥签名",
        caught_by=("ENV-SIGN-006",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(_neighbour),
    ),
    # Sign the text without &key=secret (sheet 15, pitfall 8).
    Mutant(
        "sign_no_key_tail",
        "签名原文末尾没有 &key=",
        caught_by=("ENV-SIGN-004",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(lambda _keys, _now: {"sign": Style(tail="none")}),
    ),
    # Sort the keys of the signed text ignoring case (sheet 15, pitfall 1).
    Mutant(
        "sign_nocase_sort",
        "签名原文按不区分大小写排序",
        caught_by=("ENV-SIGN-001",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(lambda _keys, _now: {"sign": Style(order="nocase")}),
    ),
    # Use the appSecret as SM2 user id (sheet 15, pitfall 12).
    Mutant(
        "sign_user_id_secret",
        "SM2 用户标识误用 appSecret",
        caught_by=("ENV-SIGN-005",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(lambda keys, _now: {"user_id": keys.app_secret.encode("utf-8")}),
    ),
    # Two mistakes at once: neither may hide the other.
    Mutant(
        "sign_two_mistakes",
        "SM2 用户标识误用 appSecret, signData 又用 DER 编码",
        caught_by=("ENV-SIGN-002", "ENV-SIGN-005"),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(
            lambda keys, _now: {"sign_form": "der", "user_id": keys.app_secret.encode("utf-8")}
        ),
        how="user_id",
    ),
    # Take 16 raw bytes of the derived text as SM4 key, not 16 hex characters (sheet 4, step 3).
    Mutant(
        "enc_key_raw",
        "SM4 密钥取了密文的原始 16 字节",
        caught_by=("ENV-ENC-001",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(_raw_key),
    ),
    # Send the version of the older dialect (sheet 2.1).
    Mutant(
        "env_version_wrong",
        "version 填成 1.0.0",
        caught_by=("ENV-FIELD-001",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(lambda _keys, _now: {"version": "1.0.0"}),
    ),
    # Leave the plaintext beside the cipher text (MP-SEC-06).
    Mutant(
        "plain_data_beside",
        "密文之外还带着明文 data",
        caught_by=("ENV-ENC-002",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(lambda _keys, _now: {"keep_plain": True}),
    ),
    # Write the 14-digit timestamp in UTC (contracts 3: it is Beijing time).
    Mutant(
        "timestamp_utc",
        "14 位时间戳用了 UTC 时间",
        caught_by=("ENV-TIME-001",),
        needs=("pay/clinic_mixed",),
        apply=sealed_with(lambda _keys, now: {"timestamp": beijing14(now - EIGHT_HOURS_MS)}),
    ),
    # Send the very same bytes again after a lost answer (MP-SEC-11).
    Mutant(
        "resend_same_bytes",
        "重发时原样发送旧报文",
        caught_by=("ENV-REPLAY-001",),
        needs=("fault/upload_timeout",),
        apply=with_points(sealing={"resend_body": _again}),
    ),
    # Take HTTP 200 for success, also when the answer cannot be decrypted (MP-SEC-05).
    Mutant(
        "http_200_is_success",
        "HTTP 200 就当成功",
        caught_by=("ENV-RESP-002",),
        needs=("fault/order_answer_undecryptable",),
        apply=with_points(
            sealing={"read_answer": _http_only},
            settling={"settled_amounts": lambda data, order: amounts_in(data) or order.amounts},
        ),
    ),
    # Use an answer without verifying its signature (MP-SEC-03).
    Mutant(
        "skip_response_verify",
        "应答不验签就使用",
        caught_by=("ENV-RESP-001",),
        needs=("fault/order_answer_tampered",),
        apply=with_points(sealing={"read_answer": _unverified}),
    ),
    # Send without a signature (sheet 2.1 signData).
    Mutant(
        "sign_missing",
        "请求没有签名",
        caught_by=("ENV-SIGN-001",),
        needs=("pay/account_only",),
        apply=sealed_with(lambda _keys, _now: {"signed": False}),
        how="missing",
    ),
    # Write the signature as hex (sheet 3.1, step 8).
    Mutant(
        "sign_hex",
        "signData 写成十六进制",
        caught_by=("ENV-SIGN-002",),
        needs=("pay/account_only",),
        apply=sealed_with(lambda _keys, _now: {"sign_form": "hex"}),
        how="other",
    ),
    # Keep empty members in the signed text (sheet 3.2).
    Mutant(
        "sign_empties_kept",
        "签名原文保留空值",
        caught_by=("ENV-SIGN-003",),
        needs=("pay/account_only",),
        apply=sealed_with(lambda _keys, _now: {"sign": Style(empties="keep")}),
        how="empties",
    ),
    # Put a space after each separator of the signed text (sheet 15).
    Mutant(
        "sign_spaces",
        "签名原文的 JSON 带空格",
        caught_by=("ENV-SIGN-001",),
        needs=("pay/resident",),
        apply=sealed_with(lambda _keys, _now: {"sign": Style(spaces="after")}),
        how="wrong",
    ),
    # Encrypt something that is no JSON (sheet 4).
    Mutant(
        "enc_no_json",
        "加密的内容不是 JSON",
        caught_by=("ENV-ENC-001",),
        needs=("pay/account_only",),
        apply=sealed_with(lambda _keys, _now: {"plain": "data=1"}),
        how="json",
    ),
    # Write the timestamp with dashes (sheet 2.1).
    Mutant(
        "timestamp_dashed",
        "时间戳带分隔符",
        caught_by=("ENV-TIME-001",),
        needs=("pay/account_only",),
        apply=sealed_with(lambda _keys, now: {"timestamp": beijing_dt(now)}),
        how="form",
    ),
    # Have a clock that is twenty minutes slow (contracts 3).
    Mutant(
        "clock_slow",
        "服务器时钟慢二十分钟",
        caught_by=("ENV-TIME-001",),
        needs=("pay/resident",),
        apply=sealed_with(lambda _keys, now: {"timestamp": beijing14(now - TWENTY_MINUTES_MS)}),
        how="clock",
    ),
)
