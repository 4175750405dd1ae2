"""What a socket hands to the pure core and takes back from it: a method, a path, headers and bytes."""

from __future__ import annotations

from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One HTTP message. `status` is None for a request. Header names are lower case."""

    method: str
    path: str
    headers: Headers
    body: bytes
    status: int | None = None

    def header(self, name: str) -> str:
        """The first value of header `name` (any case), or the empty text."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
