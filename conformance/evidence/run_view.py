"""What evidence says of a run as a whole, and how much of a kind was seen. Pure; each reads records in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from conformance.evidence.records import Record
from conformance.evidence.values import child, text, whole


def _of(records: Iterable[Record], kind: str, what: str) -> Iterator[Record]:
    return (one for one in records if (one.get("kind"), one.get("what")) == (kind, what))


def begin_of_run(records: Iterable[Record]) -> Record:
    """What the run was opened with (`d`: institutions, profile, overrides); empty when it is not there."""
    return child(next(_of(records, "run", "begin"), {}), "d")


def own_failure(record: Record) -> bool:
    """Whether this record says that the simulator or the runner itself failed."""
    return (record.get("kind"), record.get("what")) == ("run", "error")


def stopped(record: Record) -> bool:
    """Whether this record says that the runner ended the run early."""
    return (record.get("kind"), record.get("what")) == ("run", "stopped")


def notice_unsent(records: Iterable[Record]) -> bool:
    """Whether a notice was not sent because the institution has no address for it."""
    return any(child(record, "d").get("sent") is False for record in _of(records, "world", "notice"))


def day_of(record: Record) -> str:
    """The Beijing date of a record; empty when it has none."""
    return text(child(record, "t"), "wire")[:10]


def requests(records: Iterable[Record], interface: str, person: str = "") -> int:
    """How many requests of `interface`, in either direction, were seen."""
    found = (one for one in records if (one.get("kind"), one.get("part")) == ("message", "request"))
    return sum(one.get("interface") == interface and _may_be(one, person) for one in found)


def answered(records: Iterable[Record], interface: str, person: str, after: int) -> int:
    """How many requests of `interface` with a number above `after` were answered."""
    found = (one for one in records if (one.get("kind"), one.get("part")) == ("message", "response"))
    return sum(
        one.get("interface") == interface and (whole(one, "link") or 0) > after and _may_be(one, person)
        for one in found
    )


def told(records: Sequence[Record], interface: str, person: str, after: int) -> int:
    """The same, without those whose answer a fault spoiled: a reply that the scenario wrote tells as well as any other."""
    spoiled = _spoiled(records)
    genuine = (one for one in records if whole(one, "link") not in spoiled)
    return answered(genuine, interface, person, after)


def in_vain(records: Sequence[Record], interfaces: Sequence[str], person: str, after: int) -> int:
    """How many requests with a number above `after` a fault left without an answer to be believed; 0 when one had such an answer."""
    spoiled = _spoiled(records)
    asked = [
        whole(one, "seq") in spoiled
        for one in records
        if (one.get("kind"), one.get("part")) == ("message", "request")
        and one.get("interface") in interfaces
        and (whole(one, "seq") or 0) > after
        and _may_be(one, person)
    ]
    return len(asked) if all(asked) else 0


def _spoiled(records: Iterable[Record]) -> set[int | None]:
    """The numbers of requests that a fault touched, in whatever way but by a reply."""
    faults = (one for one in _of(records, "world", "fault") if child(one, "d").get("name") != "reply")
    return {whole(one, "link") for one in faults} - {None}


def elapsed_s(records: Sequence[Record], since: int) -> float:
    """Measured time from record number `since` to the newest record that has one; 0.0 where it is not known."""
    begin = next((one for one in records if one.get("seq") == since), {})
    newest = next((at for one in reversed(records) if (at := whole(child(one, "t"), "mono_ns"))), None)
    first = whole(child(begin, "t"), "mono_ns")
    return max(0.0, (newest - first) / 1e9) if newest and first else 0.0


def notices(records: Iterable[Record], person: str = "") -> int:
    """How many notices of ours came to an end, answered or not."""
    return sum(_may_be(record, person) for record in _of(records, "world", "notice"))


def traffic(records: Iterable[Record]) -> int:
    """How many messages were seen."""
    return sum(record.get("kind") == "message" for record in records)


def _may_be(record: Record, person: str) -> bool:
    return not person or record.get("person") in ("", None, person)
