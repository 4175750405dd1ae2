"""Client of the simulator's control API: one method per route, one exception for whatever goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote

import aiohttp
import orjson

from simulator.protocol.text.said import Said, Text, said_in

TOKEN_HEADER = "X-Liantiao-Control"
TIMEOUT_S = 40
LONG_POLL_MS = 10_000

JSON = dict[str, Any]


class ControlError(RuntimeError):
    """The simulator refused or did not answer a control call; the text says which and why. `answered`: somebody was there."""

    def __init__(self, what: str, status: int, message: Text, *, answered: bool = True) -> None:
        self.status, self.answered = status, answered
        super().__init__(Said("{}: {}", what, message))


class Control:
    """One simulator. Use as an async context manager."""

    def __init__(self, base: str, token: str) -> None:
        self.base = base.rstrip("/")
        self._token = token

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers={TOKEN_HEADER: self._token},
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
            connector=aiohttp.TCPConnector(limit=64),
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None, **query: Any) -> JSON:
        """One control call. Raises ControlError for anything but a 2xx JSON object."""
        what = f"{method} {path}"
        params = {key: str(value) for key, value in query.items() if value is not None}
        try:
            async with self._session.request(method, self.base + path, json=body, params=params) as reply:
                value = orjson.loads(await reply.read() or b"null")
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            there = not isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL)
            said = Said("模拟器没有应答 ({}: {})", type(error).__name__, error)
            raise ControlError(what, 0, said, answered=there) from None
        if reply.status >= 300 or not isinstance(value, dict):
            message = (
                (said_in(value, "message") or said_in(value, "error")) if isinstance(value, dict) else value
            )
            raise ControlError(what, reply.status, Said("HTTP {} {}", reply.status, message))
        return value

    async def health(self) -> JSON:
        """`{"status", "version"}`."""
        return await self.call("GET", "/health")

    async def whose(self) -> JSON:
        """`{"platform", "profile", "pid", "attached", …}`; needs no token."""
        return await self.call("GET", "/control/health")

    async def attach(self, name: str) -> JSON:
        """Begin or renew the lease `name`: the simulator does not end before it does."""
        return await self.call("PUT", f"/control/attachments/{quote(name)}")

    async def detach(self, name: str) -> JSON:
        """End the lease."""
        return await self.call("DELETE", f"/control/attachments/{quote(name)}")

    async def institution(
        self, code: str, name: str, region: str, profile: Mapping[str, Any] | None = None
    ) -> JSON:
        """The vendor block of institution `code`, made when it is new, with what these options of a run ask for."""
        body = {
            "code": code,
            "name": name,
            "region": region,
            **({"profile": dict(profile)} if profile else {}),
        }
        return await self.call("POST", "/control/institutions", body)

    async def endpoints(self, code: str, notify_6302: str, wallet_notify: str = "") -> JSON:
        """Say where the notices of `code` go (`none` for a hospital that only polls; no wallet: empty)."""
        body = {"notify_6302": notify_6302, **({"wallet_notify": wallet_notify} if wallet_notify else {})}
        return await self.call("PUT", f"/control/institutions/{quote(code)}/endpoints", body)

    async def open_run(self, run: str, institutions: list[str], profile: Mapping[str, Any]) -> JSON:
        """Open the namespace of a run."""
        body = {"run": run, "institutions": institutions, "profile": dict(profile)}
        return await self.call("POST", "/control/runs", body)

    async def close_run(self, run: str) -> JSON:
        """Close the namespace: its timers and notices stop."""
        return await self.call("DELETE", f"/control/runs/{quote(run)}")

    async def person(
        self, run: str, flow: str, institution: str, alias: str, spec: Mapping[str, Any],
        identity: Mapping[str, str] | None = None, scenario: str = "",
    ) -> JSON:  # fmt: skip
        """A person of a flow: `{person, alias, name, id_no, id_type, openid, phone, flow}`.

        Fresh, or with the `identity` of somebody whom the vendor has on file.
        """
        body: JSON = {"flow": flow, "institution": institution, "alias": alias, "spec": dict(spec)}
        body |= {"scenario": scenario} if scenario else {}
        if identity:
            body["identity"] = dict(identity)
        return await self.call("POST", f"/control/runs/{quote(run)}/persons", body)

    async def of_person(
        self, run: str, person: str, what: str, body: Mapping[str, Any], method: str = "POST"
    ) -> JSON:
        """`what` of a person: authorise, show-code, do, policy, faults, replies, advance, notices."""
        return await self.call(method, f"/control/runs/{quote(run)}/persons/{quote(person)}/{what}", body)

    async def fault(self, run: str, body: Mapping[str, Any]) -> JSON:
        """A fault for the whole institution, for those that act before a message can be opened."""
        return await self.call("POST", f"/control/runs/{quote(run)}/faults", body)

    async def record(self, run: str, record: Mapping[str, Any]) -> int:
        """Put one of the runner's own records into the chain; its number."""
        reply = await self.call("POST", f"/control/runs/{quote(run)}/records", record)
        return int(reply.get("seq", 0))

    async def records(self, run: str, after: int, wait_ms: int = LONG_POLL_MS, limit: int = 500) -> JSON:
        """`{"records", "next"}` after number `after`; waits up to `wait_ms` (≤ 20000) for the first."""
        path = f"/control/runs/{quote(run)}/records"
        return await self.call("GET", path, after=after, wait_ms=wait_ms, limit=limit)

    async def raws(self, run: str, after: int) -> JSON:
        """`{"raw": [{"seq", "salt", "raw"}], "next"}`: messages kept among the records after number `after`."""
        return await self.call("GET", f"/control/runs/{quote(run)}/raw", after=after)

    async def search(self, run: str, text: str) -> JSON:
        """Where values of the run stand in a text: `{"leaks", "found", "known", "text"}`; in `text` they are replaced."""
        return await self.call("POST", f"/control/runs/{quote(run)}/search", {"text": text})

    async def quiet(self, run: str, flow: str, wait_ms: int, quiet_ms: int) -> JSON:
        """`{"quiet", "open", "window_ms", "last_seq"}`; waits up to `wait_ms` for quiet."""
        path = f"/control/runs/{quote(run)}/quiet"
        return await self.call("GET", path, flow=flow, wait_ms=wait_ms, quiet_ms=quiet_ms)
