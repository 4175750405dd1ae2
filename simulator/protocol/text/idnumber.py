"""Identity numbers (GB 11643): the check character, and whether a number could be a living person's."""

from __future__ import annotations

from typing import Final

COUNTY: Final = "9999"
"""No county of any province has this code, so no number that carries it was ever issued."""
ID_CARD: Final = "01"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def of_18(number: str) -> str:
    """The number of 18 digits that one of 15 became in 1999 (century 19, check character); any other as it stands."""
    text = number.strip()
    if len(text) != 15 or not (text.isascii() and text.isdigit()):
        return number
    first = f"{text[:6]}19{text[6:]}"
    return first + check_digit(first)


def same_person(sent: str, known: str, *, fifteen: bool) -> bool:
    """Whether two identity numbers are one person's: letters in either case, and with `fifteen` the older form too."""
    if fifteen:
        sent, known = of_18(sent), of_18(known)
    return sent.upper() == known.upper()


def right_check(number: str, id_type: str = ID_CARD) -> str:
    """The check character that a resident identity card of 18 should end with, when it ends with another; else empty."""
    text = number.strip().upper()
    if id_type != ID_CARD or len(text) != 18 or not (text[:17].isascii() and text[:17].isdigit()):
        return ""
    right = check_digit(text[:17])
    return "" if text[17] == right else right


def could_be_real(number: str, id_type: str = ID_CARD) -> bool:
    """Whether somebody may carry this number: well formed, with the right check character, in a county that may exist.

    Only resident identity cards (01) can be told; of other documents nothing is known and the answer is False.
    """
    text = number.strip().upper()
    if id_type != ID_CARD or len(text) != 18 or not (text[:17].isascii() and text[:17].isdigit()):
        return False
    return text[17] == check_digit(text[:17]) and text[2:6] != COUNTY
