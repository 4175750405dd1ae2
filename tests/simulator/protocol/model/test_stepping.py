"""One step from its first handler to its end: who may write what, who is told in which order, and how often."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.centre.transport import SEALED
from simulator.protocol.model.endpoint import at
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.person import new_shard
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.role import Role
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Event, Institution, Reply, Step, Tell
from simulator.protocol.model.stepping import MOST_TELLS, StepError, answer, cast_of, happen

NAMES = ("red", "green", "blue")
START = 1_000
CONTEXT = Context(0, 0, str, Profile("test", {}))


def play(name: str) -> Any:
    """A handler that does what its event says: `acts` is a list of (act, argument)."""

    def handler(shard: Shard, event: Event, ctx: Context) -> Step:
        effects: list[Any] = [Changed(name, event.args.get("label", ""), "", "", "")]
        for act, argument in event.args.get("acts", ()):
            if act == "pay":  # leaves this purse and arrives at another by a tell
                to, fen = argument
                shard = shard.with_part(name, shard.parts[name] - fen)
                effects.append(Tell(to, Event("take", {"fen": fen, "label": f"{name}>{to}"})))
            elif act == "ask":
                to, label, acts, back = argument
                effects.append(
                    Tell(to, Event("do", {"label": label, "acts": acts}), Event("do", {"label": back}))
                )
            elif act == "reply":
                effects.append(Reply("0", "", {}))
            elif act == "steal":
                shard = shard.with_part(argument, 0)
            elif act == "core":
                shard = shard.with_core(**argument)
        return Step(shard, tuple(effects), {"from": name})

    return handler


def take(name: str) -> Any:
    def handler(shard: Shard, event: Event, ctx: Context) -> Step:
        after = shard.with_part(name, shard.parts[name] + event.args["fen"])
        return Step(after, (Changed(name, event.args["label"], "", "", ""),))

    return handler


def role(name: str, **more: Any) -> Role:
    return Role(
        name,
        events=((f"{name}.go", play(name)),),
        told=(("do", play(name)), ("take", take(name))),
        part=lambda spec: START,
        **more,
    )


ROLES = (role("red", publishes=("policy",)), role("green"), role("blue"))
CAST = cast_of(ROLES)


def go(*acts: tuple[str, Any], shard: Shard | None = None) -> Step:
    return happen(CAST, shard or fresh(), Event("red.go", {"label": "first", "acts": acts}), CONTEXT)


def fresh() -> Shard:
    return new_shard({}, "run", "flow", ROLES)


def labels(step: Step) -> list[str]:
    return [effect.key for effect in step.effects if isinstance(effect, Changed)]


def test_the_told_come_first_in_first_out_and_a_result_after_those_told_before_it():
    step = go(
        ("ask", ("green", "a", (("ask", ("blue", "c", (), "c back")),), "a back")),
        ("ask", ("blue", "b", (), "b back")),
    )
    assert labels(step) == ["first", "a", "b", "c", "a back", "b back", "c back"]
    assert [effect.what for effect in step.effects if isinstance(effect, Changed)] == [
        "red", "green", "blue", "blue", "red", "red", "green",
    ]  # fmt: skip


def test_a_result_comes_back_to_the_teller():
    heard: list[Event] = []

    def listen(shard: Shard, event: Event, ctx: Context) -> Step:
        heard.append(event)
        return Step(shard)

    asking = Role(
        "asking",
        events=(("ask", lambda shard, event, ctx: Step(shard, (Tell(event.args["of"], Event("do"), Event("heard", {"mine": 1})),))),),
        told=(("heard", listen),),
    )  # fmt: skip
    cast = cast_of((*ROLES, asking))
    for name in ("green", "nobody"):
        happen(cast, fresh(), Event("ask", {"of": name}), CONTEXT)
    assert [dict(event.args) for event in heard] == [
        {"mine": 1, "result": {"from": "green"}},
        {"mine": 1, "result": {"status": "absent"}},
    ]


def test_no_role_of_that_name_is_an_answer_but_no_such_event_is_our_mistake():
    assert labels(go(("pay", ("nobody", 0)))) == ["first"]
    unknown = Tell("green", Event("sing"))
    bad = Role("bad", events=(("bad.go", lambda shard, event, ctx: Step(shard, (unknown,))),))
    with pytest.raises(StepError, match="bad told green sing: no such event"):
        happen(cast_of((*ROLES, bad)), fresh(), Event("bad.go"), CONTEXT)
    with pytest.raises(StepError, match="no role answers"):
        happen(CAST, fresh(), Event("nobody.go"), CONTEXT)


@pytest.mark.parametrize("acts", [[("steal", "green")], [("pay", ("green", 5)), ("steal", "blue")]])
def test_nobody_writes_into_the_compartment_of_another(acts):
    with pytest.raises(StepError, match="red wrote into the compartment of"):
        go(*acts)
    with pytest.raises(StepError, match="blue wrote into the compartment of green"):
        go(("ask", ("blue", "x", (("steal", "green"),), "back")))


def test_a_new_or_a_lost_compartment_is_a_write_too():
    with pytest.raises(StepError, match="compartment of purple"):
        go(("steal", "purple"))
    gone = Role(
        "gone", events=(("lose", lambda shard, event, ctx: Step(Shard(shard.core, {"red": shard.parts["red"]}))),)
    )  # fmt: skip
    with pytest.raises(StepError, match="gone wrote into the compartment of"):
        happen(cast_of((*ROLES, gone)), fresh(), Event("lose"), CONTEXT)


def test_the_core_is_written_only_by_who_publishes_the_member():
    from simulator.protocol.model.shard import PatientPolicy

    changed = {"policy": PatientPolicy(confirm="never")}
    assert go(("core", changed)).shard.core.policy.confirm == "never"
    with pytest.raises(StepError, match=r"green wrote core\.policy"):
        go(("ask", ("green", "x", (("core", changed),), "back")))
    with pytest.raises(StepError, match=r"red wrote core\.psn_no"):
        go(("core", {"psn_no": "1"}))


@pytest.mark.parametrize("tells", [MOST_TELLS, MOST_TELLS + 1])
def test_sixteen_tells_and_no_more(tells):
    acts = [("ask", ("green", str(turn), (), "back")) for turn in range(tells)]
    if tells > MOST_TELLS:
        with pytest.raises(StepError, match="more than 16 tells"):
            go(*acts)
    else:
        assert labels(go(*acts)).count("back") == MOST_TELLS, "results are not counted"


def test_two_that_tell_each_other_for_ever_end():
    def again(name: str) -> Any:
        return lambda shard, event, ctx: Step(shard, (Tell(name, Event("again")),))

    cast = cast_of((Role("ping", events=(("again.go", again("pong")),), told=(("again", again("pong")),)),
                    Role("pong", told=(("again", again("ping")),))))  # fmt: skip
    with pytest.raises(StepError, match="more than 16 tells"):
        happen(cast, fresh(), Event("again.go"), CONTEXT)


def requested(*acts: tuple[str, Any]) -> Step:
    own = Interface(
        "9999", "red", "/x", "x", SEALED, at("/x"), "", lambda data: (),
        lambda shard, request, ctx: play("red")(shard, Event("", {"acts": request.data["acts"]}), ctx), "", "",
    )  # fmt: skip
    cast = cast_of((Role("red", (own,), told=ROLES[0].told, part=ROLES[0].part), *ROLES[1:]))
    caller = Institution("H1", "", "", "")
    return answer(cast, own, fresh(), Request("9999", {"acts": acts}, {}, caller), CONTEXT)


def test_a_request_has_exactly_one_reply_whoever_gives_it():
    told = ("ask", ("green", "x", (("reply", None),), "back"))
    for acts in ([("reply", None)], [told], [("reply", None), ("ask", ("blue", "y", (), "back"))]):
        step = requested(*acts)
        assert step.reply is not None
        assert isinstance(step.effects[-1], Reply), "it goes out after everything else"
    with pytest.raises(StepError, match="no reply"):
        requested(("ask", ("green", "x", (), "back")))
    with pytest.raises(StepError, match="2 replies"):
        requested(("reply", None), told)


def test_an_event_may_have_no_reply_but_not_two():
    assert go().reply is None
    assert go(("reply", None)).reply is not None
    with pytest.raises(StepError, match="2 replies"):
        go(("reply", None), ("reply", None))


@pytest.mark.parametrize(
    "roles",
    [
        (role("red"), role("red")),
        (Role("a", events=(("go", play("a")),)), Role("b", events=(("go", play("b")),))),
        (Role("a", events=(("go", play("a")),), told=(("go", play("a")),)),),
        (role("a", publishes=("visits",)), role("b", publishes=("visits",))),
    ],
)
def test_what_two_roles_claim_is_found_when_the_world_is_made(roles):
    with pytest.raises(ValueError, match="claimed twice"):
        cast_of(roles)


# whatever is told, in whatever order

ACTS = st.deferred(
    lambda: st.lists(
        st.tuples(st.just("pay"), st.tuples(st.sampled_from(NAMES), st.integers(0, 400)))
        | st.tuples(st.just("ask"), st.tuples(st.sampled_from(NAMES), st.text("xyz", max_size=2), ACTS, st.just("back")))
        | st.tuples(st.just("reply"), st.none()),
        max_size=4,
    ).map(tuple)
)  # fmt: skip


def expected(acts: Any) -> tuple[list[str], int, int]:
    """(labels in order, tells, replies) by a queue of our own."""
    queue: deque[tuple[str, Any, str | None, str, bool]] = deque([("red", acts, None, "first", False)])
    seen, tells, replies = [], 0, 0
    while queue:
        name, todo, back, label, counted = queue.popleft()
        tells += counted
        seen.append(label)
        for act, argument in todo:
            if act == "pay":
                queue.append((argument[0], (), None, f"{name}>{argument[0]}", True))
            elif act == "ask":
                to, told, inner, answer_label = argument
                queue.append((to, inner, f"{name}|{answer_label}", told, True))
            elif act == "reply":
                replies += 1
        if back is not None:
            asker, _, answer_label = back.partition("|")
            queue.append((asker, (), None, answer_label, False))
    return seen, tells, replies


@given(acts=ACTS)
def test_money_is_conserved_or_nothing_happened(acts):
    shard = fresh()
    seen, tells, replies = expected(acts)
    if tells > MOST_TELLS or replies > 1:
        with pytest.raises(StepError):
            go(*acts, shard=shard)
        assert [shard.parts[name] for name in NAMES] == [START] * 3
        return
    step = go(*acts, shard=shard)
    assert labels(step) == seen
    assert sum(step.shard.parts.values()) == START * 3
    assert not any(isinstance(effect, Tell) for effect in step.effects), "a finished step holds none"
    assert [shard.parts[name] for name in NAMES] == [START] * 3, "the shard before is as it was"
