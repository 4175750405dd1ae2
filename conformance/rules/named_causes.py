"""Which requirement each named mistake breaks: the ids of docs/explain.md, one requirement each (centre sheet 3, 4). Pure.

A signature or a cipher text is judged by every mistake that was found. Where several compositions fit equally well, only
what all of them say counts: of the rest it is not known whether it is so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.evidence.records import Record
from conformance.evidence.values import child, rows, text

VERIFIES, DECRYPTS = "ENV-SIGN-001", "ENV-ENC-001"
UNKNOWN: Final = "unknown"
"""No known mistake fits: that breaks what every mistake breaks, and nothing else is known."""
Broken = tuple[str, str]
"""(requirement, kind of its row in the ledger)."""
Clauses = tuple[tuple[str, str, tuple[str, ...]], ...]
Table = Mapping[str, Broken]

_SIGNED: Final[Clauses] = (
    # 3.1 step 8: r || s, 64 bytes, base64
    ("ENV-SIGN-002", "der", ("der", "der_integers")),
    ("ENV-SIGN-002", "order", ("swapped", "little_endian", "reversed_bytes")),
    ("ENV-SIGN-002", "wrapped", (
        "plus_as_space", "percent_encoded", "html_escaped", "escaped_twice", "quoted_twice", "python_bytes", "pem",
        "trailing_nul", "text_bom",
    )),
    ("ENV-SIGN-002", "other", (
        "hex", "base64_form", "unpadded", "base64_of_hex", "base64_twice", "hex_of_base64", "hex_twice", "base64_each",
        "bytes_as_text", "raw_text", "byte_list", "decimal_numbers", "hex_numbers", "prefix_04", "sign_bytes",
        "trailing_bytes", "hex_prefix", "hex_separated",
    )),
    # 3.1 step 2, 3.2: scalars are quoted as they were sent, empties are dropped and nothing else is
    ("ENV-SIGN-003", "numbers", ("bare_numbers", "bare_booleans", "bare_texts")),
    ("ENV-SIGN-003", "rewritten", (
        "boolean_text", "double_numbers", "rescaled_numbers", "exponent_numbers", "fen_amounts",
    )),
    ("ENV-SIGN-003", "empties", ("empties_kept",)),
    ("ENV-SIGN-003", "dropped", ("zero_dropped", "false_dropped", "blank_dropped", "word_null_dropped")),
    ("ENV-SIGN-003", "objects", ("empty_object_dropped", "empty_object_kept", "empty_object_changed")),
    # 3.1 step 6: &key= and the appSecret, at the end
    ("ENV-SIGN-004", "missing", ("no_key_tail",)),
    ("ENV-SIGN-004", "written", ("key_name", "key_place", "key_written")),
    ("ENV-SIGN-004", "secret", ("secret_form",)),
    # 3.1 step 7: Z_A of the user id and the signer's public key
    ("ENV-SIGN-005", "user_id", ("user_id",)),
    ("ENV-SIGN-005", "no_za", ("no_za",)),
    ("ENV-SIGN-005", "za", ("za_form", "za_key")),
    # 3.3: the private key of the sender, read as it is
    ("ENV-SIGN-006", "wrong_key", ("wrong_key",)),
    ("ENV-SIGN-006", "own_key", ("own_key",)),
    ("ENV-SIGN-006", "previous_key", ("previous_key",)),
    ("ENV-SIGN-006", "misread", (
        "key_as_signed", "key_negated", "key_shifted", "key_reversed", "key_cut", "key_text",
    )),
    # the rest of 3.1 and 3.2 has no requirement of its own: members and their order, the writing of texts, the digest, and
    # numbers that are quoted where a profile wants them bare
    (VERIFIES, "wrong", (
        "case_insensitive_sort", "unsorted", "descending_sort", "other_sort", "quoted_numbers", "text_amounts", "dates_rewritten",
        "text_trimmed", "full_width", "escaped_chinese", "slash_escaped", "markup_escaped", "url_encoded", "controls_escaped",
        "not_escaped", "text_escaped_twice", "single_quotes", "no_quotes", "quotes_removed", "spaced_json",
        "trailing_comma", "blanks_removed", "nested_as_sent", "nested_as_text", "nested_as_language_text",
        "nested_dropped", "nested_emptied", "nested_unwrapped", "array_order", "member_names", "missing_code_fields",
        "member_not_signed", "without_data", "data_alone", "extra_member_signed", "member_value", "other_app_id",
        "cipher_signed", "data_as_sent", "data_as_text", "data_emptied", "json_of_all", "values_only",
        "members_flattened", "other_separators", "values_quoted", "timestamp_twice", "timestamp_form",
        "timestamp_zone", "trailing_characters", "bom", "letter_case", "charset", "text_encoded", "text_reversed",
        "text_twice", "sm3_twice", "other_digest", "no_digest", "digest_order", UNKNOWN,
    )),
)  # fmt: skip
_SEALED: Final[Clauses] = (
    (DECRYPTS, "hex", (
        "enc_base64", "enc_base64_of_hex", "enc_hex_of_base64", "enc_hex_twice", "enc_byte_list", "enc_raw_text",
        "enc_spaces", "enc_wrapped",
    )),
    (DECRYPTS, "key", (
        "key_raw", "key_lower", "key_base64", "app_id_direct", "app_secret_direct", "app_id_whole", "foreign_key",
        "foreign_secret", "key_other_part", "key_eight_bytes", "key_decrypted", "key_cbc", "roles_swapped", "one_value",
        "app_id_tail", "app_id_case", "secret_case", "secret_spaces", "secret_as_hex", "key_hashed", "key_zero",
        "key_demo",
    )),
    (DECRYPTS, "mode", ("cipher_mode", "cipher_algorithm", "padding")),
    (DECRYPTS, "json", (
        "json_twice", "envelope_encrypted", "data_wrapped", "data_in_array", "sign_text_encrypted", "not_json",
        "plain_coded", "charset", "encrypted_twice",
    )),
    (DECRYPTS, "damaged", ("cipher_cut", "cipher_damaged", "cipher_as_text")),
    (DECRYPTS, "", (UNKNOWN,)),
)  # fmt: skip


def _table(clauses: Clauses) -> Table:
    return {cause: (requirement, kind) for requirement, kind, causes in clauses for cause in causes}


SIGNED: Final[Table] = _table(_SIGNED)
"""Cause of `sign.cause` -> what it breaks beside ENV-SIGN-001, which every one of them breaks; of some nothing."""
SEALED: Final[Table] = _table(_SEALED)
"""Cause of `enc.hex`, `enc.decrypt` and `enc.json` -> what it breaks."""
CLAUSES: Final[tuple[Clauses, ...]] = (_SIGNED, _SEALED)


@dataclass(frozen=True, slots=True)
class Breach:
    """What breaks one requirement. `causes`: those of the first composition; `kind`: the one that all of them are of, or ""."""

    causes: tuple[str, ...]
    kind: str


def compositions(fact: Record | None) -> tuple[tuple[str, ...], ...]:
    """The causes of every composition that a fact offers, the first one first; () when it names none.

    A fact of before there were several has `cause` alone.
    """
    told = child(fact, "d")
    first = _ids(rows(told, "causes")) or tuple(filter(None, (text(told, "cause"),)))
    equals = told.get("equals")
    others = [_ids(one) for one in equals if isinstance(one, list)] if isinstance(equals, list) else []
    return tuple(one for one in (first, *others) if one)


def breach(fact: Record | None, requirement: str) -> Breach | None:
    """How the signature whose `sign.cause` is `fact` breaks the requirement: only where every composition says so."""
    found = [
        [(cause, kind) for cause in one for broken, kind in (SIGNED.get(cause, ("", "")),) if broken == requirement]
        for one in compositions(fact)
    ]  # fmt: skip
    if not found or not all(found):
        return None
    return Breach(
        tuple(dict.fromkeys(cause for cause, _ in found[0])), _one({kind for one in found for _, kind in one})
    )


def cipher_kind(facts: Sequence[Record], otherwise: Mapping[str, str]) -> str:
    """The one kind of ENV-ENC-001 that the bad facts of a request are of, or "" where they differ or nobody knows.

    `otherwise`: fact -> kind, for a fact that names no cause at all.
    """
    kinds = set()
    for fact in facts:
        told = compositions(fact)
        kinds |= {SEALED.get(cause, (DECRYPTS, ""))[1] for one in told for cause in one}
        kinds |= set() if told else {otherwise.get(text(fact, "n"), "")}
    return _one(kinds)


def _one(kinds: set[str]) -> str:
    return next(iter(kinds)) if len(kinds) == 1 else ""


def _ids(named: Sequence[object]) -> tuple[str, ...]:
    return tuple(text(one, "cause") for one in named if isinstance(one, Mapping) and text(one, "cause"))
