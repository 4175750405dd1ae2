"""The trade bill of a day: `GET /v3/bill/tradebill`, and the file behind its `download_url` (channels sheet 1c).

It holds the cash part only. A day's bill is there from 10:00 of the next day, in timer time: the latest of the
merchant's persons in the run, so that `advance` makes it ready (contracts 3: reconciliation schedules).
"""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.channels.wechat.bill_columns import ROWS, SUM
from simulator.channels.wechat.errors import refusal
from simulator.channels.wechat.offered import called
from simulator.channels.wechat.state import of
from simulator.channels.wechat.transport import FILE, PACKED
from simulator.protocol.crypto.ciphers import sha1_hex
from simulator.protocol.model.interface import Request
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Reply
from simulator.protocol.text.fields import text
from simulator.protocol.text.money import to_yuan
from simulator.protocol.text.said import Said
from simulator.protocol.text.times import beijing_dt, parse_timestamp

SOURCE: Final = "payment-channels 1c (H)"
DOWNLOAD: Final = "/v3/billdownload/file"
KINDS: Final = ("ALL", "SUCCESS", "REFUND")
READY_MS: Final = 34 * 3_600_000
"""10:00 of the next day."""
KEPT_MS: Final = 92 * 86_400_000
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@dataclass(frozen=True, slots=True)
class BillRow:
    """One line: a payment (`refund_no` empty) or a refund. Money in fen."""

    at_wire_ms: int
    cells: tuple[str, ...]
    paid: int
    refunded: int


def whole(shards: tuple[Shard, ...], request: Request, ctx: Context) -> Reply:
    """Answer `hash_type`, `hash_value` (of the unpacked text) and `download_url`."""
    date, kind = text(request.data, "bill_date"), text(request.data, "bill_type") or "ALL"
    begins = parse_timestamp(f"{date} 00:00:00") if _DATE.match(date) else None
    tar = text(request.data, "tar_type")
    if begins is None or kind not in KINDS or tar not in ("", "GZIP"):
        return refusal(
            "PARAM_ERROR",
            Said("bill_date 应为 YYYY-MM-DD, bill_type 为 ALL、SUCCESS 或 REFUND, tar_type 为 GZIP 或不填"),
        )
    if not begins[1] + READY_MS <= ctx.now_ms < begins[1] + KEPT_MS:
        return refusal("NO_STATEMENT_EXIST", Said("{} 的账单次日 10 点生成, 可下载三个月", date))
    file = bill(shards, date, kind)
    if not file:
        return refusal("NO_STATEMENT_EXIST", Said("{} 没有交易", date))
    digest = sha1_hex(file.encode())
    token = base64.urlsafe_b64encode(f"{date}.{kind}.{tar}.{digest}".encode()).decode()
    url = f"{text(request.header, 'origin')}{DOWNLOAD}?token={token}"
    return Reply("0", Said("成功"), {"hash_type": "SHA1", "hash_value": digest, "download_url": url})


def download(shards: tuple[Shard, ...], request: Request, ctx: Context) -> Reply:  # noqa: ARG001
    """The file that the token of `download_url` names."""
    try:
        named = base64.urlsafe_b64decode(text(request.data, "token").encode("ascii")).decode("ascii")
    except ValueError:  # also UnicodeError, binascii.Error
        named = ""
    date, kind, tar, digest = (*named.split("."), "", "", "", "")[:4]
    file = bill(shards, date, kind)
    if not file or sha1_hex(file.encode()) != digest:
        return refusal("NO_STATEMENT_EXIST", Said("download_url 的 token 无效; 请重新申请账单"))
    packed = base64.b64encode(gzip.compress(file.encode(), mtime=0)).decode("ascii")
    return Reply("0", Said("成功"), {FILE: packed, PACKED: tar == "GZIP"})


def bill(shards: tuple[Shard, ...], date: str, kind: str) -> str:
    """The text of a day's bill, oldest row first; empty when nothing happened."""
    rows = sorted(
        (row for shard in shards for row in _rows(shard, kind) if beijing_dt(row.at_wire_ms)[:10] == date),
        key=lambda row: (row.at_wire_ms, row.cells),
    )
    if not rows:
        return ""
    paid, refunded = sum(row.paid for row in rows), sum(row.refunded for row in rows)
    sums = (
        str(len(rows)),
        to_yuan(paid),
        to_yuan(refunded),
        "0.00",
        "0.00000",
        to_yuan(paid),
        to_yuan(refunded),
    )
    lines = [ROWS, *map(_line, (row.cells for row in rows)), SUM, _line(sums)]
    return "".join(f"{line}\r\n" for line in lines)


def _line(cells: tuple[str, ...]) -> str:
    return ",".join(f"`{cell}" for cell in cells)


def _rows(shard: Shard, kind: str) -> Iterator[BillRow]:
    own = of(shard)
    for order in own.orders.values():
        if not order.transaction_id:
            continue
        head = (
            order.appid,
            order.mchid,
            "0",
            "",
            order.transaction_id,
            order.out_trade_no,
            order.openid,
            "JSAPI",
        )
        bank, paid = ("OTHERS", "CNY"), to_yuan(order.total)
        tail = (_cell(order.description), _cell(order.attach), "0.00000", "0.60%")
        if kind in ("ALL", "SUCCESS"):
            no_refund = ("0", "0", "0.00", "0.00", "", "")
            cells = (
                beijing_dt(order.paid_wire_ms),
                *head,
                "SUCCESS",
                *bank,
                paid,
                "0.00",
                *no_refund,
                *tail,
                paid,
                "0.00",
                "",
            )
            yield BillRow(order.paid_wire_ms, cells, order.total, 0)
        for refund in own.refunds.values():
            if kind == "SUCCESS" or refund.out_trade_no != order.out_trade_no:
                continue
            fen = to_yuan(refund.fen)
            about = (refund.refund_id, refund.out_refund_no, fen, "0.00", "ORIGINAL", refund.status)
            cells = (
                beijing_dt(refund.made_wire_ms),
                *head,
                "REFUND",
                *bank,
                "0.00",
                "0.00",
                *about,
                *tail,
                "0.00",
                fen,
                "",
            )
            yield BillRow(refund.made_wire_ms, cells, 0, refund.fen)


def _cell(words: str) -> str:
    """A merchant's text in a cell: what would end the cell or the row becomes a blank."""
    return re.sub(r"[,\r\n`]", " ", words)


WX_TRADE_BILL = called(
    "wxTradeBill", Said("申请交易账单"), "GET", ("/v3/bill/tradebill",), SOURCE, whole=whole
)
WX_BILL_FILE = called("wxBillFile", Said("下载账单文件"), "GET", (DOWNLOAD,), SOURCE, whole=download)
