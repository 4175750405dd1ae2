"""What a scenario may choose from an answer: places that are really free, whatever order a vendor lists them in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.evidence.values import child, rows, whole


def picked(action: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Beside the answer to `list_doctors`: `free`, the slots with places left in their order, and `last_free`.

    A scenario that spoils a slot for others (suspends it) takes the last one.
    """
    if action != "list_doctors" or answer.get("state") != "done":
        return {}
    doctors = rows(child(answer, "result"), "doctors")
    free = [
        dict(slot) for doctor in doctors for slot in rows(doctor, "slots") if (whole(slot, "left") or 0) > 0
    ]
    return {"free": free, "last_free": free[-1]} if free else {"free": []}
