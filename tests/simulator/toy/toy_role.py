"""A toy party: a ticket is made by POST, asked by GET with a query on the same path, and told of by a notice."""

from __future__ import annotations

from toy_form import TOY

from simulator.protocol.model.endpoint import at, nowhere
from simulator.protocol.model.interface import Interface, Notice
from simulator.protocol.model.role import Role
from simulator.protocol.model.step import Changed, Index, Notify, Reply, Step, reply_only
from simulator.protocol.text.fields import pairs, text

PATH = "/toy/{desk}/tickets"


def make(shard, request, ctx):
    number = text(request.data, "no")
    if ("toyNo", number) in ctx.taken:
        return reply_only(shard, "LT-ORDER-DUPLICATE", f"no={number} 已是别人的")
    told = Notify("toyDone", number, {"no": number, "state": "made"}, 1, "toy.told")
    changed = Changed("toy", number, "", "made", "取号")
    return Step(shard, (Index("toyNo", number), changed, told, Reply("0", "ok")))


def ask(shard, request, ctx):
    return Step(shard, (Reply("0", "ok", {"no": text(request.data, "no"), "person": shard.core.person}),))


def told(shard, event, ctx):
    after = "told" if event.args["accepted"] else "untold"
    return Step(shard, (Changed("toy", text(event.args, "key"), "made", after, "通知"),))


def never(shard, request, ctx):
    return reply_only(shard, "LT-NOT-IMPLEMENTED", "只由我们发出")


def locate(data):
    return pairs(data, ("idNo", "idNo"), ("toyNo", "no"))


def row(number, endpoints, act, **more):
    path = more.pop("path", PATH)
    return Interface(
        number=number, role="toy", path=path, name=number, transport=TOY, endpoints=endpoints, schema="",
        locate=locate, act=act, source="toy", status="assumed", **more,
    )  # fmt: skip


DONE = row("toyDone", nowhere, never, path="")
NOTICE = Notice("toyDone", "toy_done", "toyNo", DONE)
MAKE = row("toyMake", at(PATH), make, notices=(NOTICE,), unique=lambda data: pairs(data, ("toyNo", "no")))
ASK = row("toyAsk", at(PATH, "GET"), ask)
ROLE = Role(
    "toy",
    interfaces=(MAKE, ASK, DONE),
    events=(("toy.told", told),),
    transports=(TOY,),
    ids={"no": "toyNo"},
)
