"""Our refusal codes as numbers, for clients that read `code` as an integer (centre sheet 22).

960000 to 961999 is a range of this tool, no official one (sheet 14: the centre's table is not public). A number never
changes its meaning: a new code takes a new number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulator.protocol.model.profile import Profile
from simulator.protocol.text.jsontext import Num

OTHER: Final = 960_000
"""A code that is neither ours nor a number."""
# fmt: off
NUMBERS: Final[Mapping[str, int]] = {
    "LT-MESSAGE": 960001,
    "LT-HTTP-METHOD": 960002,
    "LT-HTTP-TYPE": 960003,
    "LT-HTTP-FORM": 960004,
    "LT-HTTP-PATH": 960005,
    "LT-HTTP-CUT": 960006,
    "LT-HTTP-TIMEOUT": 960007,
    "LT-HTTP-EXPECT": 960008,
    "LT-HTTP-BUSY": 960009,
    "LT-HTTP-HEADER": 960010,
    "LT-BODY-SIZE": 960011,
    "LT-BODY-UTF8": 960012,
    "LT-BODY-JSON": 960013,
    "LT-BODY-DEPTH": 960014,
    "LT-BODY-MEMBERS": 960015,
    "LT-BODY-TOKENS": 960016,
    "LT-BODY-KEYS": 960017,
    "LT-BODY-NUMBER": 960018,
    "LT-ENV-DIALECT": 960019,
    "LT-ENV-FIELD": 960020,
    "LT-ENV-VERSION": 960021,
    "LT-ENV-ALG": 960022,
    "LT-ENV-APP": 960023,
    "LT-ENV-PLAIN": 960024,
    "LT-TIME-FORM": 960025,
    "LT-TIME-WINDOW": 960026,
    "LT-ENC-HEX": 960027,
    "LT-ENC-DECRYPT": 960028,
    "LT-ENC-JSON": 960029,
    "LT-SIGN-MISSING": 960030,
    "LT-SIGN-FORM": 960031,
    "LT-SIGN-VERIFY": 960032,
    "LT-REPLAY": 960033,
    "LT-SCHEMA": 960034,
    "LT-FSI-FORM": 960035,
    "LT-FSI-DIALECT": 960036,
    "LT-FSI-HEADER": 960037,
    "LT-FSI-MSGID": 960038,
    "LT-FSI-INSTITUTION": 960039,
    "LT-PORTAL-PARTNER": 960040,
    "LT-PORTAL-SIGN": 960041,
    "LT-PORTAL-TIME": 960042,
    "LT-FSI-GATE": 960043,
    "LT-FSI-GATETIME": 960044,
    "LT-FSI-GATESIGN": 960045,
    "LT-FIELD-MISSING": 961001,
    "LT-FIELD-VALUE": 961002,
    "LT-PERSON-UNKNOWN": 961003,
    "LT-PERSON-MISMATCH": 961004,
    "LT-PERSON-INSUTYPE": 961005,
    "LT-PERSON-REGION": 961006,
    "LT-CERT-TYPE": 961007,
    "LT-PERSON-INPATIENT": 961008,
    "LT-VISIT-UNKNOWN": 961009,
    "LT-VISIT-CLOSED": 961010,
    "LT-VISIT-BUSY": 961011,
    "LT-ORG-MISMATCH": 961012,
    "LT-REGION": 961013,
    "LT-CODE-UNKNOWN": 961014,
    "LT-CODE-EXPIRED": 961015,
    "LT-CODE-USED": 961016,
    "LT-CODE-OPENID": 961017,
    "LT-AUTH-MISSING": 961018,
    "LT-AUTH-BOTH": 961019,
    "LT-AUTH-UNKNOWN": 961020,
    "LT-AUTH-EXPIRED": 961021,
    "LT-AUTH-USED": 961022,
    "LT-AUTH-PERSON": 961023,
    "LT-AUTH-INSTITUTION": 961024,
    "LT-AUTH-REFUSED": 961025,
    "LT-AUTH-UNBOUND": 961026,
    "LT-AUTH-FAMILY": 961027,
    "LT-AUTH-BIZ": 961028,
    "LT-ORDER-UNKNOWN": 961029,
    "LT-ORDER-TOKEN": 961030,
    "LT-ORDER-AUTH": 961031,
    "LT-ORDER-PERSON": 961032,
    "LT-ORDER-EXPIRED": 961033,
    "LT-ORDER-STATE": 961034,
    "LT-ORDER-DUPLICATE": 961035,
    "LT-ORDER-SERIAL": 961036,
    "LT-ORDER-BATCH": 961037,
    "LT-ORDER-VISIT": 961038,
    "LT-AMOUNT-FORM": 961039,
    "LT-AMOUNT-DETAIL": 961040,
    "LT-AMOUNT-SPLIT": 961041,
    "LT-AMOUNT-BALANCE": 961042,
    "LT-AMOUNT-LIMIT": 961043,
    "LT-REFUND-SUM": 961044,
    "LT-REFUND-OVER": 961045,
    "LT-REFUND-TYPE": 961046,
    "LT-REFUND-STATE": 961047,
    "LT-REFUND-DUPLICATE": 961048,
    "LT-REFUND-FRESH": 961049,
    "LT-REFUND-TIME": 961050,
    "LT-REVS-TOKEN": 961051,
    "LT-REVOKE-STATE": 961052,
    "LT-BANK-UNBOUND": 961053,
    "LT-BANK-BALANCE": 961054,
    "LT-BANK-FAILED": 961055,
    "LT-MEDICAL-FAILED": 961056,
    "LT-THROTTLED": 961057,
    "LT-BUSY": 961058,
    "LT-NOT-IMPLEMENTED": 961059,
    "LT-SIM-SCRIPTED": 961060,
    "LT-UNATTRIBUTED": 961061,
    "LT-INTERNAL": 961062,
}
# fmt: on


def code_members(code: str, message: str, profile: Profile) -> dict[str, str]:
    """The members `code` and `message` of an answer, in the form that the profile wants; a number is a `Num`.

    `code` "0" goes by `envelope.response_code`, a failure by `envelope.failure_code`. Where a code of ours goes as a
    number, the code itself stands before the sentence, so that both can be looked up.
    """
    digits = code == "0" or (code.isascii() and code.isdigit() and code[0] != "0")
    as_number = profile["envelope.response_code"] == "number"
    how = "numeric_only" if code == "0" else profile["envelope.failure_code"]
    if how == "number" and not digits:
        return {"code": Num(NUMBERS.get(code, OTHER)), "message": f"{code} {message}"}
    if digits and (how == "number" or (how == "numeric_only" and as_number)):
        return {"code": Num(code), "message": message}
    return {"code": code, "message": message}
