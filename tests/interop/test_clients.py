"""One whole order each by small hospitals in other languages, over HTTP against a real `serve`.

Each is handed its keys, a person and two authorisation codes, and does the rest by itself with cryptography that is
not ours: userQuery, 1101, 2201, 6201, 6202, a forged 6302 that it must not believe, the true one, 6301, 6203, 6301
again. Every answer's signature is verified by its own code. Within the protocol they differ as the field does (sheet
2.1, 3.2, 3.3, 22); what the messages looked like is read from the recorded bytes:

    client | time on the wire   | encData | plaintext of data        | amounts | keys handed out      | and
    php    | 10 digits, number  | small   | \\u and \\/, compact       | text    | 33 bytes, 65 bytes   | input as the text of its JSON, empty texts and
           |                    |         |                          |         |                      | an empty array as extData, no rxCircFlag
    csharp | 13 digits, text    | capital | \\u4E2D, \\u003C, sorted    | 25.0000 | 32 bytes, 64 bytes   | UUID as order and batch number, booleans, an empty
           |                    |         |                          |         |                      | 200 to 6302; answers with "0" as code, no success
    gmssl  | 14 digits, number  | small   | \\u escapes, blanks       | float   | 32 bytes, 65 bytes   | `extra`, text/plain, "0" as code
    gmalg  | 13 digits, number  | capital | raw, line breaks         | 25.00   | 33 bytes, 64 bytes   | unknown and empty members, callService, times in
           |                    |         |                          |         |                      | ms, UUID order number, answers without appId
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from by_path import module_at

from simulator.protocol.crypto import ciphers

pytestmark = pytest.mark.interop
HERE = Path(__file__).resolve().parent
clients = module_at(HERE / "clients.py")
LIANTIAO = [sys.executable, "-c", "from conformance.cli import main; main()"]
LIMIT_S = 30


class Served:
    """A `serve` of our own, spoken to by its control API."""

    def __init__(self, base: str, token: str) -> None:
        self.base, self._token = base, token

    def control(self, method: str, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        headers = {"X-Liantiao-Control": self._token, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base}/control{path}", sent, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("clients") / "home"
    process = subprocess.Popen(
        [*LIANTIAO, "serve", "--port", "0", "--json", "--home", str(home)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line == "}\n":
            break
    printed = json.loads(text)
    try:
        yield Served(printed["base"], Path(printed["control_token_file"]).read_text(encoding="utf-8").strip())
    finally:
        process.terminate()
        process.wait(LIMIT_S)


def block_for(client: Any, issued: dict[str, Any]) -> dict[str, Any]:
    """The issued block with its keys in the form that this client's province would hand out."""
    private, public = (
        base64.b64decode(issued[f"{name}Key"]) for name in ("institutionPrivate", "platformPublic")
    )
    forms = {"33": b"\0" + private, "64": public[1:]}
    return {
        **issued,
        "institutionPrivateKey": base64.b64encode(forms.get(client.keys.get("private"), private)).decode(),
        "platformPublicKey": base64.b64encode(forms.get(client.keys.get("public"), public)).decode(),
    }


class Walked:
    """What one client did: its lines, the records of its run, the bytes behind them, the person at the end."""

    seconds = 0.0

    def __init__(self, served: Served, client: Any, folder: Path, number: int) -> None:
        code, self.run = f"H5099990008{number}", f"client-{client.name}"
        self.block = served.control(
            "POST", "/institutions", {"code": code, "name": f"互通{client.name}", "region": "509999"}
        )
        served.control("POST", "/runs", {"run": self.run, "institutions": [code],
                                         "profile": {"envelope.canonical": "sdk", **client.profile}})  # fmt: skip
        here = f"/runs/{self.run}"
        file = folder / "block.json"
        file.write_text(json.dumps(block_for(client, self.block)), encoding="utf-8")
        running = clients.started(client, file, folder / "stderr.txt")
        self.lines = running.lines
        try:
            ready = running.next()
            assert ready, (folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")
            served.control("PUT", f"{here}/institutions/{code}/endpoints", {"notify_6302": ready["notify"]})
            person = served.control("POST", f"{here}/persons", {"flow": "order", "institution": code})
            who = f"{here}/persons/{person['person']}"
            served.control("PUT", f"{who}/policy", {"confirm": "never"})
            for name in ("auth_code", "refund_auth_code"):
                person |= {
                    name: served.control("POST", f"{who}/authorise", {"channel": "insurance_app"})[
                        "auth_code"
                    ]
                }
            running.tell(person)
            for line in running.rest():
                if line["step"] == "6202":
                    served.control("POST", f"{who}/notices", {"kind": "forged"})
                    served.control("POST", f"{who}/do", {"do": "confirm"})
            assert running.process.wait(LIMIT_S) == 0
        except AssertionError as error:
            said = (folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")
            raise AssertionError(f"{error}\n{self.lines}\n{said}") from None
        finally:
            running.process.kill()
            running.process.wait(LIMIT_S)
        self.records = served.control("GET", f"{here}/records?after=0&limit=500")["records"]
        self.raw = {
            one["seq"]: base64.b64decode(one["raw"])
            for one in served.control("GET", f"{here}/raw?after=0&limit=500")["raw"]
        }
        self.person = served.control("GET", who)

    def sent(self, interface: str) -> tuple[str, dict[str, Any]]:
        """Head (in small letters) and JSON body of the first request of an interface."""
        seq = next(one["seq"] for one in self.requests() if one["interface"] == interface)
        head, _, body = self.raw[seq].partition(b"\r\n\r\n")
        return head.decode("latin-1").lower(), json.loads(body)

    def plain(self, interface: str) -> str:
        """The plaintext that was encrypted."""
        key = ciphers.message_key(self.block["appId"], self.block["appSecret"])
        return ciphers.sm4_decrypt(key, bytes.fromhex(self.sent(interface)[1]["encData"])).decode("utf-8")

    def requests(self) -> list[dict[str, Any]]:
        return [
            one
            for one in self.records
            if one["kind"] == "message" and one["part"] == "request" and one["dir"] == "in"
        ]


@pytest.fixture(scope="module")
def walked(
    served: Served, built: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Walked]:
    """`walked(name)`: the order of a client, made once; `seconds`: how long it took."""
    done: dict[str, Walked] = {}

    def walk(name: str) -> Walked:
        if name not in done:
            number, client = next((at, one) for at, one in enumerate(clients.CLIENTS) if one.name == name)
            built(name)
            begun = time.monotonic()
            done[name] = Walked(served, client, tmp_path_factory.mktemp(name), number)
            done[name].seconds = time.monotonic() - begun
        return done[name]

    return walk


NAMES = [client.name for client in clients.CLIENTS]


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_order_is_accepted_and_every_answer_verified(
    name: str, walked: Callable[[str], Walked], record_property: Callable[[str, object], None]
) -> None:
    order = walked(name)
    record_property("told", f"interop {name}: one whole order in {order.seconds:.1f} s")
    way = next(one for one in clients.CLIENTS if one.name == name).wire["authorised"]
    steps = [(line["step"], line.get("verified")) for line in order.lines]
    wanted = [("ready", None), (way, None)]
    for step in clients.STEPS:
        wanted += [("6302", False)] * (step == "6302") + [(way, None)] * (step == "6203")
        wanted.append((step, True if step[0] == "6" else None))
    assert steps == [*wanted, ("end", None)]
    data = [line.get("data", {}) for line in order.lines]
    assert [data[at].get("ordStas") for at in (5, 8, 11)] == ["1", "6", "7"]
    assert data[10]["refStatus"] == "SUCC"
    refunds = [one["refStatus"] for one in order.person["refunds"]]
    assert [one["total"] for one in order.person["orders"]] == [2500]
    assert refunds == ["SUCC"]


@pytest.mark.parametrize("name", NAMES)
def test_the_simulator_found_no_fault_and_one_form_of_text(
    name: str, walked: Callable[[str], Walked]
) -> None:
    order = walked(name)
    sealed = [one["interface"] for one in order.requests() if one["interface"] in clients.STEPS[2:]]
    assert sealed == [step for step in clients.STEPS[2:] if step != "6302"]
    found = [
        (one["interface"], fact["n"])
        for one in order.records if one["kind"] == "message" for fact in one.get("facts", ()) if not fact["ok"]
    ]  # fmt: skip
    noted = next(one for one in clients.CLIENTS if one.name == name).noted
    assert ("6302", "http.status") in found, "the forged notice was answered 400"
    assert {fact for interface, fact in found if interface != "6302"} == set(noted)
    assert len([one for one in found if one[0] == "6302"]) == 1
    refused = [(one["interface"], one["outcome"]) for one in order.records
               if one["kind"] == "message" and one["part"] == "response" and one["dir"] == "out" and not one["outcome"]["ok"]]  # fmt: skip
    assert refused == []


TIMES = {"10n": r"\d{10}", "13": r'"\d{13}"', "13n": r"\d{13}", "14": r'"\d{14}"', "14n": r"\d{14}"}
HEX = {"upper": r"[0-9A-F]+", "lower": r"[0-9a-f]+"}
TEXT = {
    "raw": lambda plain: re.search(r"[\u4e00-\u9fff]", plain) and "\\u" not in plain,
    "php": lambda plain: plain.isascii() and re.search(r"\\u[0-9a-f]{4}", plain) and "\\/" in plain,
    "capitals": lambda plain: (
        plain.isascii()
        and re.search(r"\\u[0-9A-F]{4}", plain)
        and "\\u003C" in plain
        and list(json.loads(plain)) == sorted(json.loads(plain))
    ),
    "ascii": lambda plain: plain.isascii() and re.search(r"\\u[0-9a-f]{4}", plain),
}
SPACE = {"none": r'":"', "blank": r'": "', "break": r'" : "[^"]*",\n"'}
MONEY = {"text": r'"medfeeSumamt"\s*:\s*"25\.00"', "number": r'"medfeeSumamt"\s*:\s*25\.0'}
ORDER = {"serial": r"MO\d+", "uuid32": r"[0-9a-f]{32}", "uuid36": r"[0-9a-f-]{36}"}


@pytest.mark.parametrize("name", NAMES)
def test_it_writes_as_its_row_says(name: str, walked: Callable[[str], Walked]) -> None:
    """Without this a client could come to write like all the others, and nobody would notice."""
    order, wire = walked(name), next(one for one in clients.CLIENTS if one.name == name).wire
    _, envelope = order.sent("6201")
    plain = order.plain("6201")
    data = json.loads(plain)
    assert re.fullmatch(TIMES[wire["timestamp"]], json.dumps(envelope["timestamp"]))
    assert re.fullmatch(HEX[wire["hex"]], envelope["encData"])
    assert TEXT[wire["text"]](plain)
    assert re.search(SPACE[wire["space"]], plain)
    assert re.search(MONEY[wire["money"]], plain)
    assert re.fullmatch(ORDER[wire["order"]], data["medOrgOrd"])
    assert any(value in (None, "", []) for value in data.values()) is wire["empties"]
    assert [word for word, form in wire["also"].items() if not re.search(form, plain, re.DOTALL)] == []
    known = {"appId", "version", "encType", "signType", "timestamp", "encData", "signData"}
    assert sorted(set(envelope) - known) == wire["more"]
    head, _ = order.sent("1101")
    path, _, headers = head.partition("\r\n")
    assert ("callservice" in path, "text/plain" in headers) == (
        wire["fsi"] == "callService",
        wire["fsi"] == "text/plain",
    )
