"""Whether anything of the vendor reached the simulator in a run, and what it claimed to have done meanwhile. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from conformance.evidence.calls import ANSWERED
from conformance.evidence.records import Record
from conformance.evidence.values import child, text, whole

MONEY = ("pay", "refund_registration", "refund_bill")
"""Actions of the driver contract that move money: each needs messages, whatever becomes of it."""
WENT_ON = ("done", "accepted")
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Hearing:
    """`heard`: a message of the vendor came. `listen`: where the simulator listened, empty when nothing says so.

    `claimed`: answers (record numbers, the first few of `claims`) that a money action of a scenario, not a 本地 one, is
    done or accepted. `idle`: actions were left undone, and none that moves money was answered.
    """

    heard: bool = True
    listen: str = ""
    claimed: tuple[int, ...] = ()
    claims: int = 0
    idle: bool = False

    @property
    def deaf(self) -> bool:
        """Whether the vendor acted and spoke to somebody else (contracts 2)."""
        return not self.heard and self.claims > 0


HEARD = Hearing()


def hear(records: Iterable[Record], local: Collection[str] = ()) -> Hearing:
    """Read until the first message of the vendor. `local`: ids of cases whose expectation says 本地.

    A scenario is 本地 when everything that it covers is.
    """
    listen, claimed, claims, left, answered = "", list[int](), 0, False, False
    local_flows = set[str]()
    for record in records:
        kind, what, detail = record.get("kind"), record.get("what"), child(record, "d")
        if of_vendor(record):
            return HEARD
        if (kind, what) == ("run", "begin"):
            listen = listen or text(detail, "listen")
        elif (kind, what) == ("scenario", "begin"):
            covers = detail.get("covers")
            if isinstance(covers, (list, tuple)) and covers and all(one in local for one in covers):
                local_flows.add(text(record, "flow"))
        elif (kind, what) == ("driver", "answer"):
            state = text(detail, "state")
            left |= state == "not_offered"
            answered |= state == "error"  # somebody is there, if badly
            if text(detail, "action") in MONEY:
                answered |= state in ANSWERED
                if state in WENT_ON and text(record, "flow") not in local_flows:
                    claims += 1
                    claimed += [whole(record, "seq") or 0] if len(claimed) < MOST_NAMED else []
    return Hearing(False, listen, tuple(claimed), claims, left and not answered)


def of_vendor(record: Record) -> bool:
    """Whether this is a request of the vendor: of a person of the run, or with the credentials of its institution."""
    arrived = (record.get("kind"), record.get("part"), record.get("dir")) == ("message", "request", "in")
    return arrived and any(text(record, name) for name in ("flow", "person", "institution"))
