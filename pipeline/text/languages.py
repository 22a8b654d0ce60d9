"""Codes of languages, as pages, feeds and sitemaps give them."""

import re
from functools import lru_cache

from babel import Locale
from babel.core import get_global

_TAG = re.compile(r"([a-zA-Z]{2,3})(?:[-_][a-zA-Z0-9]+)*")
_NO_LANGUAGE = frozenset({"und", "mul", "zxx"})  # undetermined, several, none
_NORWEGIAN = {"nb": "no"}  # Bokmål, as pages say; the model and most feeds have one code for both


def language_code(tag: object) -> str | None:
    """The language of a tag (BCP 47, RFC 5646), without its region or script.

    None when it names none.

    The ISO 639-1 code, or the one of ISO 639-3 for a language that has no shorter one. What is a
    language, and which codes mean the same one ("eng", "iw"), is defined by the Unicode CLDR.
    """
    match = _TAG.fullmatch(tag.strip()) if isinstance(tag, str) else None
    if match is None:
        return None
    known, same = _known()
    given = match[1].lower()
    code = given if given in known else same.get(given, given).partition("_")[0]
    return _NORWEGIAN.get(code, code) if code in known else None


@lru_cache(maxsize=1)
def _known() -> tuple[frozenset[str], dict[str, str]]:
    """The codes of languages, and those that mean the same as another."""
    return frozenset(Locale("en").languages) - _NO_LANGUAGE, dict(get_global("language_aliases"))
