"""Mistakes of digest, form of the signature, keys and encryption."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from Cryptodome.Cipher import AES

from . import sm, tree
from .plan import Context, Plan
from .registry import (
    SAMPLE_APP_ID,
    SAMPLE_CENTRE,
    SAMPLE_PRIVATE,
    SAMPLE_SECRET,
    once,
    setting,
)
from .writing import java_url

# --- digest ----------------------------------------------------------------------------------------------

for _name, _words, _user in (
    ("user_id_empty", "The user id of Z_A is empty", lambda c: b""),
    ("user_id_app_id", "The user id of Z_A is the appId", lambda c: c.app_id.encode()),
    ("user_id_reversed", "The user id of Z_A is 8765432187654321", lambda c: b"8765432187654321"),
    (
        "user_id_as_hex_text",
        "The user id of Z_A is the hexadecimal text 31323334353637383132333435363738",
        lambda c: b"31323334353637383132333435363738",
    ),
    (
        "user_id_read_as_hex",
        "The digits 1234567812345678 of the user id were read as hexadecimal, giving 8 bytes",
        lambda c: bytes.fromhex("1234567812345678"),
    ),
    ("user_id_8_digits", "The user id of Z_A is 12345678", lambda c: b"12345678"),
    ("user_id_secret", "The user id of Z_A is the appSecret", lambda c: c.secret.encode()),
):
    once(_name, _words, setting(user_id=_user), "user_id", family="digest")
once(
    "entl_in_bytes",
    "The length ENTL in Z_A counts bytes instead of bits",
    setting(entl_in_bytes=True),
    "user_id",
    family="digest",
)
for _mode, _name, _words in (
    ("no_za", "za_missing", "The digest is SM3 of the text without Z_A"),
    ("za_last", "za_after_text", "Z_A stands after the text in the digest"),
    ("za_hex", "za_as_hex_text", "Z_A is put before the text as capital hexadecimal characters"),
    ("pre_sm3", "pre_hashed_sm3", "The 32 bytes of SM3(text) are signed as if they were the text"),
    (
        "pre_sm3_hex_lower",
        "pre_hashed_sm3_hex_small",
        "The small hexadecimal SM3 of the text is signed as if it were the text",
    ),
    (
        "pre_sm3_hex_upper",
        "pre_hashed_sm3_hex_capital",
        "The capital hexadecimal SM3 of the text is signed as if it were the text",
    ),
    ("pre_sm3_no_za", "pre_hashed_sm3_without_za", "The digest is SM3(SM3(text)), without Z_A"),
    (
        "pre_md5_hex_lower",
        "pre_hashed_md5_hex_small",
        "The small hexadecimal MD5 of the text is signed as if it were the text",
    ),
    (
        "pre_md5_hex_upper",
        "pre_hashed_md5_hex_capital",
        "The capital hexadecimal MD5 of the text is signed as if it were the text",
    ),
    ("pre_sha256", "pre_hashed_sha256", "The 32 bytes of SHA-256(text) are signed as if they were the text"),
    ("sm3_twice", "digest_hashed_twice", "The digest is SM3(SM3(Z_A + text))"),
    ("sha256", "digest_sha256", "The digest is SHA-256(Z_A + text) instead of SM3"),
    ("sha256_no_za", "digest_sha256_without_za", "The digest is SHA-256(text), without Z_A"),
    ("sha1", "digest_sha1", "The digest is SHA-1(Z_A + text) instead of SM3"),
    ("e_reversed", "digest_bytes_reversed", "The bytes of the digest are read in reverse order"),
):
    once(_name, _words, setting(e_mode=_mode), "digest", family="digest")
once(
    "ecdsa_formula",
    "r and s are made by the ECDSA formula on the curve sm2p256v1, with the right digest",
    setting(formula="ecdsa"),
    "formula",
    family="digest",
)


def _ecdsa_sha(plan: Plan) -> None:
    plan.formula, plan.e_mode = "ecdsa", "sha256_no_za"


once(
    "ecdsa_with_sha256",
    "r and s are made by ECDSA with SHA-256(text) on the curve sm2p256v1",
    _ecdsa_sha,
    "formula",
    "digest",
    family="digest",
)

# --- form of the signature -------------------------------------------------------------------------------


def _short(r: int, s: int) -> bool:
    return r >> 248 == 0 or s >> 248 == 0


def _has(chars: str) -> Callable[[int, int], bool]:
    def rule(r: int, s: int) -> bool:
        text = sm.b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return any(c in text for c in chars)

    return rule


for _form, _name, _words, _rule_of in (
    ("der_base64", "signature_der", "signData is the base64 of the ASN.1 DER form of r and s", None),
    ("der_hex_lower", "signature_der_hex_small", "signData is the DER form in small hexadecimal", None),
    ("der_hex_upper", "signature_der_hex_capital", "signData is the DER form in capital hexadecimal", None),
    ("hex_lower", "signature_hex_small", "signData is r and s in small hexadecimal instead of base64", None),
    ("hex_upper", "signature_hex_capital", "signData is r and s in capital hexadecimal", None),
    (
        "base64_of_hex_lower",
        "signature_base64_of_hex_small",
        "signData is the base64 of the small hexadecimal text of r and s",
        None,
    ),
    (
        "base64_of_hex_upper",
        "signature_base64_of_hex_capital",
        "signData is the base64 of the capital hexadecimal text of r and s",
        None,
    ),
    ("base64_twice", "signature_base64_twice", "signData is the base64 of the right base64 text", None),
    ("base64_url", "signature_base64_url", "signData is URL-safe base64 (- and _)", _has("+/")),
    ("base64_unpadded", "signature_base64_unpadded", "signData lacks the == at its end", None),
    ("base64_wrapped_76", "signature_wrapped_76", "signData has CR LF after 76 characters", None),
    ("base64_wrapped_64", "signature_wrapped_64", "signData has a line feed after 64 characters", None),
    ("base64_trailing_newline", "signature_trailing_newline", "signData ends with a line feed", None),
    ("plus_as_blank", "signature_plus_as_blank", "Every + of signData became a blank", _has("+")),
    ("url_encoded", "signature_url_encoded", "signData is URL-encoded (%2B %2F %3D)", None),
    ("s_before_r", "signature_s_before_r", "s stands before r", None),
    ("little_endian", "signature_little_endian", "r and s are each written with the lowest byte first", None),
    ("all_reversed", "signature_bytes_reversed", "The 64 bytes of r and s are reversed as a whole", None),
    (
        "unpadded",
        "signature_unpadded",
        "r or s is not padded to 32 bytes: leading zero bytes are missing",
        _short,
    ),
    (
        "padded_right",
        "signature_padded_right",
        "r or s is padded with zero bytes on the right instead of on the left",
        _short,
    ),
    (
        "sign_byte",
        "signature_sign_byte",
        (
            "r and s are written as Java's BigInteger.toByteArray: a 00 before those with the highest bit "
            "set, no padding"
        ),
        lambda r, s: bool(r >> 255 or s >> 255),
    ),
    ("leading_04", "signature_leading_04", "A byte 04 stands before r and s", None),
    ("recovery_byte", "signature_recovery_byte", "A recovery byte 1b follows r and s", None),
    ("r_only", "signature_r_only", "signData holds r alone", None),
    ("cut_64", "signature_cut_64", "signData is cut to its first 64 characters", None),
    ("upper_case", "signature_upper_case", "The base64 of signData was made capital letters", None),
    ("decimal", "signature_decimal", "signData is r and s as decimal numbers with a comma", None),
    ("sm3_instead", "sm3_instead_of_signature", "signData is the capital hexadecimal SM3 of the text", None),
    ("md5_instead", "md5_instead_of_signature", "signData is the capital hexadecimal MD5 of the text", None),
    (
        "sha256_instead",
        "sha256_instead_of_signature",
        "signData is the small hexadecimal SHA-256 of the text",
        None,
    ),
):
    once(_name, _words, setting(form=_form, nonce_rule=_rule_of), "form", family="form")

# --- keys ------------------------------------------------------------------------------------------------


def _private(function: Callable[[Context], int]) -> Callable[[Plan], None]:
    """Signs with another private key and, as libraries do, with the Z_A of its public key."""

    def apply(plan: Plan) -> None:
        plan.private = function
        plan.za_key = lambda context: sm.public_point(function(context))

    return apply


def _other(context: Context, mark: str) -> dict[str, Any]:
    return next(o for o in context.others if o["mark"] == mark)


def _twos(d: int) -> int:
    return (d - 2**256) % sm.N if d >> 255 else d


def _bytes_number(function: Callable[[bytes], bytes]) -> Callable[[Context], int]:
    return lambda c: int.from_bytes(function(c.private.to_bytes(32, "big")), "big") % (sm.N - 1) or 1


def _unknown(context: Context) -> int:
    return int.from_bytes(sm.sm3(f"unknown {context.nonce_seed}".encode()), "big") % (sm.N - 2) + 1


for _name, _words, _private_of in (
    (
        "signed_with_peer_private_key",
        (
            "The message is signed with the private key of the other side: a request with the platform's, an "
            "answer with the institution's"
        ),
        lambda c: c.platform[0],
    ),
    (
        "signed_with_previous_key",
        "The message is signed with the previous private key of the same app",
        lambda c: _other(c, "previous")["d"],
    ),
    (
        "signed_with_other_apps_key",
        "The message is signed with the private key of another app",
        lambda c: _other(c, "app")["d"],
    ),
    ("signed_with_unknown_key", "The message is signed with a private key that nobody knows here", _unknown),
    (
        "private_key_read_as_signed",
        "The private key, whose highest bit is set, was read as a two's complement negative number",
        lambda c: _twos(c.private),
    ),
    (
        "private_key_bytes_reversed",
        "The bytes of the private key were read in reverse",
        _bytes_number(lambda b: b[::-1]),
    ),
    (
        "private_key_last_byte_lost",
        "The private key lost its last byte",
        _bytes_number(lambda b: b[:-1]),
    ),
    (
        "private_key_first_byte_lost",
        "The private key lost its first byte",
        _bytes_number(lambda b: b[1:]),
    ),
    (
        "private_key_text_taken_as_bytes",
        "The first 32 characters of the base64 text of the private key were taken as its bytes",
        _bytes_number(lambda b: base64.b64encode(b)[:32]),
    ),
    (
        "signed_with_sample_key",
        "The message is signed with the institution's sample private key of the protocol pages",
        lambda c: sm.read_private(SAMPLE_PRIVATE),
    ),
    (
        "signed_with_sample_centre_key",
        "The message is signed with the centre's sample private key of the protocol pages",
        lambda c: sm.read_private(SAMPLE_CENTRE),
    ),
):
    once(_name, _words, _private(_private_of), "private", "za_key", family="key")


def _half(q: sm.Point) -> bytes:
    return bytes([2 + (q[1] & 1)]) + q[0].to_bytes(32, "big")


for _name, _words, _key_of in (
    (
        "za_of_peer_key",
        "Z_A was made with the public key of the other side while the private key is right",
        lambda c: c.platform[1],
    ),
    (
        "za_of_other_apps_key",
        "Z_A was made with another app's public key while the private key is right",
        lambda c: sm.public_point(_other(c, "app")["d"]),
    ),
    (
        "za_of_previous_key",
        "Z_A was made with the app's previous public key while the private key is right",
        lambda c: sm.public_point(_other(c, "previous")["d"]),
    ),
    (
        "za_of_sample_key",
        "Z_A was made with the institution's sample public key of the pages while the private key is right",
        lambda c: sm.public_point(sm.read_private(SAMPLE_PRIVATE)),
    ),
    (
        "za_of_sample_centre_key",
        "Z_A was made with the centre's sample public key of the pages while the private key is right",
        lambda c: sm.public_point(sm.read_private(SAMPLE_CENTRE)),
    ),
    ("za_of_base_point", "Z_A was made with the base point G in the place of the public key", lambda c: sm.G),
    (
        "za_x_and_y_swapped",
        "Z_A was made with y before x of the public key",
        lambda c: (c.public[1], c.public[0]),
    ),
    (
        "za_public_key_with_04",
        "Z_A was made with the byte 04 before x and y of the public key",
        lambda c: sm.point_bytes(c.public),
    ),
    (
        "za_public_key_compressed",
        "Z_A was made with the compressed public key of 33 bytes",
        lambda c: _half(c.public),
    ),
    (
        "za_public_key_as_base64_text",
        "Z_A was made with the base64 text of the 65 bytes of the public key",
        lambda c: sm.b64(sm.point_bytes(c.public)).encode(),
    ),
    (
        "za_public_key_as_hex_text",
        "Z_A was made with the capital hexadecimal text of the 65 bytes of the public key",
        lambda c: sm.point_bytes(c.public).hex().upper().encode(),
    ),
    ("za_without_public_key", "Z_A was made without any public key", lambda c: b""),
):
    once(_name, _words, setting(za_key=_key_of), "za_key", family="key")


def _secret_of(mark: str) -> Callable[[Plan], None]:
    def apply(plan: Plan) -> None:
        plan.tail = lambda context: "&key=" + _other(context, mark)["appSecret"]

    return apply


def _message_key_of(function: Callable[[Context], bytes]) -> Callable[[Plan], None]:
    return setting(enc_key=function, enc_touched=True)


def _wholly_other(mark: str) -> Callable[[Plan], None]:
    def apply(plan: Plan) -> None:
        _secret_of(mark)(plan)
        plan.enc_key = lambda c: sm.message_key(c.app_id, _other(c, mark)["appSecret"])
        plan.enc_touched = True

    return apply


for _name, _words, _apply, _groups in (
    (
        "secret_of_other_app_signed",
        "The secret at the end of the signed text is another app's; the encryption is right",
        _secret_of("app"),
        ("secret",),
    ),
    (
        "secret_previous_signed",
        "The secret at the end of the signed text is the app's previous one; the encryption is right",
        _secret_of("previous"),
        ("secret",),
    ),
    (
        "secret_sample_signed",
        "The secret at the end of the signed text is the sample secret of the pages; the encryption is right",
        setting(tail=lambda context: "&key=" + SAMPLE_SECRET),
        ("secret",),
    ),
    (
        "previous_secret_everywhere",
        "The app's previous secret is used both in the signed text and for the message key",
        _wholly_other("previous"),
        ("secret", "enc_key"),
    ),
    (
        "message_key_of_other_app",
        "data is encrypted with another app's message key (its appId and secret); the signature is right",
        _message_key_of(lambda c: sm.message_key(_other(c, "app")["appId"], _other(c, "app")["appSecret"])),
        ("enc_key",),
    ),
    (
        "message_key_of_previous_secret",
        "data is encrypted with the message key of the previous secret; the signature is right",
        _message_key_of(lambda c: sm.message_key(c.app_id, _other(c, "previous")["appSecret"])),
        ("enc_key",),
    ),
    (
        "message_key_of_sample",
        "data is encrypted with the message key of the sample appId and secret; the signature is right",
        _message_key_of(lambda c: sm.message_key(SAMPLE_APP_ID, SAMPLE_SECRET)),
        ("enc_key",),
    ),
):
    once(_name, _words, _apply, *_groups, family="key")

# --- encryption ------------------------------------------------------------------------------------------


def _derived(c: Context, key: bytes | None = None, text: bytes | None = None) -> bytes:
    key = c.app_id.encode()[:16] if key is None else key
    return sm.sm4_ecb_raw(key, sm.pkcs7(c.secret.encode() if text is None else text))


def encryption(name: str, words: str, group: str, **values: Any) -> None:
    """Registers a mistake of the encryption."""
    once(
        name,
        words + "; the signature is right",
        setting(enc_touched=True, **values),
        group,
        family="encryption",
    )


for _name, _words, _key in (
    (
        "enc_key_secret_first_16",
        "The message key is the first 16 characters of the secret, not derived",
        lambda c: c.secret.encode()[:16],
    ),
    (
        "enc_key_app_id_first_16",
        "The message key is the first 16 characters of the appId, not derived",
        lambda c: c.app_id.encode()[:16],
    ),
    (
        "enc_key_secret_as_hex",
        "The message key is the secret read as 16 bytes of hexadecimal",
        lambda c: bytes.fromhex(c.secret),
    ),
    (
        "enc_key_raw_bytes",
        "The message key is the first 16 raw bytes of the derivation instead of 16 hexadecimal characters",
        lambda c: _derived(c)[:16],
    ),
    (
        "enc_key_small_hex",
        "The message key is the first 16 characters of the derivation in small hexadecimal",
        lambda c: _derived(c).hex()[:16].encode(),
    ),
    (
        "enc_key_last_16",
        "The message key is the last 16 characters of the derivation's hexadecimal",
        lambda c: _derived(c).hex().upper()[-16:].encode(),
    ),
    (
        "enc_key_base64",
        "The message key is the first 16 characters of the derivation's base64",
        lambda c: sm.b64(_derived(c))[:16].encode(),
    ),
    (
        "enc_key_roles_swapped",
        "In the derivation the secret is the key and the appId is encrypted",
        lambda c: _derived(c, c.secret.encode()[:16], c.app_id.encode()).hex().upper()[:16].encode(),
    ),
    (
        "enc_key_app_id_as_hex",
        "In the derivation the appId is read as 16 bytes of hexadecimal for the SM4 key",
        lambda c: _derived(c, bytes.fromhex(c.app_id)).hex().upper()[:16].encode(),
    ),
    (
        "enc_key_secret_bytes_derived",
        "In the derivation the secret is encrypted as 16 bytes of hexadecimal instead of as text",
        lambda c: _derived(c, None, bytes.fromhex(c.secret)).hex().upper()[:16].encode(),
    ),
    (
        "enc_key_app_id_last_16",
        "In the derivation the last 16 characters of the appId are the key",
        lambda c: _derived(c, c.app_id.encode()[-16:]).hex().upper()[:16].encode(),
    ),
    (
        "enc_key_sm3_of_secret",
        "The message key is the first 16 characters of the capital hexadecimal SM3 of the secret",
        lambda c: sm.sm3(c.secret.encode()).hex().upper()[:16].encode(),
    ),
):
    encryption(_name, _words, "enc_key", enc_key=_key)


def _aes(key: bytes, data: bytes) -> bytes:
    return AES.new(key, AES.MODE_ECB).encrypt(data)


for _name, _words, _cipher in (
    ("enc_cbc_zero_iv", "SM4 is in CBC with an IV of zeros", lambda k, d: sm.sm4_cbc_raw(k, bytes(16), d)),
    ("enc_cbc_key_as_iv", "SM4 is in CBC with the message key as IV", lambda k, d: sm.sm4_cbc_raw(k, k, d)),
    (
        "enc_cbc_text_zero_iv",
        "SM4 is in CBC with sixteen characters 0 as IV",
        lambda k, d: sm.sm4_cbc_raw(k, b"0" * 16, d),
    ),
    ("enc_ctr", "SM4 is in CTR with a counter that begins with zero", sm.sm4_ctr_raw),
    ("enc_aes", "AES-128-ECB is used instead of SM4", _aes),
    (
        "enc_twice",
        "The cipher text is encrypted a second time in the same way",
        lambda k, d: sm.sm4_ecb_raw(k, sm.pkcs7(sm.sm4_ecb_raw(k, d))),
    ),
    (
        "enc_not_encrypted",
        "The padded plain text is not encrypted, only written in hexadecimal",
        lambda k, d: d,
    ),
):
    encryption(_name, _words, "cipher", cipher=_cipher)


def _fill(byte: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data + byte * (-len(data) % 16)


for _name, _words, _pad in (
    ("enc_zero_padding", "The plain text is padded with zero bytes instead of PKCS#7", _fill(b"\0")),
    ("enc_blank_padding", "The plain text is padded with blanks instead of PKCS#7", _fill(b" ")),
    (
        "enc_iso7816_padding",
        "The plain text is padded with 80 00 ... instead of PKCS#7",
        lambda d: _fill(b"\0")(d + b"\x80"),
    ),
    (
        "enc_x923_padding",
        "The plain text is padded by ANSI X9.23 (zeros and the length) instead of PKCS#7",
        lambda d: d + bytes(15 - len(d) % 16) + bytes([16 - len(d) % 16]),
    ),
    (
        "enc_padded_twice",
        "The plain text is padded by PKCS#7 twice, so that one padding stays after decryption",
        lambda d: sm.pkcs7(sm.pkcs7(d)),
    ),
    (
        "enc_last_block_missing",
        "The last block is missing: only whole blocks of the plain text were encrypted",
        lambda d: d[: len(d) // 16 * 16],
    ),
):
    encryption(_name, _words, "padding", pad=_pad)
for _name, _words, _out in (
    ("enc_base64", "encData is base64 instead of hexadecimal", lambda d: sm.b64(d)),
    (
        "enc_base64_of_hex",
        "encData is the base64 of the hexadecimal text",
        lambda d: sm.b64(d.hex().upper().encode()),
    ),
    (
        "enc_hex_of_base64",
        "encData is the hexadecimal of the base64 text",
        lambda d: sm.b64(d).encode().hex().upper(),
    ),
    ("enc_hex_dashes", "encData is hexadecimal with dashes between bytes", lambda d: d.hex("-").upper()),
    ("enc_hex_blanks", "encData is hexadecimal with blanks between bytes", lambda d: d.hex(" ").upper()),
    ("enc_hex_prefix", "encData is hexadecimal with 0x before it", lambda d: "0x" + d.hex().upper()),
    (
        "enc_hex_wrapped",
        "encData is hexadecimal with a line feed after every 64 characters",
        lambda d: "\n".join(re.findall(".{1,64}", d.hex().upper())),
    ),
    (
        "enc_hex_zeros_lost",
        "Bytes below 16 are written as one hexadecimal digit, without the leading zero",
        lambda d: "".join(f"{b:X}" for b in d),
    ),
    (
        "enc_base64_wrapped",
        "encData is base64 with CR LF after every 76 characters",
        lambda d: "\r\n".join(re.findall(".{1,76}", sm.b64(d))),
    ),
):
    encryption(_name, _words, "enc_out", enc_out=_out)
for _name, _words, _encode in (
    ("enc_plain_gbk", "The plain text is encrypted in GBK bytes", lambda t: t.encode("gb18030")),
    (
        "enc_plain_utf16",
        "The plain text is encrypted in UTF-16 little-endian bytes",
        lambda t: t.encode("utf-16-le"),
    ),
    (
        "enc_plain_bom",
        "The plain text is encrypted with a UTF-8 byte order mark",
        lambda t: b"\xef\xbb\xbf" + t.encode(),
    ),
    (
        "enc_plain_base64",
        "The plain text is turned into base64 before encryption",
        lambda t: sm.b64(t.encode()).encode(),
    ),
    (
        "enc_plain_hex",
        "The plain text is turned into hexadecimal before encryption",
        lambda t: t.encode().hex().encode(),
    ),
    (
        "enc_plain_url_encoded",
        "The plain text is URL-encoded before encryption",
        lambda t: java_url(t).encode(),
    ),
    (
        "enc_plain_trailing_nul",
        "Zero bytes follow the plain text inside the padding",
        lambda t: t.encode() + bytes(5),
    ),
    (
        "enc_plain_wrapped_in_data",
        'The plain text is {"data": business object} instead of the business object',
        lambda t: b'{"data":' + t.encode() + b"}",
    ),
    (
        "enc_plain_quoted",
        "The plain text is a JSON text in quotation marks (serialised twice)",
        lambda t: tree.escape_plain(t).encode(),
    ),
):
    encryption(_name, _words, "plain", plain_encode=_encode)


def _cut(length: int) -> Callable[[str, Context], str]:
    return lambda text, context: text[:length]


for _name, _words, _step in (
    ("enc_cut_at_256", "encData is cut at 256 characters", _cut(256)),
    ("enc_cut_at_1000", "encData is cut at 1000 characters, in the middle of a block", _cut(1000)),
    ("enc_cut_at_4000", "encData is cut at 4000 characters", _cut(4000)),
    ("enc_last_character_lost", "The last character of encData is missing", lambda t, c: t[:-1]),
    ("enc_first_character_lost", "The first character of encData is missing", lambda t, c: t[1:]),
):
    encryption(_name, _words, "enc_cut", enc_steps=[_step])
