"""What naming a wrong signature costs: CPU milliseconds, texts tried and bytes hashed, quick and deep, by size of message.

    python -m benchmarks.explain [rounds]

CPU time of this process, the best of the rounds: the same on a busy machine. `one mistake` ends at the first level, `two`
at the second; `none fits` uses the whole budget.
"""

from __future__ import annotations

import base64
import sys
import time
from dataclasses import replace

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.diagnosis.deviation import DEEP, QUICK, Suspect
from simulator.protocol.diagnosis.search import diagnose
from simulator.protocol.diagnosis.writing import Writing
from simulator.protocol.text import jsontext
from simulator.protocol.wire.signature import ChannelKeys

APP_ID, SECRET = "43AF047BBA47FC8A1AE8EFB232BDBBCB", "4117E877F5FA0A0188891283E4B617D5"
OUTER = {
    "appId": APP_ID,
    "version": "2.0.1",
    "encType": "SM4",
    "signType": "SM2",
    "timestamp": "20260101090000",
}
HEAD = '"medOrgOrd":"MO1","medType":"11","medfeeSumamt":12.50,"psnName":"测试","begntime":"2026-01-02 03:04:05","memo":"","zero":0'
LINE = '{"feedetlSn":"%d","cnt":1,"pric":12.50,"medListName":"阿莫西林/盒","memo":"","feeOcurTime":"2026-01-02 03:04:05","ext":null}'
KEY = private_key_from_seed(b"explain")


def message(lines: int) -> Suspect:
    """A bill of so many lines."""
    rows = ",".join(LINE % at for at in range(lines))
    plain = f'{{{HEAD},"flag":true,"feedetailList":[{rows}]}}'
    data = jsontext.parse(plain.encode(), jsontext.Limits()).value
    keys = ChannelKeys(APP_ID, SECRET, KEY, KEY.public)
    return Suspect({**OUTER, "encData": "00"}, data, plain, "", keys, sm2.DEFAULT_USER_ID)


CASES: tuple[tuple[str, dict[str, str] | None, dict[str, str]], ...] = (
    ("one mistake", {}, {"tail.place": "none"}),
    ("two mistakes", {"data.empty": "keep", "rows.empty": "keep", "nested.empty": "keep", "items.empty": "keep"}, {"tail.name": "secret"}),
    ("none fits", None, {}),
)  # fmt: skip


def main(rounds: int) -> None:
    """Print a table."""
    print(f"{'bytes':>8} {'case':<14} {'budget':<6} {'ms':>8} {'tried':>8} {'hashed':>12}  whole  causes")
    for lines in (2, 12, 60, 600):
        seen = message(lines)
        writing = Writing(seen)
        size = len(writing.message({}, {}))
        for name, inner, outer in CASES:
            text = b"another text" if inner is None else writing.message(inner, outer)
            raw = sm2.sign(KEY, text, sm2.DEFAULT_USER_ID, b"")
            asked = replace(seen, sign_data=base64.b64encode(raw).decode("ascii"))
            for label, budget in (("quick", QUICK), ("deep", DEEP)):
                best = 1e9
                for _ in range(rounds):
                    start = time.process_time()
                    found = diagnose(asked, budget)
                    best = min(best, time.process_time() - start)
                causes = "+".join(one.cause for one in found.causes) or "-"
                print(
                    f"{size:>8} {name:<14} {label:<6} {best * 1e3:8.1f} {found.tried:>8} {found.hashed:>12}  {found.whole!s:<5}  {causes}"
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
