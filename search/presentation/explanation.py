"""How a query was understood, as a tree of sentences, and what a hit's score is made of."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.base import Record
from search.nodes import Exists, MatchAll, OneOf, Range
from search.plan import (
    STEM_WEIGHT,
    AllOf,
    AnyOf,
    Exact,
    Match,
    Nothing,
    Plan,
    Words,
    positive_words,
)

MOST_PARTS = 100
"""Parts of a score that are looked up."""

_COMPARED = {Match.PREFIX: "begins with", Match.PATTERN: "is like"}

_SHOWN = 12
"""Values of a list that are named."""


class Understood(Record):
    """A part of a query: what it asks for, and of what it consists."""

    text: str
    parts: tuple["Understood", ...] = ()


class ScorePart(Record):
    """What one word adds to an article's score in one field.

    The best of a word's fields counts whole, the others by three tenths, so that the parts of an
    article add up to more than its score.
    """

    text: str
    score: float


def describe(planned: Plan) -> Understood:
    """What a plan asks for."""
    match planned:
        case AllOf(parts, without):
            wanted = [describe(part) for part in parts]
            left_out = [Understood(text="without:", parts=(describe(part),)) for part in without]
            return Understood(text="all of these:", parts=(*wanted, *left_out))
        case AnyOf(parts):
            return Understood(text="any of these:", parts=tuple(describe(part) for part in parts))
        case Words():
            return _words(planned)
        case _:
            return Understood(text=_value(planned))


def parts_of(planned: Plan) -> Iterator[tuple[str, Plan]]:
    """The words that can add to the score of an article, each with what it is called."""
    for words in positive_words(planned):
        for field, weight in words.fields:
            one = replace(words, fields=((field, weight),), stems=None)
            yield f"{_asked(words)} in {field}", one
            if words.stemmed(field):
                stem = replace(words, fields=((field, weight),), tokens=())
                yield f"the stem of {_asked(words)} in {field}", stem


def _words(words: Words) -> Understood:
    places = ", ".join(
        f"{field} (×{weight:g})" if weight != 1 else field for field, weight in words.fields
    )
    parts = [Understood(text=f"in {places}")]
    if words.stems:
        stemmed = ", ".join(field for field, _ in words.fields if words.stemmed(field))
        parts.append(
            Understood(
                text=f"or a word of the same stem in {stemmed} (×{STEM_WEIGHT:g}), by the "
                f"article's language: {', '.join(words.stems.tagged)}"
            )
        )
    return Understood(text=_asked(words), parts=tuple(parts))


def _asked(words: Words) -> str:
    text = " ".join(words.tokens)
    match words.match:
        case Match.NEAR:
            return f"“{text}” near each other, moved by {words.slack} places at most"
        case Match.PREFIX:
            return f"words that begin with “{text}”"
        case Match.PATTERN:
            return f"words like “{text}”"
        case Match.FUZZY:
            return f"words that differ from “{text}” by {words.slack} letters at most"
        case _ if len(words.tokens) > 1:
            return f"the words “{text}” in a row"
        case _:
            return f"the word “{text}”"


def _value(plan: Exact | OneOf | Range | Exists | MatchAll | Nothing) -> str:
    match plan:
        case Exact(field, value, how):
            return f"{field} {_COMPARED.get(how, 'is')} “{value}”"
        case OneOf(field, values):
            more = f", … ({len(values)} in all)" if len(values) > _SHOWN else ""
            return f"{field} is one of {', '.join(values[:_SHOWN])}{more}"
        case Range():
            return f"{plan.field} {_span(plan)}"
        case Exists(field):
            return f"has any {field}"
        case MatchAll():
            return "every article"
        case _:
            return "no article: nothing in it can be searched for"


def _span(plan: Range) -> str:
    lower = "" if plan.lower is None else f"from {_moment(plan.lower)}"
    upper = "" if plan.upper is None else f"before {_moment(plan.upper)}"
    return f"{lower} {upper}".strip() or "is anything"


def _moment(value: datetime | int | None) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return str(value)
