"""How long one hostile message stops the loop: worst milliseconds between two ticks of a probe, per kind.

    python benchmarks/hostile.py [rounds]

The simulator runs in a thread of its own; the probe asks its loop for a tick every millisecond. `stall` is the CPU time of
that thread between two ticks, in which nobody else was answered: the same on a busy machine. `lines 200` is no attack: it is the long bill that the acceptance sheet asks for.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire.envelope import ChannelKeys, seal_request
from simulator.serving import running
from simulator.shell.loop import loop_factory
from simulator.shell.profiles import load_profile

PROFILE = load_profile()
CODE = "H50999900001"
TICK_S = 0.001
PATH = "/org/local/api/hos/uldFeeInfo"
FSI_PATH = "/fsi/api/rsfComIfsService/callService"


class Server:
    """The simulator in a thread, and the longest time its loop gave no tick since `worst` was last set to 0."""

    def __init__(self, home: Path) -> None:
        self.ready, self.worst, self.home = threading.Event(), 0.0, home
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        if not self.ready.wait(30):
            raise RuntimeError("the simulator did not start")

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        async with running(self.home, port=0) as ready:
            self.base, self.token = ready.base, ready.control_token
            probe = asyncio.create_task(self._probe())
            self.ready.set()
            await self.stop.wait()
            probe.cancel()

    async def _probe(self) -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(TICK_S)
            now = time.thread_time()
            self.worst, last = max(self.worst, now - last), now

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(30)

    def asked(self, method: str, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        host, _, port = self.base.removeprefix("http://").partition(":")
        line = http.client.HTTPConnection(host, int(port), timeout=60)
        try:
            line.request(method, path, body, {"Content-Type": "application/json", **headers})
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def control(self, method: str, path: str, value: Any) -> Any:
        status, body = self.asked(
            method, path, json.dumps(value).encode(), **{"X-Liantiao-Control": self.token}
        )
        if status != 200:
            raise RuntimeError(body.decode())
        return json.loads(body)


def kinds(block: dict[str, Any]) -> dict[str, Callable[[], tuple[str, bytes]]]:
    """Each kind of message: where it goes and its bytes, made anew for each round."""
    own, peer = (
        parse_private_key(block["institutionPrivateKey"]),
        parse_public_key(block["platformPublicKey"]),
    )
    keys = ChannelKeys(block["appId"], block["appSecret"], own, peer)
    counter = iter(range(1, 1_000_000))

    def sealed(data: Any = None, **style: Any) -> tuple[str, bytes]:
        now, entropy = time.time_ns() // 1_000_000, next(counter).to_bytes(8, "big")
        return PATH, seal_request(data or {"a": "1"}, keys, PROFILE, now, entropy, **style)

    def bare(body: bytes, path: str = PATH) -> Callable[[], tuple[str, bytes]]:
        return lambda: (path, body)

    line = {f"member{number:02d}": "12.00" for number in range(45)}
    members = {f"k{number}": number for number in range(99_000)}
    some = {f"k{number}": number for number in range(9_000)}
    envelope = {"appId": block["appId"], "version": "2.0.1", "encType": "SM4", "signType": "SM2"}
    long_cipher = json.dumps({**envelope, "timestamp": str(time.time_ns() // 1_000_000), "encData": "00" * 2_000_000,
                              "signData": "A" * 86 + "=="}).encode()  # fmt: skip
    return {
        "small": lambda: sealed({"medOrgOrd": "x"}),
        "lines 200": lambda: sealed({"feedetailList": [line] * 200}),
        "199,000 members": lambda: sealed(members),
        "199,000 items": lambda: sealed({"a": [1] * 199_000}),
        "9,000 unknown members": lambda: sealed(some),
        "members in clear": bare(json.dumps(members).encode()),
        "members in clear, fsi": bare(json.dumps({"infno": "1101", "input": members}).encode(), FSI_PATH),
        "input as text, fsi": bare(json.dumps({"infno": "1101", "input": json.dumps(members)}).encode(), FSI_PATH),
        "4 MB of blanks": bare(b" " * 4_000_000),
        "4 MB of quotes": bare(b'"' * 4_000_000),
        "4 MB of brackets": bare(b"[" * 4_000_000),
        "4 MB of backslashes": bare(b'"' + b"\\" * 4_000_000),
        "4 MB of surrogates": bare(b'["' + b"\\ud842\\udfb7" * 330_000 + b'"]'),
        "a lone surrogate at the end": bare(b'["' + b"\\u0041" * 660_000 + b'\\ud842"]'),
        "4 MB of digits": bare(b"9" * 4_000_000),
        "a number of 4,301 digits": lambda: sealed({"medfeeSumamt": Num("9" * 4301), "cnt": Num("1" * 4301)}),
        "1e999999999": lambda: sealed({"medfeeSumamt": Num("1e999999999"), "age": Num("1E-999999999")}),
        "one name 60,000 times": bare(b"{" + b'"a":1,' * 60_000 + b'"a":1}'),
        "4 MB of cipher text": bare(long_cipher),
        "wrong signature, 16 KB": lambda: sealed({"a": "x" * 16_000}, user_id=b"zz"),
        "wrong signature, 250 KB": lambda: sealed({"a": "x" * 250_000}, user_id=b"zz"),
        "wrong signature, lines 200": lambda: sealed({"feedetailList": [line] * 200}, user_id=b"zz"),
        "wrong lines, 200 of 45": lambda: sealed({"feedetailList": [[line]] * 200, "diseinfoList": [line] * 200}),
        "JSON in 2,000 texts": lambda: sealed({"a": ['{"idNo":"1","b":[1,2,3,4,5,6,7,8]}'] * 2_000}),
        "JSON in text, 9 deep": lambda: sealed({"a": nested(9, 2_000)}),
    }  # fmt: skip


def nested(levels: int, size: int) -> str:
    """A text of JSON that holds a text of JSON, and so on."""
    text = json.dumps({"idNo": "1" * size})
    for _ in range(levels):
        text = json.dumps({"a": text})
    return text


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "home")
        block = server.control("POST", "/control/institutions", {"code": CODE})
        server.control("POST", "/control/runs", {"run": "r1", "institutions": [CODE]})
        print(f"{'kind':<30}{'bytes':>10}{'stall ms':>10}{'answer ms':>11}  answer")
        for name, make in kinds(block).items():
            worst = slowest = 0.0
            code, size = "", 0
            for _ in range(rounds):
                path, body = make()
                time.sleep(0.02)
                server.worst, began = 0.0, time.perf_counter()
                status, answer = server.asked("POST", path, body)
                slowest = max(slowest, time.perf_counter() - began)
                time.sleep(0.02)
                worst, size, code = max(worst, server.worst), len(body), said(status, answer)
            print(f"{name:<30}{size:>10}{1000 * worst:>10.1f}{1000 * slowest:>11.1f}  {code}", flush=True)
        server.close()


def said(status: int, answer: bytes) -> str:
    try:
        value = json.loads(answer)
    except ValueError:
        return f"{status} (no JSON)"
    code = value.get("code", value.get("infcode", ""))
    return f"{status} {code} {str(value.get('message', value.get('err_msg', value.get('error'))))[:60]}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
