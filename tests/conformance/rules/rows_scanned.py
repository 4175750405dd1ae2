"""Rows of the family `scanned`: what scan records say of logs, configuration and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tell import GREEN, RED, Row, Tell

KNOWN = ("id_no", "name", "phone", "token", "authorisation", "code", "secret", "key")
SKIP, WARN, REVIEW = "skip", "warn", "review"


def scanned(what: str, leaks: Mapping[str, int] | None = None, **more: Any) -> Tell:
    def tell(s: Any) -> None:
        rows = [{"kind": kind, "lines": count} for kind, count in (leaks or {}).items()]
        hits = [
            {"kind": kind, "file": "app.log", "line": 3, "form": "plain", "excerpt": "id=119***~01"}
            for kind in leaks or {}
        ]
        d = {"file": "app.log", "bytes": 500, "left_out": 0, "files": 1, "leaks": rows, "hits": hits, "problem": "",
             "known": [{"kind": kind, "values": 2} for kind in KNOWN], **more}  # fmt: skip
        s.add("scan", what=what, d=d)

    return tell


IDS, PERSONS, CREDENTIALS, CONFIGURATION, SOURCE = (
    "scanned.ids_in_logs", "scanned.persons_in_logs", "scanned.credentials_in_logs",
    "scanned.tests_in_configuration", "scanned.keys_in_source",
)  # fmt: skip

TABLE: list[Row] = [
    (IDS, RED, scanned("log", {"id_no": 4})),
    (IDS, GREEN, scanned("log", {"openid": 4, "name": 1})),
    (IDS, GREEN, scanned("log")),
    (IDS, SKIP, scanned("log", problem="本次运行期间没有写入内容", bytes=0)),
    (IDS, SKIP, scanned("log", known=[])),
    (IDS, WARN, scanned("log", left_out=9)),
    (IDS, RED, scanned("log", {"id_no": 1}, left_out=9)),
    (PERSONS, RED, scanned("log", {"phone": 1})),
    (PERSONS, RED, scanned("log", {"name": 1})),
    (PERSONS, GREEN, scanned("log", {"id_no": 1})),
    (CREDENTIALS, RED, scanned("log", {"token": 1})),
    (CREDENTIALS, RED, scanned("log", {"key": 1})),
    (CREDENTIALS, GREEN, scanned("log", {"psn_no": 1})),
    (CONFIGURATION, RED, scanned("configuration", {"secret": 1})),
    (CONFIGURATION, RED, scanned("configuration", {"test_address": 1})),
    (CONFIGURATION, REVIEW, scanned("configuration", {"test_flag": 1})),
    (CONFIGURATION, GREEN, scanned("configuration")),
    (SOURCE, RED, scanned("source", {"key": 1})),
    (SOURCE, REVIEW, scanned("source", {"key_block": 1})),
    (SOURCE, GREEN, scanned("source", {"name": 1})),
]
