"""Names of months in the languages of the news, from the Unicode CLDR."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from babel import Locale

_LANGUAGES = (
    "fr", "de", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro",
    "bg", "ru", "uk", "be", "sr", "hr", "sl", "mk", "sq", "el", "tr", "lt", "lv", "et", "is",
    "ca", "eu", "gl", "cy", "ga", "id", "ms", "sw", "af", "az", "kk", "uz", "hy", "ka", "ar",
    "fa", "he", "hi",
)  # fmt: skip
_ENGLISH = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
    "january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7,
    "august": 8, "september": 9, "sept": 9, "october": 10, "november": 11, "december": 12,
}  # fmt: skip
# Abbreviations in use that the CLDR has not.
_MORE = {"mrz": 3}
_SHORTEST = 3


def month_of(name: str) -> int | None:
    """The number of the month that a word names, 1 to 12; None where it names none.

    Case and accents do not matter. English goes first. A name that means different months in
    different languages (``listopad``) is none, and so is one of fewer than three letters.
    """
    plain = _plain(name)
    return _ENGLISH.get(plain) or _in_other_languages().get(plain)


@lru_cache(maxsize=1)
def _in_other_languages() -> dict[str, int]:
    meanings = {name: {month} for name, month in _MORE.items()}
    for language in _LANGUAGES:
        for month, name in _names_in(language):
            meanings.setdefault(_plain(name), set()).add(month)
    return {
        name: next(iter(months))
        for name, months in meanings.items()
        if len(months) == 1 and len(name) >= _SHORTEST
    }


def _names_in(language: str) -> Iterator[tuple[int, str]]:
    """The long and short names of a language, in a date ("3 июля") and alone ("июль")."""
    months = Locale.parse(language).months
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield from months[context][width].items()


def _plain(name: str) -> str:
    """Without case, accents and a full stop."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    letters = (part for part in parts if not unicodedata.combining(part))
    return "".join(letters).strip(". ")
