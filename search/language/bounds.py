"""Dates and numbers in queries. A date stands for the whole of its day, month or year in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from search.errors import QueryError
from search.fields import FieldKind
from search.language.relative import is_relative, moment
from search.nodes import Range

LARGEST_NUMBER = 2**31 - 1
"""What Elasticsearch's ``integer`` holds."""

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_DAY_LONG = timedelta(days=1)
_TICK = timedelta(milliseconds=1)
_EXAMPLES = "2017-12-01, 2017-12, 2017-12-01T18:30:00Z, today, yesterday, now-2h or now-7d"


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


def between(
    field: str, kind: FieldKind, low: Bound, high: Bound, now: datetime | None = None
) -> Range:
    """The range that two written ends mean.

    Args:
        field: its name.
        kind: what it holds.
        low: where the range begins.
        high: where it ends.
        now: what relative dates are reckoned from; without it there can be none.

    Raises:
        QueryError: an end is no date or number, or lies beyond what can be kept.
    """
    lower = upper = None
    if low.text != "*":
        span = _read(field, kind, low, now)
        lower = span.first if low.included else span.after
    if high.text != "*":
        span = _read(field, kind, high, now)
        upper = span.after if high.included else span.first
    return Range(field, lower, upper)


def _read(field: str, kind: FieldKind, bound: Bound, now: datetime | None) -> _Span:
    if kind is FieldKind.NUMBER:
        return _number(field, bound)
    try:
        if now is not None and is_relative(bound.text):
            start, whole_day = moment(bound.text, now)
            return _Span(start, start + (_DAY_LONG if whole_day else _TICK))
        return _moment(bound.text)
    except (ValueError, OverflowError):
        message = (
            f"“{bound.text}” is no date that “{field}” can be compared with; "
            f"write it like {_EXAMPLES}."
        )
        raise QueryError(message, bound.position) from None


def _number(field: str, bound: Bound) -> _Span:
    if (
        not re.fullmatch(r"-?\d{1,10}", bound.text, re.ASCII)
        or abs(int(bound.text)) >= LARGEST_NUMBER
    ):
        raise QueryError(
            f"“{field}” is compared with whole numbers, not with “{bound.text}”.", bound.position
        )
    return _Span(int(bound.text), int(bound.text) + 1)


def _moment(text: str) -> _Span:
    match = _DAY.fullmatch(text)
    if match is None:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        # Both backends keep milliseconds.
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        return _Span(at, at + _TICK)
    year, month, day = (int(part) if part else None for part in match.groups())
    first = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
    if day is not None:
        return _Span(first, first + _DAY_LONG)
    if month is not None:
        return _Span(first, (first + timedelta(days=31)).replace(day=1))
    return _Span(first, first.replace(year=first.year + 1))
