"""The plan of one signer: every step of building a message, correct by default, open to mistakes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import sm, tree
from .bodies import table_order
from .tree import Num, Raw, Tree

LEVELS = ("data", "nested", "rows")
_DROP = object()
Members = list[tuple[str, str]]


@dataclass
class Context:
    """What one message is made of, before any mistake."""

    envelope: dict[str, Tree]
    data: Tree
    app_id: str
    secret: str
    private: int
    public: sm.Point
    plain: str = ""
    interface: str = ""
    kind: str = "request"
    draw: int = 1
    nonce_seed: int = 1
    platform: tuple[int, sm.Point] = (1, sm.G)
    others: list[dict[str, Any]] = field(default_factory=list)
    lower_hex: bool = False
    enc_data: str = ""
    texts: dict[bool, str] = field(default_factory=dict)


@dataclass
class Rules:
    """How the members of one level are dropped, ordered and written."""

    order: str = "sorted"
    null: str | None = None
    keep_empty_text: bool = False
    keep_empty_list: bool = False
    keep_emptied_list: bool = False
    keep_elements: bool = False
    drop_empty_object: bool = False
    object_as_list: bool = False
    drops: tuple[Callable[[Tree], bool], ...] = ()
    scalars: tuple[Callable[[Tree], Tree], ...] = ()
    bare_numbers: bool = False
    bare_booleans: bool = False
    rename: Callable[[str], str] | None = None


def default_tail(context: Context) -> str:
    """The secret as it has to stand at the end."""
    return "&key=" + context.secret


def default_pair(name: str, value: str) -> str:
    """A member as it has to be written."""
    return f"{name}={value}"


def default_head(context: Context) -> str:
    """Nothing stands before the members."""
    return ""


def utf8(text: str) -> bytes:
    """The right charset."""
    return text.encode()


def default_user_id(context: Context) -> bytes:
    """The right user id."""
    return sm.USER_ID


def own_public(context: Context) -> sm.Point | bytes:
    """The sender's public key."""
    return context.public


def own_private(context: Context) -> int:
    """The sender's private key."""
    return context.private


def own_message_key(context: Context) -> bytes:
    """The right message key."""
    return sm.message_key(context.app_id, context.secret)


def capital_hex(data: bytes) -> str:
    """The right form of encData."""
    return data.hex().upper()


def compact(value: Tree, context: Context) -> str:
    """The business object as compact JSON."""
    return tree.dump(value)


@dataclass
class Plan:
    """All steps of a signer; the default makes a correct message."""

    bare: bool = False
    levels: dict[str, Rules] = field(default_factory=dict)
    edits: list[Callable[[Tree, Context], Tree]] = field(default_factory=list)
    write: Callable[[Tree, Context], str] = compact
    data_steps: list[Callable[[str, Context], str]] = field(default_factory=list)
    member_steps: list[Callable[[Members, Context], Members]] = field(default_factory=list)
    late_steps: list[Callable[[Members, Context], Members]] = field(default_factory=list)
    pair: Callable[[str, str], str] = default_pair
    separator: str = "&"
    head: Callable[[Context], str] = default_head
    tail: Callable[[Context], str] = default_tail
    text_steps: list[Callable[[str, Context], str]] = field(default_factory=list)
    encode: Callable[[str], bytes] = utf8
    user_id: Callable[[Context], bytes] = default_user_id
    za_key: Callable[[Context], sm.Point | bytes] = own_public
    entl_in_bytes: bool = False
    e_mode: str = "sm3"
    formula: str = "sm2"
    private: Callable[[Context], int] = own_private
    form: str = "base64"
    nonce_rule: Callable[[int, int], bool] | None = None
    enc_key: Callable[[Context], bytes] = own_message_key
    plain_steps: list[Callable[[str, Context], str]] = field(default_factory=list)
    plain_encode: Callable[[str], bytes] = utf8
    plain_byte_steps: list[Callable[[bytes], bytes]] = field(default_factory=list)
    pad: Callable[[bytes], bytes] = sm.pkcs7
    cipher: Callable[[bytes, bytes], bytes] = sm.sm4_ecb_raw
    enc_out: Callable[[bytes], str] = capital_hex
    enc_steps: list[Callable[[str, Context], str]] = field(default_factory=list)
    enc_touched: bool = False

    def __post_init__(self) -> None:
        """Fills in the correct rules of all levels."""
        bare = self.bare
        for level in LEVELS:
            rules = Rules(bare_numbers=bare, bare_booleans=bare, drop_empty_object=bare)
            self.levels.setdefault(level, rules)
        self.levels.setdefault("envelope", Rules())


def java_hash_order(names: list[str]) -> list[str]:
    """The order in which a Java HashMap that grew from 16 buckets gives its names."""
    size = 16
    while len(names) > size * 3 // 4:
        size *= 2

    def bucket(name: str) -> int:
        h = 0
        raw = name.encode("utf-16-be")
        for i in range(0, len(raw), 2):
            h = (31 * h + int.from_bytes(raw[i : i + 2], "big")) & 0xFFFFFFFF
        return (h ^ h >> 16) & (size - 1)

    return sorted(names, key=bucket)


def numeric_order(names: list[str]) -> list[str]:
    """The order of a JavaScript object: names that are whole numbers first and by value."""
    whole = [n for n in names if n.isascii() and n.isdigit() and str(int(n)) == n and int(n) < 2**32 - 1]
    rest = [n for n in names if n not in whole]
    return sorted(whole, key=int) + sorted(rest, key=_units)


def _units(name: str) -> bytes:
    return name.encode("utf-16-be")


def arrange(names: list[str], order: str, path: str) -> list[str]:
    """The names in one of the known orders."""
    match order:
        case "sorted":
            return sorted(names, key=_units)
        case "sent":
            return names
        case "descending":
            return sorted(names, key=_units, reverse=True)
        case "ignoring_case":
            return sorted(names, key=lambda n: (n.lower(), _units(n)))
        case "by_length":
            return sorted(names, key=lambda n: (len(n), _units(n)))
        case "java_hash":
            return java_hash_order(names)
        case "numeric":
            return numeric_order(names)
        case "table":
            known = table_order(path)
            return sorted(names, key=lambda n: known.get(n, len(known)))
        case "lowercase_first":
            return sorted(names, key=lambda n: n.swapcase())
        case "reversed":
            return names[::-1]
    raise ValueError(order)


def _member(value: Tree, plan: Plan, rules: Rules, level: str, path: str, element: bool = False) -> Any:
    if value is None:
        if element:
            return Raw("null") if rules.keep_elements else _DROP
        return _DROP if rules.null is None else Raw(rules.null)
    if isinstance(value, list):
        items = (_member(v, plan, plan.levels["rows"], "rows", path, True) for v in value)
        out = [v for v in items if v is not _DROP]
        if out or rules.keep_empty_list or (value and rules.keep_emptied_list):
            return out
        return [] if element and rules.keep_elements else _DROP
    if isinstance(value, dict):
        cleaned = clean(value, plan, "rows" if level == "rows" or element else "nested", path)
        if not cleaned and rules.object_as_list:
            return []
        return cleaned if cleaned or not rules.drop_empty_object else _DROP
    if any(drop(value) for drop in rules.drops):
        return _DROP
    for change in rules.scalars:
        value = change(value)
    if isinstance(value, Raw):
        return value
    if value is True or value is False:
        text = "true" if value else "false"
        return Raw(text) if rules.bare_booleans else text
    if isinstance(value, Num):
        return Raw(value) if rules.bare_numbers else str(value)
    if value == "" and not (rules.keep_elements if element else rules.keep_empty_text):
        return _DROP
    return value


def clean(value: dict[str, Tree], plan: Plan, level: str = "data", path: str = "") -> dict[str, Tree]:
    """One object, cleaned and ordered: its members are texts, raw pieces, lists and objects."""
    rules, out = plan.levels[level], {}
    for name, item in value.items():
        kept = _member(item, plan, rules, level, f"{path}/{name}")
        if kept is not _DROP:
            out[rules.rename(name) if rules.rename else name] = kept
    return {n: out[n] for n in arrange(list(out), rules.order, path)}


def envelope_of(envelope: dict[str, Tree]) -> dict[str, Tree]:
    """The members of an envelope that are signed, without data."""
    return {n: v for n, v in envelope.items() if n not in ("signData", "encData", "extra", "data")}


_DEFAULTS = {
    bare: Rules(bare_numbers=bare, bare_booleans=bare, drop_empty_object=bare) for bare in (False, True)
}


def _data_text(plan: Plan, context: Context) -> tuple[str, bool]:
    """The text of data, and whether its object is empty; the correct texts are kept in the context."""
    usual = not (plan.edits or plan.data_steps) and plan.write is compact
    if usual and all(plan.levels[level] == _DEFAULTS[plan.bare] for level in LEVELS):
        if plan.bare not in context.texts:
            kept = clean(context.data, plan, "data", f"{context.interface}:{context.kind}")
            context.texts[plan.bare] = tree.dump(kept)
        return context.texts[plan.bare], context.texts[plan.bare] == "{}"
    data = tree.copy(context.data) if plan.edits else context.data
    for edit in plan.edits:
        data = edit(data, context)
    cleaned = clean(data, plan, "data", f"{context.interface}:{context.kind}")
    text = plan.write(cleaned, context)
    for step in plan.data_steps:
        text = step(text, context)
    return text, not cleaned


def signed_text(plan: Plan, context: Context) -> str:
    """The text that this signer signs."""
    data_text, is_empty = _data_text(plan, context)
    rules = plan.levels["envelope"]
    members: Members = []
    names = list(context.envelope)
    for name in names:
        if name == "encData":
            if not is_empty or not plan.bare:
                members.append((rules.rename("data") if rules.rename else "data", data_text))
        elif name in envelope_of(context.envelope):
            kept = _member(context.envelope[name], plan, rules, "envelope", "envelope")
            if kept is not _DROP and not isinstance(kept, (list, dict)):
                members.append((rules.rename(name) if rules.rename else name, kept))
    if "encData" not in names and (not is_empty or not plan.bare):
        members.append((rules.rename("data") if rules.rename else "data", data_text))
    for change in plan.member_steps:
        members = change(members, context)
    place = {n: i for i, n in enumerate(arrange([n for n, _ in members], rules.order, "envelope"))}
    members.sort(key=lambda m: place[m[0]])
    for change in plan.late_steps:
        members = change(members, context)
    text = plan.separator.join(plan.pair(n, v) for n, v in members)
    text = plan.head(context) + text + plan.tail(context)
    for step in plan.text_steps:
        text = step(text, context)
    return text


def cipher_text(plan: Plan, context: Context) -> str:
    """The encData of this signer."""
    text = context.plain
    for step in plan.plain_steps:
        text = step(text, context)
    raw = plan.plain_encode(text)
    for change in plan.plain_byte_steps:
        raw = change(raw)
    out = plan.enc_out(plan.cipher(plan.enc_key(context), plan.pad(raw)))
    if context.lower_hex:
        out = out.lower()
    for step in plan.enc_steps:
        out = step(out, context)
    return out


def digest(plan: Plan, context: Context, raw: bytes) -> int:
    """The number that is signed."""
    z = sm.za(plan.za_key(context), plan.user_id(context), plan.entl_in_bytes)
    match plan.e_mode:
        case "sm3":
            return sm.digest_number(z + raw)
        case "no_za":
            return sm.digest_number(raw)
        case "za_last":
            return sm.digest_number(raw + z)
        case "pre_sm3":
            return sm.digest_number(z + sm.sm3(raw))
        case "pre_sm3_hex_lower":
            return sm.digest_number(z + sm.sm3(raw).hex().encode())
        case "pre_sm3_hex_upper":
            return sm.digest_number(z + sm.sm3(raw).hex().upper().encode())
        case "pre_sm3_no_za":
            return sm.digest_number(sm.sm3(raw))
        case "pre_md5_hex_lower":
            return sm.digest_number(z + hashlib.md5(raw).hexdigest().encode())
        case "pre_md5_hex_upper":
            return sm.digest_number(z + hashlib.md5(raw).hexdigest().upper().encode())
        case "pre_sha256":
            return sm.digest_number(z + hashlib.sha256(raw).digest())
        case "sm3_twice":
            return sm.digest_number(sm.sm3(z + raw))
        case "za_hex":
            return sm.digest_number(z.hex().upper().encode() + raw)
        case "sha256" | "sha1" | "md5":
            return sm.digest_number(z + raw, plan.e_mode)
        case "sha256_no_za":
            return sm.digest_number(raw, "sha256")
        case "e_reversed":
            return int.from_bytes(sm.sm3(z + raw)[::-1], "big")
    raise ValueError(plan.e_mode)


def signature_form(form: str, r: int, s: int, raw: bytes) -> str:
    """The text of signData in one of many forms."""
    rb, sb = r.to_bytes(32, "big"), s.to_bytes(32, "big")
    both = rb + sb
    plain = sm.b64(both)
    match form:
        case "base64":
            return plain
        case "der_base64":
            return sm.b64(sm.der(r, s))
        case "der_hex_lower":
            return sm.der(r, s).hex()
        case "der_hex_upper":
            return sm.der(r, s).hex().upper()
        case "hex_lower":
            return both.hex()
        case "hex_upper":
            return both.hex().upper()
        case "base64_of_hex_lower":
            return sm.b64(both.hex().encode())
        case "base64_of_hex_upper":
            return sm.b64(both.hex().upper().encode())
        case "base64_twice":
            return sm.b64(plain.encode())
        case "base64_url":
            return base64.urlsafe_b64encode(both).decode()
        case "base64_unpadded":
            return plain.rstrip("=")
        case "base64_wrapped_76":
            return plain[:76] + "\r\n" + plain[76:]
        case "base64_wrapped_64":
            return plain[:64] + "\n" + plain[64:]
        case "base64_trailing_newline":
            return plain + "\n"
        case "plus_as_blank":
            return plain.replace("+", " ")
        case "url_encoded":
            return plain.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
        case "s_before_r":
            return sm.b64(sb + rb)
        case "little_endian":
            return sm.b64(rb[::-1] + sb[::-1])
        case "all_reversed":
            return sm.b64(both[::-1])
        case "unpadded":
            return sm.b64(rb.lstrip(b"\0") + sb.lstrip(b"\0"))
        case "sign_byte":
            return sm.b64(
                r.to_bytes(r.bit_length() // 8 + 1, "big") + s.to_bytes(s.bit_length() // 8 + 1, "big")
            )
        case "padded_right":
            return sm.b64(rb.lstrip(b"\0").ljust(32, b"\0") + sb.lstrip(b"\0").ljust(32, b"\0"))
        case "leading_04":
            return sm.b64(b"\x04" + both)
        case "recovery_byte":
            return sm.b64(both + b"\x1b")
        case "r_only":
            return sm.b64(rb)
        case "cut_64":
            return plain[:64]
        case "upper_case":
            return plain.upper()
        case "decimal":
            return f"{r},{s}"
        case "sm3_instead":
            return sm.sm3(raw).hex().upper()
        case "md5_instead":
            return hashlib.md5(raw).hexdigest().upper()
        case "sha256_instead":
            return hashlib.sha256(raw).hexdigest()
    raise ValueError(form)
