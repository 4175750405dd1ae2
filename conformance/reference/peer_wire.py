"""Every call to a peer: sealed 6xxx, 两定 (fsi) transactions, userQuery. Bounded in time, size and number.

One attempt waits at most `TIMEOUT_S`; an answer is read up to `MAX_BODY` bytes. A failed attempt is an
`unknown` answer, never an exception.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import aiohttp

from conformance.reference.answers import PeerAnswer
from conformance.reference.config import PROFILE, Config
from conformance.reference.practice import Practice
from simulator.protocol.text.times import beijing14, beijing_dt
from simulator.protocol.wire import mirrors
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import PeerCall

TIMEOUT_S: Final = 5.0
MAX_BODY: Final = 4 * 1024 * 1024
LOST: Final = PeerAnswer("unknown", message="没有收到应答")

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

    async def sealed(self, interface: str, compose: Compose, attempts: int = 1) -> PeerAnswer:
        """Call an interface of the centre, again after a lost answer, `attempts` times in all.

        `compose(n)` gives the business data of attempt n (0, 1, …).
        """
        sent: list[bytes] = []
        answer = LOST
        for attempt in range(attempts):
            if attempt:
                await asyncio.sleep(self.practice.resending.pause_s(attempt))
            data = self.practice.asking.data(interface, dict(compose(attempt)))
            asked = self._seal(interface, data)
            body = self.practice.sealing.resend_body(sent, lambda asked=asked: asked.body)  # type: ignore[misc]
            sent.append(body)
            answer = await self._sealed_once(interface, replace(asked, body=body))
            if answer.outcome != "unknown":
                break
        return answer

    def _seal(self, interface: str, data: Mapping[str, Any]) -> RawMessage:
        now = now_ms()
        style = self.practice.sealing.style(self.config.keys, now)
        call = PeerCall(interface, self.config.paths[interface], data, style)
        return mirrors.SEALED.request(call, self.config.sealed_caller, PROFILE, now, os.urandom(32))

    async def _sealed_once(self, interface: str, asked: RawMessage) -> PeerAnswer:
        raw = await self._send(asked)
        if raw is None:
            return LOST
        opened = mirrors.SEALED.read_reply(raw, self.config.sealed_caller, PROFILE, now_ms())
        answer = self.practice.sealing.read_answer(opened, raw.status or 0)
        return self.practice.doubting.trusted(interface, opened, raw.status or 0, answer)

    async def fsi(
        self, infno: str, data: Mapping[str, Any], insured_region: str = "", attempts: int = 2
    ) -> PeerAnswer:
        """Call a 两定 transaction (institution sheet 3, 4): common header around `input.data`."""
        answer = LOST
        made_up = self.practice.asking.instead.get(infno)
        if made_up is not None:
            return made_up(data)
        data = self.practice.asking.data(infno, dict(data))
        for attempt in range(attempts):
            if attempt:
                await asyncio.sleep(self.practice.resending.pause_s(attempt))
            # 1162 is posted without the common header (institution sheet 6.2 b)
            bare = infno == "1162"
            mirror, header = (
                (mirrors.PLAIN, {}) if bare else (mirrors.FSI, self._fsi_header(infno, insured_region))
            )
            call = PeerCall(infno, self.config.paths[infno], data if bare else {"data": dict(data)}, header)
            caller = self.config.fsi_caller  # signed where the block has the account of a gateway
            raw = await self._send(mirror.request(call, caller, PROFILE, now_ms(), os.urandom(16)))
            answer = (
                LOST if raw is None else _fsi_answer(raw, mirror.read_reply(raw, caller, PROFILE, now_ms()))
            )
            if answer.outcome != "unknown":
                break
        stands_in = self.practice.doubting.instead.get(infno) if answer.outcome == "refused" else None
        return answer if stands_in is None else stands_in(data)

    def _fsi_header(self, infno: str, insured_region: str) -> dict[str, Any]:
        self.serial += 1
        now = now_ms()
        header = {
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
        }
        return self.practice.asking.header(infno, header)

    async def user_query(self, path: str, code: str, openid: str) -> PeerAnswer:
        """Exchange an authorisation code (channels sheet 1a). `path` is `userQuery` or `modeA`."""
        config = self.config
        address = config.paths.get(path, config.paths["userQuery"]).replace("{partnerId}", config.partner_id)
        asked = self.practice.asking.data(path, {"qrcode": code, "openid": openid})
        call = PeerCall(path, address, asked)
        caller = config.portal_caller
        raw = await self._send(mirrors.PORTAL.request(call, caller, PROFILE, now_ms(), os.urandom(32)))
        if raw is None:
            return LOST
        return _portal_answer(raw, mirrors.PORTAL.read_reply(raw, caller, PROFILE, now_ms()))

    async def _send(self, asked: RawMessage) -> RawMessage | None:
        """One HTTP attempt; None when no complete answer came in time."""
        url, head = self.config.base + asked.target, dict(asked.headers)
        try:
            async with self.session.post(
                url, data=asked.body, headers=head, allow_redirects=False
            ) as response:
                content = bytearray()
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > MAX_BODY:
                        return None
                pairs = tuple(response.headers.items())
                return RawMessage(asked.method, asked.target, pairs, bytes(content), response.status)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return None


def _fsi_answer(raw: RawMessage, opened: Opened) -> PeerAnswer:
    """infcode 0 is success, as number or text; a gateway may answer `code, message, data` (institution sheet 4)."""
    head = opened.outer
    code = None if head is None else head.get("infcode", head.get("code"))
    if raw.status != 200 or head is None or code is None:
        return LOST
    output = opened.data if isinstance(opened.data, Mapping) else head.get("data")
    data = output if isinstance(output, Mapping) else head
    message = str(head.get("err_msg") or head.get("message") or "")
    return PeerAnswer("ok" if str(code) == "0" else "refused", data, str(code), message)


def _portal_answer(raw: RawMessage, opened: Opened) -> PeerAnswer:
    """code 0 is success; the members are flat, or inside `data` (channels sheet 1a)."""
    if raw.status != 200 or opened.outer is None or "code" not in opened.outer:
        return LOST
    code, message = str(opened.outer["code"]), str(opened.outer.get("message") or "")
    return PeerAnswer("ok" if code == "0" else "refused", opened.data or {}, code, message)
