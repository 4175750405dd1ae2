"""Cases: messages with known mistakes, each of which changes what is signed or sent in that message."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from . import bodies, sm, tree
from .mistakes import ALL, BY_LABEL, LOSSY, Mistake
from .plan import Context, Plan, cipher_text, digest, signature_form, signed_text

Case = dict[str, Any]
Print = tuple[Hashable, ...]
NO_ZA = frozenset({"no_za", "pre_sm3_no_za", "sha256_no_za"})
ALIKE = {
    "text": {"text", "key"},
    "digest": {"digest", "key"},
    "form": {"form"},
    "encryption": {"encryption", "key"},
}
NAMES: dict[str, list[Mistake]] = {}
for _mistake in ALL:
    NAMES.setdefault(_mistake.name, []).append(_mistake)


def alike(mistake: Mistake) -> set[str]:
    """The families whose mistakes can give the same bytes as this one."""
    if mistake.family != "key":
        return ALIKE[mistake.family]
    found = {"digest", "key"}
    found |= {"text"} if "secret" in mistake.touches else set()
    return found | ({"encryption"} if "enc_key" in mistake.touches else set())


def stable(*parts: object) -> random.Random:
    """A random source that depends on the parts alone."""
    return random.Random(hashlib.sha256(repr(parts).encode()).digest())


def _hex_id(rng: random.Random) -> str:
    return f"{rng.getrandbits(128):032X}"


def _key(rng: random.Random) -> int:
    return rng.randrange(2**200, sm.N - 1)


def draw_context(rng: random.Random, kind: str = "", interface: str = "", custom: bool = True) -> Context:
    """A message before any mistake: keys, envelope, business object and its encrypted form."""
    kind = kind or rng.choice(("request",) * 6 + ("response",))
    interface = interface or rng.choice(("6201",) * 6 + bodies.INTERFACES[1:])
    app_id, secret = _hex_id(rng), _hex_id(rng)
    own, peer = _key(rng), _key(rng)
    others = [
        {"mark": "previous", "appId": app_id, "appSecret": _hex_id(rng), "d": _key(rng)},
        {"mark": "app", "appId": _hex_id(rng), "appSecret": _hex_id(rng), "d": _key(rng)},
        {"mark": "third", "appId": _hex_id(rng), "appSecret": _hex_id(rng), "d": _key(rng)},
    ]
    data = bodies.Body(rng, interface, kind, custom).draw()
    context = Context(
        envelope=bodies.draw_envelope(rng, app_id, kind),
        data=data,
        app_id=app_id,
        secret=secret,
        private=own,
        public=sm.public_point(own),
        plain=bodies.plain_text(rng, data),
        interface=interface,
        kind=kind,
        draw=rng.randrange(1000),
        nonce_seed=rng.getrandbits(64),
        platform=(peer, sm.public_point(peer)),
        others=others,
        lower_hex=rng.random() < 0.15,
    )
    context.enc_data = cipher_text(Plan(), context)
    return context


def make_plan(mistakes: tuple[Mistake, ...], bare: bool) -> Plan:
    """The plan of a signer with these mistakes."""
    plan = Plan(bare=bare)
    for mistake in mistakes:
        mistake.apply(plan)
    return plan


def fingerprint(plan: Plan, context: Context, numbers: tuple[int, int] | None = None) -> Print:
    """What decides the bytes of a message apart from the nonce: equal prints, equal bytes."""
    enc = cipher_text(plan, context) if plan.enc_touched else context.enc_data
    now = replace(context, enc_data=enc) if plan.enc_touched else context
    raw = plan.encode(signed_text(plan, now))
    z: Hashable = ""
    if plan.e_mode not in NO_ZA:
        key = plan.za_key(context)
        key = key if isinstance(key, bytes) else sm.point_bytes(key, False)
        z = (key, plan.user_id(context), plan.entl_in_bytes)
    form = signature_form(plan.form, *numbers, b"") if numbers else plan.form
    return (raw, z, plan.e_mode, plan.formula, plan.private(context), form, enc)


def sign(plan: Plan, context: Context, raw: bytes) -> tuple[int, int]:
    """The numbers of the signature, with a nonce that depends on the context alone."""
    e, d = digest(plan, context, raw), plan.private(context)
    rng = stable("nonce", context.nonce_seed)
    while True:
        k = rng.randrange(1, sm.N)
        pair = (sm.ecdsa_number if plan.formula == "ecdsa" else sm.sign_number)(e, d, k)
        if pair and (plan.nonce_rule is None or plan.nonce_rule(*pair)):
            return pair


def build(plan: Plan, context: Context) -> tuple[str, tuple[int, int], str]:
    """The HTTP body, the numbers of its signature, and the text that was signed."""
    enc = cipher_text(plan, context) if plan.enc_touched else context.enc_data
    now = replace(context, enc_data=enc)
    text = signed_text(plan, now)
    raw = plan.encode(text)
    numbers = sign(plan, context, raw)
    values = {"signData": signature_form(plan.form, *numbers, raw), "encData": enc}
    body = {n: values.get(n, v) for n, v in context.envelope.items()}
    style = context.draw % 5
    if style == 0:
        return tree.dump(body, tree.escaper("x", slash=True)), numbers, text
    return (tree.dump(body, comma=", ", colon=": ") if style == 1 else tree.dump(body)), numbers, text


def keys_of(context: Context, with_others: bool) -> Case:
    """The keys of a case, in one of the lawful forms."""
    rng = stable("keys", context.nonce_seed)

    def private(d: int) -> str:
        return sm.b64(d.to_bytes(33 if rng.random() < 0.3 else 32, "big"))

    def public(d: int) -> str:
        return sm.b64(sm.point_bytes(sm.public_point(d), rng.random() < 0.7))

    sides = (context.private, context.platform[0])
    institution, platform = sides if context.kind == "request" else sides[::-1]
    out: Case = {
        "appId": context.app_id,
        "appSecret": context.secret,
        "institutionPrivateKey": private(institution),
        "institutionPublicKey": public(institution),
        "platformPrivateKey": private(platform),
        "platformPublicKey": public(platform),
    }
    if with_others:
        out["others"] = [
            {
                "appId": o["appId"],
                "appSecret": o["appSecret"],
                "publicKey": public(o["d"]),
                "privateKey": private(o["d"]),
            }
            for o in context.others
        ]
    return out


def lawful(context: Context, numbers: tuple[int, int] | None = None) -> set[Print]:
    """The prints of the two correct forms."""
    return {fingerprint(Plan(bare=bare), context, numbers) for bare in (False, True)}


def bites(mistakes: tuple[Mistake, ...], context: Context, bare: bool) -> Print | None:
    """The print of these mistakes where they change the message, else None."""
    if any(m.kind and m.kind != context.kind for m in mistakes):
        return None
    try:
        found = fingerprint(make_plan(mistakes, bare), context)
    except (UnicodeError, ValueError, KeyError, ZeroDivisionError):
        return None
    return None if found in lawful(context) else found


def _same_single(
    case_of: tuple[Mistake, ...], context: Context, bare: bool, numbers: tuple[int, int]
) -> list[str]:
    """The labels of all other single mistakes, or of pairs with one of the two changed, with equal bytes."""
    own = fingerprint(make_plan(case_of, bare), context, numbers)
    found = []
    wanted = {f for m in case_of for f in alike(m)}
    pool = [m for m in ALL if m.family in wanted]
    candidates: list[tuple[Mistake, ...]] = [(m,) for m in pool]
    for i in range(len(case_of) if len(case_of) > 1 else 0):
        rest = case_of[:i] + case_of[i + 1 :]
        candidates += [
            (*rest[:i], m, *rest[i:])
            for m in pool
            if m.family in alike(case_of[i]) and m not in case_of and not m.touches & rest[0].touches
        ]
    for chosen in candidates:
        if chosen == case_of or any(m.kind and m.kind != context.kind for m in chosen):
            continue
        try:
            if fingerprint(make_plan(chosen, bare), context, numbers) == own:
                found.append("+".join(m.label for m in chosen))
        except (UnicodeError, ValueError, KeyError, ZeroDivisionError):
            continue
    for mistake in case_of if len(case_of) > 1 and not bare else ():
        if fingerprint(make_plan((mistake,), True), context, numbers) == own:
            found.append("bare:" + mistake.label)
    return found


def make_case(
    name: str, mistakes: tuple[Mistake, ...], context: Context, bare: bool, others: bool, explain: bool
) -> Case:
    """One case as it is written."""
    message, numbers, text = build(make_plan(mistakes, bare), context)
    case: Case = {
        "id": name,
        "set": name.split("-")[1],
        "language": "python",
        "mistakes": [{"name": m.name, "scope": m.scope, "words": m.words} for m in mistakes],
        "message": message,
        "keys": keys_of(context, others),
        "kind": context.kind,
        "interface": context.interface,
        "base": "bare" if bare else "sdk",
    }
    if mistakes:
        case["same_as"] = _same_single(mistakes, context, bare, numbers)
        case["lossy"] = any(m.name in LOSSY for m in mistakes)
    if explain:
        case |= {
            "signed_text": text,
            "plain": context.plain,
            "draw": context.draw,
            "lower_hex": context.lower_hex,
        }
    return case


def _levels_differ(mistake: Mistake, context: Context, bare: bool, own: Print) -> bool:
    """Whether a mistake at every level shows more than the same mistake at one level."""
    return all(
        fingerprint(make_plan((other,), bare), context) != own
        for other in NAMES[mistake.name]
        if other.scope not in (mistake.scope, "envelope")
    )


def single(seed: int, index: int, wanted: str, label: str, explain: bool) -> Case | None:
    """A case of one mistake (by its label), or None where it bites in none of many messages."""
    mistake = BY_LABEL[wanted]
    rng = stable(seed, label, index, mistake.label)
    bare = mistake.family == "text" and rng.random() < 0.08
    for attempt in range(80):
        if attempt == 50:
            bare = False
        context = draw_context(rng, mistake.kind)
        own = bites((mistake,), context, bare)
        if own is None or (
            mistake.scope == "all" and attempt < 40 and not _levels_differ(mistake, context, bare, own)
        ):
            continue
        if mistake.name == "enc_cut_at_1000" and len(context.enc_data) < 1000:
            continue
        others = mistake.family == "key" or rng.random() < 0.1
        return make_case(f"py-{label}-{index:04}", (mistake,), context, bare, others, explain)
    return None


def pair(seed: int, index: int, explain: bool) -> Case:
    """A case of two mistakes, each of which bites alone and together."""
    rng = stable(seed, "pairs", index)
    names = sorted(NAMES)
    while True:
        first, second = (rng.choice(NAMES[rng.choice(names)]) for _ in range(2))
        if first.name == second.name or first.touches & second.touches:
            continue
        if first.name in LOSSY or second.name in LOSSY:
            continue
        chosen = (first, second)
        for _ in range(12):
            context = draw_context(rng, first.kind or second.kind)
            alone = [bites((m,), context, False) for m in chosen]
            if None in alone or alone[0] == alone[1]:
                continue
            together = bites(chosen, context, False)
            if together is not None and together not in alone:
                others = "key" in (first.family, second.family)
                return make_case(f"py-pairs-{index:04}", chosen, context, False, others, explain)


def healthy(seed: int, index: int, explain: bool) -> Case:
    """A correct message in one of the many lawful forms."""
    rng = stable(seed, "healthy", index)
    interface = bodies.INTERFACES[index % 5]
    context = draw_context(rng, "response" if index % 4 == 3 else "request", interface, False)
    return make_case(f"py-healthy-{index:04}", (), context, index % 6 == 5, rng.random() < 0.3, explain)


Job = tuple[Callable[..., Case | None], tuple[Any, ...]]


def jobs(seed: int, chosen: str, count: int, explain: bool) -> list[Job]:
    """The jobs that make one set; singles and keys go round all mistakes."""
    if chosen == "healthy":
        return [(healthy, (seed, i, explain)) for i in range(count)]
    if chosen == "pairs":
        return [(pair, (seed, i, explain)) for i in range(count)]
    pool = [m for m in ALL if (m.family == "key") == (chosen == "keys")]
    order = list(pool)
    stable(seed, chosen).shuffle(order)
    return [(single, (seed, i, order[i % len(order)].label, chosen, explain)) for i in range(count)]


def verify(case: Case) -> bool:
    """Whether a message is correct in the sdk or in the bare form, read from its body and keys alone."""
    keys = case["keys"]
    body = tree.parse(case["message"])
    key = sm.message_key(keys["appId"], keys["appSecret"])
    plain = sm.sm4_ecb_decrypt(key, bytes.fromhex(body["encData"])).decode()
    side = "institution" if case["kind"] == "request" else "platform"
    q = sm.read_public(keys[side + "PublicKey"])
    if sm.public_point(sm.read_private(keys[side + "PrivateKey"])) != q:
        return False
    raw = base64.b64decode(body["signData"], validate=True)
    context = Context(body, tree.parse(plain), keys["appId"], keys["appSecret"], 1, q)
    for bare in (False, True):
        text = signed_text(Plan(bare=bare), context).encode()
        e = digest(Plan(), context, text)
        if len(raw) == 64 and sm.verify_number(
            e, int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"), q
        ):
            return True
    return False


def line(case: Case) -> str:
    """A case as one line of JSON."""
    return json.dumps(case, ensure_ascii=False, separators=(",", ":"))
