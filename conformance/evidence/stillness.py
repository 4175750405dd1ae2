"""Since when a flow has nothing new to say: the one meaning of "no traffic" (contracts 5). Pure.

A query that is answered as the same query was answered before changes nothing, however often it is sent: it is no news.
A first answer, another answer, a refused one and one that a fault touched are news, and so is what the world did.
`userQuery` is not among the queries: it exchanges a code that serves once, so that a repeat is another act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conformance.evidence.centre import UNFINISHED, order_changes, pay_ord_id, told_state
from conformance.evidence.records import HARMLESS, Exchange, Message, Record
from conformance.evidence.values import AMOUNTS, child, text, whole

_SAID = ("payOrdId", "ordStas", *(member for _, member in AMOUNTS), "othFeeAmt")
_REFUND = (
    "payOrdId", "appRefdSn", "refdType", "totlRefdAmt", "cashRefdAmt", "psnAcctRefdAmt", "fundRefdAmt",
)  # fmt: skip
QUERIES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "6301": (("payOrdId",), _SAID, "ordStas"),
    "6203": (
        _REFUND,
        ("refdSn", "refStatus"),
        "refStatus",
    ),  # by a known appRefdSn: the legal query (contracts 10)
}
"""What a query asks by, what its answer says, and the member of the answer without which it says nothing."""
_TELLS = ("reply", *HARMLESS)
"""Faults after which an answer tells as well as any: the scenario wrote what the centre says, or nothing was changed."""
Key = tuple[str, ...]


@dataclass(slots=True)
class Stillness:
    """The news of one flow, taken record by record; times in milliseconds of whatever clock the caller has."""

    news_ms: float = 0.0
    asked: dict[int, tuple[Key, float]] = field(default_factory=dict)
    """Queries without an answer yet: they count from when they were sent, until their answer says otherwise."""
    said: dict[Key, Key] = field(default_factory=dict)
    faulted: set[int] = field(default_factory=set)

    @property
    def last_ms(self) -> float:
        """When the last news came."""
        return max((self.news_ms, *(at for _, at in self.asked.values())))

    def take(self, record: Record, now_ms: float) -> None:
        """Note a record. What the runner writes of itself (steps, calls, readings) is no traffic."""
        kind, link = record.get("kind"), whole(record, "link")
        if kind == "world":
            if record.get("what") == "fault" and link is not None:
                self.faulted.add(link)
            self.news_ms = now_ms
        elif kind == "message" and not (self._asks(record, now_ms) or self._says_again(record, link)):
            self.news_ms = now_ms

    def _asks(self, record: Record, now_ms: float) -> bool:
        if (record.get("part"), record.get("dir")) != ("request", "in"):
            return False
        message = Message(record)
        by = QUERIES[message.interface][0] if message.interface in QUERIES else ()
        if not by or not all(text(message.data, name) for name in by[:2]):
            return False
        key = (message.interface, text(record, "person"), *(text(message.data, name) for name in by))
        self.asked[message.seq] = key, now_ms
        return True

    def _says_again(self, record: Record, link: int | None) -> bool:
        asked = self.asked.pop(link, None) if link is not None and record.get("part") == "response" else None
        if asked is None or link is None:
            return False
        (key, _), answer = asked, Message(record)
        _, says, needed = QUERIES[key[0]]
        before = self.said.pop(key, None)
        if link in self.faulted or answer.outcome.get("ok") is not True or not text(answer.data, needed):
            return False
        self.said[key] = tuple(text(answer.data, name) for name in says)
        return self.said[key] == before


def without_news_ms(records: Sequence[Record], last_seq: int, window_ms: int) -> int:
    """How long a flow had no news, where its last message, number `last_seq`, was `window_ms` ago.

    `window_ms` itself where that message is not among the records. The records are those of one writer.
    """
    at_ms = next((_ms(one) for one in reversed(records) if one.get("seq") == last_seq), 0.0)
    if not at_ms:
        return window_ms
    flow = Stillness()
    for one in records:
        flow.take(one, _ms(one))
    return max(0, round(window_ms - (flow.last_ms - at_ms)))


def unheard_s(records: Sequence[Record], last_seq: int, window_ms: int) -> float | None:
    """How long ago the centre ended an order that the vendor asks about and has not heard the end of; None: no such order.

    Heard is an unspoiled answer about the order since then: of a 6301 one that says a final state; and a 6302 that reached
    the vendor. Who never asked, or was told by 6301 of an end before, is not waited for.
    """
    spoiled = {
        whole(one, "link")
        for one in records
        if _is(one, "fault") and child(one, "d").get("name") not in _TELLS
    }
    requests: dict[int | None, Message] = {}
    open_for: dict[str, bool] = {}
    ended: dict[str, float] = {}
    for one in records:
        for change in order_changes((one,)):
            if change.after in UNFINISHED:
                ended.pop(change.key, None)
            else:
                ended.setdefault(change.key, _ms(one))
        if one.get("kind") == "message" and one.get("part") == "request":
            requests[whole(one, "seq")] = Message(one)
        request = requests.get(whole(one, "link"))
        if request is None or request.seq in spoiled or not _ends(one):
            continue
        exchange = Exchange(request, Message(one))
        key, asks = pay_ord_id(exchange), exchange.interface == "6301"
        if asks:
            open_for[key] = told_state(exchange) in UNFINISHED
        if key in ended and not (asks and open_for[key]):
            open_for[key] = False
    late = [at for key, at in ended.items() if open_for.get(key)]
    at_ms = next((_ms(one) for one in reversed(records) if one.get("seq") == last_seq), 0.0)
    return max(0.0, (at_ms + window_ms - min(late)) / 1000) if late and at_ms else None


def _ends(record: Record) -> bool:
    """Whether it is an accepted answer, or a notice of ours that reached the vendor."""
    if record.get("kind") == "message":
        return record.get("part") == "response" and child(record, "outcome").get("ok") is True
    return _is(record, "notice") and child(record, "d").get("reached") is True


def _is(record: Record, what: str) -> bool:
    return (record.get("kind"), record.get("what")) == ("world", what)


def _ms(record: Record) -> float:
    return (whole(child(record, "t"), "mono_ns") or 0) / 1e6
