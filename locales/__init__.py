"""The sentences of all packages in other languages than Chinese: gettext catalogues, read by the standard library.

The English in `en/LC_MESSAGES/liantiao.po` is written by hand, the `.mo` beside it is compiled from it; `make texts`
does what a machine can do (extract, compile). Babel is needed for that only. The words of the field tables have their
English beside them, in the schemas.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from importlib import resources

from schemas import field_words

DOMAIN = "liantiao"
LANGUAGES = ("zh", "en")
_MARKS = str.maketrans({"、": ", ", "，": ", ", "；": "; ", "：": ": ", "。": ". "})


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """`gettext` says a template, `pgettext` a text of the reports by its key; Chinese says everything as it is."""
    if language == LANGUAGES[0]:
        return gettext.NullTranslations()
    file = resources.files("locales").joinpath(language, "LC_MESSAGES", f"{DOMAIN}.mo")
    with file.open("rb") as stream:
        return gettext.GNUTranslations(stream)


@cache
def lookup(language: str) -> Callable[[str], str]:
    """Chinese template -> template in `language`; what the catalogue does not have stays, its marks apart."""
    if language == LANGUAGES[0]:
        return str
    known = catalogue(language)

    def say(template: str) -> str:
        found = known.gettext(template) if template else template
        if found != template:
            return found
        return field_words.english().get(template) or template.translate(_MARKS)

    return say
