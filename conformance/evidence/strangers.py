"""Messages that belong to nobody: which of them may be the vendor's all the same, and the rest apart (contracts 10). Pure.

A message counts against the vendor if a person of the run was found for it. Of the others only one counts that carries
the known credentials of an institution, cannot be opened, and comes from an address from which that institution sent
messages that verified, or nothing of it verified at all; it must fall into a flow of which no request verified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.evidence.records import Message, Record
from conformance.evidence.values import text, whole
from simulator.protocol.text.said import Said, stored

MOST_PEERS = 100
"""Groups of strangers that are shown one by one; the rest are counted together."""
MOST_SHOWN = 20
"""Record numbers that a group names."""
UNKNOWN = Said("没有登记的凭据(appId、机构编号或 partnerId), 不知道是谁")
ANOTHERS = Said("可以读出, 但不属于本次运行的任何人")
ELSEWHERE = Said("带有本机构的凭据但打不开, 来自没有发过验签通过报文的地址, 或当时没有流程能归入")


def is_request(record: Record) -> bool:
    """Whether this is a request that came to us."""
    return (record.get("kind"), record.get("part"), record.get("dir")) == ("message", "request", "in")


def of_nobody(record: Record) -> bool:
    """Whether no person of the run was found for it."""
    return is_request(record) and not text(record, "flow") and not text(record, "person")


def doubtful(record: Record) -> bool:
    """Whether a message of nobody may be the vendor's: known credentials, and nothing in it could be read."""
    if not of_nobody(record) or not text(record, "institution"):
        return False
    message = Message(record)
    return not message.opened and not message.good("sign.verify")


def address(record: Record) -> str:
    """The host of the other end, without its port; empty where the record does not know it."""
    return text(record, "peer").rpartition(":")[0]


@dataclass(slots=True)
class Senders:
    """From which addresses each institution's messages verified so far."""

    verified: dict[str, set[str]] = field(default_factory=dict)

    def hear(self, record: Record) -> None:
        """Note where a message that verified came from."""
        if is_request(record) and text(record, "institution") and Message(record).good("sign.verify"):
            self.verified.setdefault(text(record, "institution"), set()).add(address(record))

    def may_have_sent(self, record: Record) -> bool:
        """Whether a doubtful message comes from where the institution is, as far as that is known."""
        known = self.verified.get(text(record, "institution"))
        return not known or address(record) in known


@dataclass(slots=True)
class Strangers:
    """The messages that count against nobody, by where they came from and why they are apart."""

    _groups: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    count: int = 0

    def put(self, record: Record) -> None:
        """Count one message."""
        why = ANOTHERS
        if doubtful(record):
            why = ELSEWHERE
        elif not text(record, "institution"):
            why = UNKNOWN
        key = (address(record), text(record, "institution"), str(why))
        if key not in self._groups and len(self._groups) >= MOST_PEERS:
            key = ("", "", str(why))
        group = self._groups.setdefault(
            key,
            {"peer": key[0], "institution": key[1], **stored("reason", why), "count": 0, "interfaces": [], "records": []},
        )  # fmt: skip
        self.count += 1
        group["count"] += 1
        name = text(record, "interface")
        if name not in group["interfaces"]:
            group["interfaces"].append(name)
        if len(group["records"]) < MOST_SHOWN:
            group["records"].append(whole(record, "seq") or 0)

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """`{peer, institution, reason, reason_said?, count, interfaces, records}`, as they came."""
        yield from self._groups.values()
