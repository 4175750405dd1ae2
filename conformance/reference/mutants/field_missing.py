"""Leave a required field out of 6201 (sheet 6.1 psnSetlway)."""

from __future__ import annotations

from conformance.reference.change import Mutant, upload_with

MUTANT = Mutant(
    "field_missing",
    "6201 缺少必填的 psnSetlway",
    caught_by=("ENV-SCHEMA-001",),
    needs=("pay/clinic_mixed",),
    apply=upload_with(lambda data: {name: value for name, value in data.items() if name != "psnSetlway"}),
)
