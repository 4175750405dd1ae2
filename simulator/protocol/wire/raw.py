"""What a socket hands to the pure core and takes back from it: a method, a target, headers and bytes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One HTTP message. `status` is None for a request.

    `target` is path and query as they stood in the start line, undecoded; an answer has that of its request.
    Headers stand in their order and with their case.
    """

    method: str
    target: str
    headers: Headers
    body: bytes
    status: int | None = None

    @property
    def path(self) -> str:
        """The target without its query, undecoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The parameters of the query in their order, decoded."""
        return tuple(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def header(self, name: str) -> str:
        """The first value of header `name` (any case), or the empty text."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
