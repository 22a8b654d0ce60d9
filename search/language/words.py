"""Single words of a query: plain ones, beginnings, patterns, and words that are spelled nearly so.

What a word costs is bounded here: how few letters may stand before a wildcard, and how many letters
may differ.
"""

import re
import unicodedata
from decimal import Decimal

from search.errors import QueryError
from search.nodes import Fuzzy, Pattern, Phrase, Prefix, Term

SHORTEST_PREFIX = 2
SHORTEST_FUZZY = 4
LONG_WORD = 8
"""Letters of a word in which two may differ."""

MOST_WILDCARDS = 5
"""In one word; the automata of both backends grow with two to this power."""

MOST_SLOP = 100
HEAVIEST = 100

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WILDCARD = re.compile(r"[*?]")
_UNSAID = 0.5
"""What luqum has for ``~`` without a number."""


def unescaped(text: str) -> str:
    """The text without the backslashes that protect a character."""
    return _ESCAPED.sub(r"\1", text)


def masked(text: str) -> str:
    """The text with dots in place of protected characters; as long as the text."""
    return _ESCAPED.sub("..", text)


def read_word(written: str, field: str | None, position: int) -> Term | Prefix | Pattern:
    """What a word means, which may have wildcards.

    Raises:
        QueryError: a wildcard stands too early.
    """
    places = [match.start() for match in _WILDCARD.finditer(masked(written))]
    if not places:
        return Term(field, unescaped(written))
    if places[0] < SHORTEST_PREFIX:
        rest = unescaped(written).strip("*?")
        advice = f"; write “{rest}*”, or the whole word" if len(rest) >= SHORTEST_PREFIX else ""
        raise QueryError(
            f"“{written}”: at least {SHORTEST_PREFIX} letters must stand before the first "
            f"* or ?{advice}.",
            position,
        )
    if len(places) > MOST_WILDCARDS:
        raise QueryError(
            f"“{written}”: a word can have {MOST_WILDCARDS} of * and ?; this one has "
            f"{len(places)}.",
            position,
        )
    if written.endswith("*") and places == [len(written) - 1]:
        return Prefix(field, unescaped(written[:-1]))
    if "\\" in written:
        raise QueryError(
            f"“{written}”: a word with * or ? inside cannot have a backslash.", position
        )
    return Pattern(field, written)


def check_pattern(written: str, position: int) -> None:
    """Look whether a pattern is one word.

    Raises:
        QueryError: it has something else than letters, digits and wildcards.
    """
    for letter in _WILDCARD.sub("", written):
        if unicodedata.category(letter)[0] not in "LMN":
            raise QueryError(
                f"“{written}”: a word with * or ? inside can have letters and digits only, "
                f"not “{letter}”; write the words apart.",
                position,
            )


def read_fuzzy(written: str, degree: float, field: str | None, position: int) -> Fuzzy:
    """A word in which some letters may differ.

    Args:
        written: the word.
        degree: how many letters; ``0.5`` where no number was written.
        field: where it is looked for.
        position: where it stands.

    Raises:
        QueryError: the word is too short for it, or the number is none that is possible.
    """
    word = unescaped(written)
    if _WILDCARD.search(masked(written)):
        raise QueryError(f"“{written}~”: a word has either ~ or wildcards, not both.", position)
    most = 2 if len(word) >= LONG_WORD else 1
    if len(word) < SHORTEST_FUZZY:
        raise QueryError(
            f"“{written}~”: a word needs {SHORTEST_FUZZY} letters for ~; write it without.",
            position,
        )
    if degree == _UNSAID:
        return Fuzzy(field, word, most)
    if degree not in {1, 2} or degree > most:
        raise QueryError(
            f"“{written}~{_shown(degree)}”: after ~ stands how many letters may differ: "
            f"1, or 2 in a word of {LONG_WORD} letters or more.",
            position,
        )
    return Fuzzy(field, word, int(degree))


def read_near(written: str, degree: float, field: str | None, position: int) -> Phrase:
    """The words of a phrase near each other.

    Raises:
        QueryError: the number is not possible.
    """
    if degree != int(degree) or not 0 <= degree <= MOST_SLOP:
        raise QueryError(
            f"“{written}~{_shown(degree)}”: after ~ stands how many words may lie between: "
            f"a whole number from 0 to {MOST_SLOP}.",
            position,
        )
    return Phrase(field, unescaped(written[1:-1]), int(degree))


def read_weight(force: Decimal | float, position: int) -> float:
    """The weight after ``^``.

    Raises:
        QueryError: it is 0 or too large.
    """
    if not 0 < force <= HEAVIEST:
        raise QueryError(
            f"“^{_shown(force)}”: a weight is more than 0 and at most {HEAVIEST}, "
            "such as ^2 or ^0.5.",
            position,
        )
    return float(force)


def _shown(number: Decimal | float) -> str:
    return f"{float(number):g}"
