"""The single entry of a front machine (前置机, style B): one address, the transaction chosen by `infno` (sheet 1.1).

Each transaction has an endpoint there that `infno` selects; a request that names none of ours ends here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.institution.transport import FSI, single_entries
from simulator.protocol.model.endpoint import Endpoint
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Step, reply_only
from simulator.protocol.text.said import Said


def locate(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:  # noqa: ARG001
    """Nobody: what it asks is not known here."""
    return ()


def act(shard: Shard, request: Request, ctx: Context) -> Step:  # noqa: ARG001
    """Refuse: the transaction is not offered."""
    return reply_only(shard, "LT-NOT-IMPLEMENTED", Said("本地方版未提供该交易"))


SINGLE = Interface(
    number="callService",
    role="institution",
    path="/fsi/api/rsfComIfsService/callService",
    name=Said("两定单一入口"),
    transport=FSI,
    endpoints=lambda profile: tuple(Endpoint("POST", entry) for entry in single_entries(profile)),
    schema="",
    locate=locate,
    act=act,
    source="designated-institution 1.1 (H)",
    status="vendor-code",
    stands_for=("1101", "2201", "2202"),
)
