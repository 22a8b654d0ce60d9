"""Dates and numbers in queries. A date stands for the whole of its day, month or year in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from search.errors import QueryError
from search.fields import FieldKind
from search.nodes import Range

LARGEST_NUMBER = 2**31 - 1
"""What Elasticsearch's ``integer`` holds."""

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_EXAMPLES = "2017-12-01, 2017-12 or 2017-12-01T18:30:00Z"


@dataclass(frozen=True, slots=True)
class _Span:
    """The values that one written bound covers: from ``first`` up to and without ``after``."""

    first: datetime | int
    after: datetime | int


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range as it was written; ``text`` ``*`` leaves it open."""

    text: str
    included: bool
    position: int | None


def between(field: str, kind: FieldKind, low: Bound, high: Bound) -> Range:
    """The range that two written ends mean.

    Raises:
        QueryError: an end is no date or number, or lies beyond what can be kept.
    """
    lower = upper = None
    if low.text != "*":
        span = _read(field, kind, low)
        lower = span.first if low.included else span.after
    if high.text != "*":
        span = _read(field, kind, high)
        upper = span.after if high.included else span.first
    return Range(field, lower, upper)


def _read(field: str, kind: FieldKind, bound: Bound) -> _Span:
    if kind is FieldKind.NUMBER:
        if (
            not re.fullmatch(r"-?\d{1,10}", bound.text, re.ASCII)
            or abs(int(bound.text)) >= LARGEST_NUMBER
        ):
            raise QueryError(
                f"“{field}” is compared with whole numbers, not with “{bound.text}”.",
                bound.position,
            )
        return _Span(int(bound.text), int(bound.text) + 1)
    try:
        return _moment(bound.text)
    except (ValueError, OverflowError):
        message = (
            f"“{bound.text}” is no date that “{field}” can be compared with; "
            f"write it like {_EXAMPLES}."
        )
        raise QueryError(message, bound.position) from None


def _moment(text: str) -> _Span:
    match = _DAY.fullmatch(text)
    if match is None:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        # Both backends keep milliseconds.
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        return _Span(moment, moment + timedelta(milliseconds=1))
    year, month, day = (int(part) if part else None for part in match.groups())
    first = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
    if day is not None:
        return _Span(first, first + timedelta(days=1))
    if month is not None:
        return _Span(first, (first + timedelta(days=31)).replace(day=1))
    return _Span(first, first.replace(year=first.year + 1))
