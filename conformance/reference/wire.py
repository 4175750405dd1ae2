"""Every call to a peer: sealed 6xxx, 两定 (fsi) transactions, userQuery. Bounded in time, size and number.

One attempt waits at most `TIMEOUT_S`; an answer is read up to `MAX_BODY` bytes. A failed attempt is an
`unknown` answer, never an exception.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from conformance.reference.answers import Answer
from conformance.reference.config import PROFILE, Config
from conformance.reference.practice import Practice
from simulator.protocol.text.times import beijing14, beijing_dt
from simulator.protocol.wire.envelope import open_sealed, seal_request
from simulator.protocol.wire.portal import sign_portal
from simulator.protocol.wire.raw import RawMessage

TIMEOUT_S: Final = 5.0
MAX_BODY: Final = 4 * 1024 * 1024
LOST: Final = Answer("unknown", message="没有收到应答")

Compose = Callable[[int], Mapping[str, Any]]


def now_ms() -> int:
    """Wire time: the machine's clock (contracts 3)."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Wire:
    """The client side of one hospital."""

    config: Config
    practice: Practice
    session: aiohttp.ClientSession
    serial: int = field(default_factory=lambda: int.from_bytes(os.urandom(3), "big"))

    def number(self, letter: str) -> str:
        """A new number of 20 characters `[A-Z0-9]`, unique in this hospital and unlikely elsewhere."""
        self.serial += 1
        return f"{letter}{beijing14(now_ms())[2:]}{self.serial % 10_000_000:07d}"

    async def sealed(self, interface: str, compose: Compose, attempts: int = 1) -> Answer:
        """Call an interface of the centre, again after a lost answer, `attempts` times in all.

        `compose(n)` gives the business data of attempt n (0, 1, …).
        """
        sent: list[bytes] = []
        answer = LOST
        for attempt in range(attempts):
            if attempt:
                await asyncio.sleep(self.practice.resending.pause_s(attempt))
            data = compose(attempt)
            body = self.practice.sealing.resend_body(sent, lambda data=data: self._seal(data))  # type: ignore[misc]
            sent.append(body)
            answer = await self._sealed_once(interface, body)
            if answer.outcome != "unknown":
                break
        return answer

    def _seal(self, data: Mapping[str, Any]) -> bytes:
        keys, now = self.config.keys, now_ms()
        return seal_request(
            data, keys, PROFILE, now, os.urandom(32), **self.practice.sealing.style(keys, now)
        )

    async def _sealed_once(self, interface: str, body: bytes) -> Answer:
        raw = await self._post(self.config.paths[interface], body, {})
        if raw is None:
            return LOST
        opened = open_sealed(
            raw, {self.config.keys.app_id: self.config.keys}, PROFILE, now_ms(), frozenset(), kind="response"
        )
        return self.practice.sealing.read_answer(opened, raw.status or 0)

    async def fsi(
        self, infno: str, data: Mapping[str, Any], insured_region: str = "", attempts: int = 2
    ) -> Answer:
        """Call a 两定 transaction (institution sheet 3, 4): common header around `input.data`."""
        answer = LOST
        for attempt in range(attempts):
            if attempt:
                await asyncio.sleep(self.practice.resending.pause_s(attempt))
            # 1162 is posted without the common header (institution sheet 6.2 b)
            request = data if infno == "1162" else self._fsi_request(infno, data, insured_region)
            body = json.dumps(request, ensure_ascii=False).encode("utf-8")
            raw = await self._post(self.config.paths[infno], body, {})
            answer = LOST if raw is None else _fsi_answer(raw)
            if answer.outcome != "unknown":
                break
        return answer

    def _fsi_request(self, infno: str, data: Mapping[str, Any], insured_region: str) -> dict[str, Any]:
        self.serial += 1
        now = now_ms()
        return {
            "infno": infno,
            "msgid": f"{self.config.code}{beijing14(now)}{self.serial % 10_000:04d}",
            "mdtrtarea_admvs": self.config.region,
            "insuplc_admdvs": insured_region or self.config.region,
            "recer_sys_code": "YBXT",
            "dev_no": "",
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": "",
            "infver": "V1.0",
            "opter_type": "3",
            "opter": "mobile",
            "opter_name": "移动支付",
            "inf_time": beijing_dt(now),
            "fixmedins_code": self.config.code,
            "fixmedins_name": self.config.name,
            "sign_no": "",
            "input": {"data": dict(data)},
        }

    async def user_query(self, path: str, code: str, openid: str) -> Answer:
        """Exchange an authorisation code (channels sheet 1a). `path` is `userQuery` or `modeA`."""
        config, now = self.config, now_ms()
        headers = {
            "god-portal-timestamp": str(now),
            "god-portal-request-id": uuid.uuid4().hex,
            "god-portal-signature": sign_portal(config.partner_id, config.partner_secret, now),
        }
        address = config.paths.get(path, config.paths["userQuery"]).replace("{partnerId}", config.partner_id)
        body = json.dumps({"qrcode": code, "openid": openid}, ensure_ascii=False).encode("utf-8")
        raw = await self._post(address, body, headers)
        return LOST if raw is None else _portal_answer(raw)

    async def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> RawMessage | None:
        """One HTTP attempt; None when no complete answer came in time."""
        head = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json", **headers}
        url = self.config.base + path
        try:
            async with self.session.post(url, data=body, headers=head, allow_redirects=False) as response:
                content = bytearray()
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > MAX_BODY:
                        return None
                pairs = tuple((name.lower(), value) for name, value in response.headers.items())
                return RawMessage("POST", path, pairs, bytes(content), response.status)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return None


def _object(raw: RawMessage) -> dict[str, Any] | None:
    try:
        value = json.loads(raw.body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _fsi_answer(raw: RawMessage) -> Answer:
    """infcode 0 is success, as number or text; a gateway may answer `code, message, data` (institution sheet 4)."""
    body = _object(raw)
    code = None if body is None else body.get("infcode", body.get("code"))
    if raw.status != 200 or body is None or code is None:
        return LOST
    output = body.get("output", body.get("data"))
    data = output if isinstance(output, dict) else body
    code, message = str(code), str(body.get("err_msg") or body.get("message") or "")
    return Answer("ok" if code == "0" else "refused", data, code, message)


def _portal_answer(raw: RawMessage) -> Answer:
    """code 0 is success; the members are flat, or inside `data` (channels sheet 1a)."""
    body = _object(raw)
    if raw.status != 200 or body is None or "code" not in body:
        return LOST
    nested = body.get("data")
    data = {**body, **nested} if isinstance(nested, dict) else body
    code = str(body["code"])
    return Answer("ok" if code == "0" else "refused", data, code, str(body.get("message") or ""))
