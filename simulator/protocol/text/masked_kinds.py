"""What masked fields hold: the fields of one kind hold the same values, whatever each interface calls them."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.protocol.text.said import Said, Text

_KINDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "username", "psnname", "patientname", "familyname", "certname"),
    "id_no": ("idno", "idnumber", "certno", "familyidno", "idcard", "usercardno", "cardno"),
    "phone": ("phone", "tel", "mobile", "conertel"),
    "openid": ("openid",),
    "psn_no": ("psnno",),
    "authorisation": ("payauthno", "familypayauthno", "mdtrtcertno", "ectoken", "businesstoken"),
    "code": ("authcode", "qrcode", "eccode", "ecqrcode"),
    "token": ("paytoken", "revstoken", "octoken", "token", "drivertoken", "controltoken"),
    "secret": ("appsecret", "partnersecret", "secret", "password"),
    "key": ("privatekey", "institutionprivatekey", "private"),
}
OWN = ("name", "id_no", "psn_no", "openid", "authorisation", "code", "token")
"""Kinds of which a message about a person should have that person's own."""
KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}
WORDS: Mapping[str, Text] = {
    "name": Said("姓名"), "id_no": Said("证件号码"), "phone": Said("电话"), "openid": Said("openid"),
    "psn_no": Said("人员编号"), "authorisation": Said("授权号"), "code": Said("授权码"), "token": Said("令牌"),
    "secret": Said("密钥"), "key": Said("私钥"),
}  # fmt: skip
"""What a kind is called."""
