"""What every interface of the channel has in common, so that a module states only what is its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.channels.wechat.errors import refuse
from simulator.channels.wechat.transport import WECHAT
from simulator.protocol.model.endpoint import Endpoint, nowhere
from simulator.protocol.model.interface import Interface, Notice, Pairs, Request
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Reply, Step
from simulator.protocol.text.said import Said, Text

ROLE = "wechat"
Act = Callable[[Shard, Request, Context], Step]
Whole = Callable[[tuple[Shard, ...], Request, Context], Reply]


def never(shard: Shard, request: Request, ctx: Context) -> Step:  # noqa: ARG001
    """Nobody calls it with a person: a notice of ours, or a question about the merchant."""
    return refuse(shard, "INVALID_REQUEST", Said("此接口不由商户调用"))


def nobody(_data: Mapping[str, Any]) -> Pairs:
    """Of an interface that no person's number finds."""
    return ()


def called(
    number: str, name: Text, method: str, paths: tuple[str, ...], source: str, *, schema: str = "",
    locate: Callable[[Mapping[str, Any]], Pairs] = nobody, act: Act = never, whole: Whole | None = None,
    unique: Callable[[Mapping[str, Any]], Pairs] = nobody, notices: tuple[Notice, ...] = (),
) -> Interface:  # fmt: skip
    """An interface that merchants call at each of `paths`; the first is the one of the documents."""
    return Interface(
        number=number, role=ROLE, path=paths[0], name=name, transport=WECHAT,
        endpoints=lambda _profile: tuple(Endpoint(method, path) for path in paths),
        schema=schema, locate=locate, act=act, source=source, status="channel-official",
        whole=whole, unique=unique, notices=notices,
    )  # fmt: skip


def told_to(number: str, name: Text, source: str) -> Interface:
    """What we send to the address that an order carries."""
    return Interface(
        number=number, role=ROLE, path="", name=name, transport=WECHAT, endpoints=nowhere, schema="",
        locate=nobody, act=never, source=source, status="channel-official",
    )  # fmt: skip
