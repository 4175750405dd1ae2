"""What WeChat Pay issues: to our side two platform keys, to a merchant its number, app id, key, serial and APIv3 key.

A real platform signs either with the key of a public-key id or with that of its certificate; a vendor that mixes the
two up must see it fail, so the two are different keys here (payment-channels 1d, H). RSA keys are slow to make: only an
institution whose profile asks for a merchant (`wechat_api.merchant`) has one, and the platform's are made with the first.
"""

from __future__ import annotations

from simulator.protocol.crypto import rsa
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.said import Said
from simulator.protocol.wire.apiv3 import Apiv3Keys
from simulator.protocol.wire.transport import CredentialError, Draw, Issue, Texts, demand

PLATFORM = "liantiao simulated WeChat Pay platform (test only)"
SECRET_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def _serial(draw: Draw) -> str:
    """40 hexadecimal characters, the first not 0 nor over 7: a positive 160-bit serial number of a certificate."""
    return f"{4 + draw(1)[0] % 4}{draw(20).hex()[1:]}".upper()


def _digits(draw: Draw, number: int) -> str:
    return "".join(str(byte % 10) for byte in draw(number))


def platform(draw: Draw) -> Texts:
    """Two keys, the certificate of the second, and its serial number."""
    serial, certified = _serial(draw), rsa.new_private_key()
    return {
        "private": rsa.new_private_key(),
        "private_key": certified,
        "certificate": rsa.self_signed(certified, PLATFORM, int(serial, 16)),
        "serial": serial,
    }


def issued(profile: Profile, draw: Draw) -> Texts:
    """A merchant where the profile asks for one, nothing otherwise."""
    return make(draw) if profile["wechat_api.merchant"] == "issued" else {}


def make(draw: Draw) -> Texts:
    """A merchant: numbers in the shape of real ones that nobody has."""
    mchid = f"1{_digits(draw, 9)}"
    return {"mchid": mchid, "appid": f"wx{draw(8).hex()}", "public_key_id": f"PUB_KEY_ID_0{mchid}{_digits(draw, 23)}",
            **_fresh(draw)}  # fmt: skip


def _fresh(draw: Draw) -> Texts:
    secret = "".join(SECRET_CHARS[byte % len(SECRET_CHARS)] for byte in draw(32))
    return {"private": rsa.new_private_key(), "serial": _serial(draw), "secret": secret}


def keys(ours: Texts, own: Texts) -> Apiv3Keys | None:
    """Our side's keys for this merchant, None where none was issued. Raises CredentialError."""
    if not own:
        return None
    demand(own, "mchid", "appid", "serial", "private", "secret", "public_key_id")
    if len(own["secret"]) != 32 or not own["secret"].isascii():
        raise CredentialError("secret", Said("APIv3 密钥应为 32 个 ASCII 字符"))
    try:
        merchant = rsa.public_of(own["private"])
        both = {own["public_key_id"]: ours["private"], ours["serial"]: ours["private_key"]}
        for private in both.values():
            rsa.public_of(private)
    except rsa.RsaKeyError as error:
        raise CredentialError("private", Said("{}", error)) from None
    return Apiv3Keys(
        own["mchid"], own["appid"], own["serial"].upper(), merchant, own["secret"], both, ours["certificate"]
    )


def block(ours: Texts, own: Texts) -> Texts:
    """What a vendor pastes into its configuration, nothing without a merchant; its key and the platform's are PEM."""
    if not own:
        return {}
    return {
        "wxMchid": own["mchid"],
        "wxAppid": own["appid"],
        "wxSerialNo": own["serial"],
        "wxPrivateKey": rsa.pem_of(own["private"]),
        "wxApiV3Key": own["secret"],
        "wxPublicKeyId": own["public_key_id"],
        "wxPublicKey": rsa.public_of(ours["private"]),
        "wxPlatformSerial": ours["serial"],
        "wxPlatformCertificate": ours["certificate"],
    }


def of_block(given: Texts) -> Apiv3Keys:
    """The merchant's side, from its block."""
    platform_key = rsa.certified(given["wxPlatformCertificate"])[0]
    both = {given["wxPublicKeyId"]: given["wxPublicKey"], given["wxPlatformSerial"]: platform_key}
    return Apiv3Keys(given["wxMchid"], given["wxAppid"], given["wxSerialNo"], given["wxPrivateKey"],
                     given["wxApiV3Key"], both, given["wxPlatformCertificate"])  # fmt: skip


ISSUE = Issue(
    rotate=lambda own, draw: {**own, **_fresh(draw)} if own else own,
    keys=keys,
    credential=lambda code, own: own.get("mchid", code),
    block=block,
    stranger=lambda _draw: rsa.new_private_key(),
    asked_for=issued,
    ours_asked_for=platform,
)
