"""A reference hospital that prints persons, numbers and codes into whatever it says; `SEEN_FILE` gets what it printed."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

from conformance.reference import __main__ as reference
from conformance.reference import driver
from conformance.reference.change import Variant, upload_with

SEEN = Path(os.environ["SEEN_FILE"])
answer = driver._answer


def tell(*values: str) -> None:
    """Write down what is printed."""
    with SEEN.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(value) + "\n" for value in values)


def uploaded(data: dict[str, Any]) -> dict[str, Any]:
    """A 6201 with the person in its free text."""
    tell(data["payAuthNo"], data["psnNo"], data["idNo"], data["userName"])
    said = f"{data['userName']}{data['idNo']}"
    rows = [{**row, "diagName": f"J06 {said}"} for row in data["diseinfoList"]]
    return {**data, "diseinfoList": rows, "drName": data["psnNo"]}


async def talking(hospital: Any, replays: Any, action: Any, call: Any) -> Any:
    """An answer of the driver with the patient in its message."""
    reply = await answer(hospital, replays, action, call)
    patient = call.patient
    if patient is None:
        return reply
    codes = [str(value) for name, value in call.args.items() if name in ("auth_code", "ec_code")]
    values = [patient.name, patient.id_no, patient.openid, *codes]
    tell(*values)
    print("pay", *values, flush=True)
    return dataclasses.replace(reply, text=f"{reply.text} 患者{'/'.join(values)}。")


if __name__ == "__main__":
    driver._answer = talking
    reference.VARIANTS += (Variant("talkative", "prints", upload_with(uploaded), decides=("text",)),)
    sys.exit(reference.main(["--variant", "talkative"]))
