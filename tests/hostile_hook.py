"""A vendor's hook that misbehaves, as a process: `python hostile_hook.py CODE`. What it does hangs on the flow of the call.

It answers `hospital_info` and `create_patient` as the contract wants, and `prescribe` or `pay` by one of BEHAVIOURS. It
sends no message to anybody.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from collections.abc import Awaitable, Callable
from socket import SO_LINGER, SOL_SOCKET

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
FOREVER_S = 3600.0
DRIP_S = 0.05


def http(body: bytes, status: str = "200 OK", more: str = "", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n{more}\r\n"
    return head.encode("latin-1") + body


def done(result: str = "{}", more: str = "") -> bytes:
    return http(f'{{"state":"done","result":{result},"refs":{{}}{more}}}'.encode())


async def hang(_writer: Writer) -> None:
    await asyncio.sleep(FOREVER_S)


async def drip(writer: Writer) -> None:
    for byte in http(b" " * 10_000):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(DRIP_S)


async def reset(writer: Writer) -> None:
    writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))


def saying(answer: bytes) -> Callable[[Writer], Awaitable[None]]:
    async def say(writer: Writer) -> None:
        writer.write(answer)
        await writer.drain()

    return say


BILL = '{"bill_id":"B1","total":%s}'
BEHAVIOURS: dict[str, Callable[[Writer], Awaitable[None]]] = {
    "pay/clinic_mixed": hang,
    "pay/pure_insurance": drip,
    "pay/account_only": saying(b""),
    "pay/account_unused": reset,
    "pay/all_own_pay": saying(http(b'{"state":', length=500)),
    "pay/resident": saying(http(b"<html>busy</html>")),
    "pay/special_characters": saying(http(b'{"state":"done","result":{"bill_id":"\xd6\xd0"}}')),
    "pay/many_lines": saying(done(BILL % 6000, ',"message":"\\ud800","patient_message":"\\udfff"')),
    "pay/walk_away": saying(done(BILL % ("9" * 5000))),
    "pay/amount_edges": saying(http(b'{"state":' * 50_000)),
    "pay/paid_again": saying(http(b" " * 5_000_000)),
    "pay/double_click": saying(b"HTTP/9.9 ok\r\n\r\n"),
    "pay/cash_short": saying(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n{}"),
    "pay/wrong_password": saying(http(b"\x1f\x8bgarbage", more="Content-Encoding: gzip\r\n")),
    "identity/expired": saying(http(b"", "302 Found", "Location: http://127.0.0.1:1/\r\n")),
    "identity/reused": saying(done(BILL % 2**70)),
    "identity/unbound": saying(http(b'{"state":["done"],"result":7,"refs":[],"code":{},"message":1}')),
    "identity/foreign": saying(done("{}", ',"patient_message":"' + "x" * 1_000_000 + '\\u0000"')),
    "identity/refuse_then_agree": saying(done(BILL % "1e999")),
    "identity/biz_verify_only": saying(
        done('{"bill_id":"B1","total":1,"x":' + "[" * 3_000 + "]" * 3_000 + "}")
    ),
    "identity/family_not_offered": saying(done('{"bill_id":"B1","total":1,"x":"' + "y" * 3_000_000 + '"}')),
}
"""Flow -> what `prescribe` gets there."""
LATE = "pay/two_orders"
"""The flow in which `prescribe` works and `pay` hangs."""
RESULTS = {
    "create_patient": '{"patient_id":"1","created":true}',
    "prescribe": BILL % 3000,
}


async def answer(reader: Reader, writer: Writer, code: str) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    call = json.loads(await reader.readexactly(length) or b"{}")
    action = head.split(b" ", 2)[1].decode().rpartition("/")[2]
    flow = call.get("flow", "")
    if action == "prescribe" and flow in BEHAVIOURS:
        await BEHAVIOURS[flow](writer)
    elif action == "pay" and flow == LATE:
        await hang(writer)
    elif action == "hospital_info":
        info = {"code": code, "name": "院", "region": "509999", "services": ["outpatient"], "contract": 1}
        writer.write(done(json.dumps(info)))
    elif action in RESULTS:
        writer.write(done(RESULTS[action]))
    else:
        writer.write(http(b"", "501 Not Implemented"))


async def main(code: str) -> None:
    async def one(reader: Reader, writer: Writer) -> None:
        try:
            await answer(reader, writer, code)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"ready": True, "driver": f"http://127.0.0.1:{port}", "notify": "none"}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
