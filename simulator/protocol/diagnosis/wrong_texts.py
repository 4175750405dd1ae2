"""The digests of wrong texts under the first lock, each made from what is known of its mistakes, and the work counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from simulator.protocol.crypto.ciphers import Running
from simulator.protocol.diagnosis.choices import Deviation
from simulator.protocol.diagnosis.deviation import Budget
from simulator.protocol.diagnosis.live import Live
from simulator.protocol.diagnosis.locks import Lock
from simulator.protocol.diagnosis.outer import Frame, tail, tail_alone
from simulator.protocol.diagnosis.writing import FLAT, Writing, merged

EACH: Final = 600
"""Bytes that a text counts for beside its own, where it shares no state with another."""
_TAILS: Final = ("tail.", "whole.")


class SpentError(Exception):
    """The budget is used up."""


class Texts:
    """Texts of one message. `tried`, `hashed`: the work so far; every method raises SpentError when it is too much."""

    def __init__(self, writing: Writing, lock: Lock, budget: Budget) -> None:
        self.writing, self.lock, self.budget = writing, lock, budget
        self.tried = self.hashed = self._overhead = 0
        self._messages: dict[int, bytes] = {}
        self.right = writing.message({}, {})
        self.data = writing.data({})
        self.frame = writing.frame({}, there=self.data is not None)
        self.start = self._started()
        self.state = self._fed(self.start, self.data)
        self.core = self._fed(self.state, self._core(self.frame))

    def _started(self) -> Running | None:
        if self.lock.begin is None:
            return None
        state = self.lock.begin()
        state.update(_bytes(self.frame.before))
        return state

    def _core(self, frame: Frame) -> str | None:
        """What stands between the business object and the tail; None where no other tail may follow."""
        return None if frame.tail < 0 else frame.after[: len(frame.after) - frame.tail]

    def _fed(self, state: Running | None, text: str | None) -> Running | None:
        """A copy of a state with a text more."""
        if state is None or text is None:
            return None
        state = state.copy()
        state.update(_bytes(text))
        self.hashed += len(text)
        return state

    def _ended(self, state: Running, after: bytes) -> bytes:
        self.tried += 1
        self.hashed += len(after)
        state = state.copy()
        state.update(after)
        return state.digest()

    def check(self) -> None:
        """Raises SpentError when the budget is used up."""
        if (
            self.tried > self.budget.compositions
            or self.hashed + self.writing.work + self._overhead > self.budget.hashed_bytes
        ):
            raise SpentError

    def under(self, lock: Lock, message: bytes) -> bytes:
        """The digest of a message under any lock."""
        self.tried += 1
        self.hashed += len(message)
        self._overhead += EACH
        self.check()
        return lock.digest(message)

    def digest(self, message: bytes) -> bytes:
        """The digest of a message under the first lock."""
        return self.under(self.lock, message)

    def message(self, live: Live) -> bytes:
        """The bytes that a signer with one mistake signs."""
        key = id(live)
        if key not in self._messages:
            self._messages[key] = self.writing.message(live.made.inner, live.made.outer)
        return self._messages[key]

    def single(self, made: Deviation) -> Live | None:
        """One mistake written, or None when the text stays as it is."""
        self.check()
        if made.inner and self.state is not None:
            narrow = made.widest and made.named.scope != "all"
            if not made.outer and not self.writing.matters(made.levels, widest=narrow):
                return None
            if not made.outer or self.writing.frame(made.outer, there=True) == self.frame:
                data = self.writing.data(made.inner)
                if data is not None:
                    return self._inside(made, data)
        if not made.inner and self.core is not None and tail_alone(made.outer):
            live = Live(made, "tail", b"")
            live.digest = self._ended(self.core, self._tail(live, self.frame.joints))
            return live
        return self._around(made)

    def _inside(self, made: Deviation, data: str) -> Live | None:
        if data == self.data:
            self.tried += 1
            return None
        state = self._fed(self.start, data)
        assert state is not None
        core = self._fed(state, self._core(self.frame))
        inner = self.writing.parted(self.writing.told(made.levels))
        live = Live(made, "inside", b"", self.frame, inner, data, state, core)
        live.digest = self._ended(state, _bytes(self.frame.after))
        return live

    def _around(self, made: Deviation) -> Live | None:
        text, frame = self.writing.text(made.inner, made.outer)
        message = frame.encoded(text)
        if message == self.right:
            self.tried += 1
            return None
        own = any(slot.startswith(_TAILS) for slot in made.outer)
        flat = made.outer.get("envelope.form") in FLAT
        if self.state is not None and not made.inner and not flat and self._behind(frame):
            after = _bytes(frame.after)
            core = None if own else self._fed(self.state, self._core(frame))
            return Live(made, "behind", self._ended(self.state, after), frame, None, None, None, core, after)
        core = None
        if frame.tail >= 0 and not own and self.lock.begin is not None:
            core = self.lock.begin()
            core.update(_bytes(text[: len(text) - frame.tail]))
        return Live(
            made,
            "around",
            self.digest(message),
            None if flat or made.inner else frame,
            None,
            None,
            None,
            core,
        )

    def _behind(self, frame: Frame) -> bool:
        """Whether a frame differs from the right one behind the business object only."""
        plain = frame.held is None and not frame.whole and frame.charset == "utf-8" and frame.there
        return plain and frame.before == self.frame.before

    def _tail(self, live: Live, joints: tuple[str, str]) -> bytes:
        if joints not in live.tails:
            live.tails[joints] = _bytes(tail(self.writing.seen, live.made.outer, joints) or "")
        return live.tails[joints]

    def pairs(self, one: Live, others: Sequence[Live]) -> Iterator[tuple[Live, bytes]]:
        """The digest of one mistake with each of others that may stand beside it and make a text of their own."""
        self.check()
        place, made = one.place, one.made
        for other in others:
            if other.place == "tail" and one.core is not None:
                joints = one.frame.joints if one.frame is not None else self.frame.joints
                yield other, self._ended(one.core, other.tails.get(joints) or self._tail(other, joints))
            elif place == "tail" and other.core is not None:
                joints = other.frame.joints if other.frame is not None else self.frame.joints
                yield other, self._ended(other.core, one.tails.get(joints) or self._tail(one, joints))
            elif place == "inside" and other.place == "behind":
                assert one.state is not None
                yield other, self._ended(one.state, other.after)
            elif place == "behind" and other.place == "inside":
                assert other.state is not None
                yield other, self._ended(other.state, one.after)
            elif not made.meets(other.made):
                digest = self._pair(one, other)
                if digest is not None:
                    self.check()
                    yield other, digest

    def _pair(self, one: Live, other: Live) -> bytes | None:
        """The digest of two mistakes that do not meet; None when one of them hides the other."""
        if one.place == other.place == "inside":
            assert one.inner is not None
            assert other.inner is not None
            data = self.writing.both(one.inner, other.inner)
            if data is None or data in (one.data, other.data):
                return None
            state = self._fed(self.start, data)
            assert state is not None
            self._overhead += EACH
            return self._ended(state, _bytes(self.frame.after))
        if one.place == other.place == "tail":
            assert self.core is not None
            text = tail(self.writing.seen, merged((one.made.outer, other.made.outer)), self.frame.joints)
            return None if text is None else self._ended(self.core, _bytes(text))
        if other.place == "inside":
            one, other = other, one
        if one.place == "inside" and other.frame is not None and not one.made.outer:
            if not other.frame.there:
                return None
            return self.digest(other.frame.encoded(other.frame.text(one.data)))
        outer = merged((one.made.outer, other.made.outer))
        inner = merged((one.made.inner, other.made.inner))
        if (one.made.inner and other.made.inner) or outer.get("envelope.form") in FLAT:
            return self.digest(self.writing.message(inner, outer, keep=False))
        data = self.writing.data(inner)
        frame = self.writing.frame(outer, there=data is not None, keep=False)
        return self.digest(frame.encoded(frame.text(data)))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
