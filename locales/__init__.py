"""The sentences of all packages in other languages than Chinese: gettext catalogues, read by the standard library.

`en/LC_MESSAGES/liantiao.po` is edited by hand, the `.mo` beside it is compiled from it; `make texts` does both
steps that a machine can do (extract, compile). Babel is needed for that only.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from importlib import resources

DOMAIN = "liantiao"
LANGUAGES = ("zh", "en")
_MARKS = str.maketrans({"、": ", ", "，": ", ", "；": "; ", "：": ": ", "。": ". "})


@cache
def lookup(language: str) -> Callable[[str], str]:
    """Chinese template -> template in `language`; what the catalogue does not have stays, its marks apart."""
    if language == "zh":
        return str
    file = resources.files("locales").joinpath(language, "LC_MESSAGES", f"{DOMAIN}.mo")
    with file.open("rb") as stream:
        known = gettext.GNUTranslations(stream)

    def say(template: str) -> str:
        found = known.gettext(template) if template else template
        return found if found != template else template.translate(_MARKS)

    return say
