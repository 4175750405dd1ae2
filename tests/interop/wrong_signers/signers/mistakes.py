"""All mistakes, in a fixed order."""

from __future__ import annotations

import importlib

from .registry import ALL, Mistake

__all__ = ["ALL", "BY_LABEL", "LOSSY", "Mistake"]

for _part in ("content", "writing", "outer", "crypto"):
    importlib.import_module(f".{_part}", __package__)
LOSSY = frozenset(
    [
        "signature_r_only",
        "signature_cut_64",
        "signature_upper_case",
        "signed_with_unknown_key",
        "enc_cut_at_256",
        "enc_cut_at_1000",
        "enc_cut_at_4000",
        "enc_last_character_lost",
        "enc_first_character_lost",
        "enc_hex_zeros_lost",
        "enc_last_block_missing",
        "sm3_instead_of_signature",
        "md5_instead_of_signature",
        "sha256_instead_of_signature",
    ]
)
"""Mistakes after which a second one cannot be told for certain; they are never one of a pair."""
BY_LABEL = {m.label: m for m in ALL}
if len(BY_LABEL) != len(ALL):
    raise ValueError("two mistakes have the same name and scope")
