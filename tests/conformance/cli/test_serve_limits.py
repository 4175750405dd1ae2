"""The limits of connections are options of `serve`: a real process, real sockets."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

LIANTIAO = (sys.executable, "-c", "from conformance.cli import main; main()")
LIMIT_S = 30


def test_the_third_connection_from_one_address_is_turned_away(tmp_path: Path) -> None:
    command = [
        *LIANTIAO,
        "serve",
        "--port",
        "0",
        "--json",
        "--home",
        str(tmp_path / "home"),
        "--per-peer",
        "2",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    )
    try:
        assert process.stdout is not None
        told = ""
        while not told.endswith("}\n") or told.count("{") != told.count("}"):
            told += process.stdout.readline()
        url = urlsplit(json.loads(told)["listen"])
        place = (url.hostname, url.port)
        with (
            socket.create_connection(place, LIMIT_S),
            socket.create_connection(place, LIMIT_S),
            socket.create_connection(place, LIMIT_S) as third,
        ):
            third.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            answer = third.recv(65536).decode("utf-8", "replace")
        assert answer.startswith("HTTP/1.1 503")
        assert "LT-HTTP" in answer
    finally:
        process.kill()
        process.wait(LIMIT_S)
        if process.stdout is not None:
            process.stdout.close()
