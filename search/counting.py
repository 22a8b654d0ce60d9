"""How many matching articles there are by day, source, language …: what is asked, and its order.

Both backends count days and whole values, all of them and exactly. Here days become weeks, months
and years, and sources become their tags and collections.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import product

from search.errors import QueryError
from search.fields import ALIASES, FIELDS, SOURCE_GROUPS, Field, FieldKind
from search.language.groups import Groups, names_of
from search.nodes import Node, asks_for_copies
from search.results import CountCell, CountResult

MOST_DIMENSIONS = 4
MOST_CELLS = 200_000
"""Combinations of values that one count can have."""

MOST_VALUES = 100
"""Values of one article that count in Elasticsearch where two attributes fill a field."""

HOUR_MILLISECONDS = 3_600_000
DAY_MILLISECONDS = 86_400_000

Key = str | int | None
"""A value as a backend counts it: a whole value, or the first millisecond of a day or hour."""

Combination = tuple[Key, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Period(StrEnum):
    """How long a span of time is counted as one; days begin at midnight in UTC."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_FORMS = {
    Period.HOUR: "%Y-%m-%dT%H",
    Period.DAY: "%Y-%m-%d",
    Period.WEEK: "%G-W%V",
    Period.MONTH: "%Y-%m",
    Period.YEAR: "%Y",
}
"""How a period is written; weeks as in ISO 8601, from Monday on."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """What articles are counted by.

    Attributes:
        name: as it was asked for.
        field: the field that is counted.
        period: how long a span is, for fields that hold moments.
        groups: the names that stand for a source, for its tags and collections.
    """

    name: str
    field: Field
    period: Period | None = None
    groups: Mapping[str, tuple[str, ...]] | None = None

    @property
    def interval(self) -> int:
        """Milliseconds by which backends count moments: longer periods are put together here."""
        return HOUR_MILLISECONDS if self.period is Period.HOUR else DAY_MILLISECONDS

    def labels(self, key: Key) -> tuple[str | None, ...]:
        """What a counted value is called; None for articles without one."""
        if key is None:
            return (None,)
        if self.period:
            return (_label(self.period, int(key)),)
        if self.groups is not None:
            return self.groups.get(str(key)) or (None,)
        return (str(key),)


@dataclass(frozen=True, slots=True)
class CountRequest:
    """What is to be counted.

    Attributes:
        query: the parsed query.
        by: what the articles are counted by; nothing for the total alone.
        copies: also count near-copies of articles that are counted.
        most_cells: combinations of values that there may be; None for ``MOST_CELLS``.
        total_only: whether the copies that are left out need not be counted, which may take a
            search of its own; the result has 0 of them.
    """

    query: Node
    by: tuple[Dimension, ...] = ()
    copies: bool = False
    most_cells: int | None = None
    total_only: bool = False

    @property
    def shows_copies(self) -> bool:
        """Whether copies are counted: by choice, or since the query asks for them."""
        return self.copies or asks_for_copies(self.query)


def dimensions(names: Iterable[str], groups: Groups) -> tuple[Dimension, ...]:
    """What the names ask to count by.

    ``hour``, ``day``, ``week``, ``month`` and ``year`` are those of publication; those of another
    moment are written ``first_seen.week``.

    Raises:
        QueryError: a name is not known or stands twice, or there are too many.
    """
    found = tuple(_dimension(name.strip().lower(), groups) for name in names)
    if len(found) > MOST_DIMENSIONS:
        raise QueryError(
            f"Articles can be counted by {MOST_DIMENSIONS} things at once, not by {len(found)}."
        )
    for name, times in Counter(each.name for each in found).items():
        if times > 1:
            raise QueryError(f"“{name}” stands twice in what is to be counted by.")
    return found


def result(
    request: CountRequest,
    found: Iterable[tuple[Combination, int]],
    *,
    total: int,
    copies_left_out: int,
) -> CountResult:
    """What was counted, in order: periods by time, values by count, those without one last.

    Args:
        request: what was asked.
        found: the combinations of values that articles have, each once, with their counts.
        total: articles that match.
        copies_left_out: copies that match and are not in the total.

    Raises:
        QueryError: there are more combinations than the request allows.
    """
    cells = _cells(request.by, found, request.most_cells or MOST_CELLS)
    axes = [_axis(dimension, place, cells) for place, dimension in enumerate(request.by)]
    ranks = [{value: rank for rank, value in enumerate(axis)} for axis in axes]
    ordered = sorted(
        cells, key=lambda values: [rank[value] for rank, value in zip(ranks, values, strict=True)]
    )
    return CountResult(
        total=total,
        copies_left_out=copies_left_out,
        by=tuple(dimension.name for dimension in request.by),
        axes=tuple(axes),
        cells=tuple(CountCell(values=values, count=cells[values]) for values in ordered),
    )


def is_date(name: str) -> bool:
    """Whether a dimension of this name holds dates."""
    field = FIELDS.get(name)
    holds_moments = field is not None and field.kind is FieldKind.MOMENT
    return holds_moments or name.rpartition(".")[2] in set(Period)


def _cells(
    by: Sequence[Dimension], found: Iterable[tuple[Combination, int]], most: int
) -> Counter[tuple[str | None, ...]]:
    cells: Counter[tuple[str | None, ...]] = Counter()
    for place, (keys, count) in enumerate(found):
        if place >= most:
            raise QueryError(
                f"There are more than {most} combinations to count; "
                "make the query narrower, or count by less."
            )
        labels = (dimension.labels(key) for dimension, key in zip(by, keys, strict=True))
        for values in product(*labels):
            cells[values] += count
    return cells


def _dimension(name: str, groups: Groups) -> Dimension:
    if name in SOURCE_GROUPS:
        return Dimension(name, FIELDS["source"], groups=names_of(groups, name))
    first, _, last = name.rpartition(".")
    if last in set(Period):
        field = FIELDS.get(first or "published")
        if field and field.kind is FieldKind.MOMENT:
            return Dimension(name, field, Period(last))
    field = FIELDS.get(ALIASES.get(name, name))
    if field is None or not _can_be_counted(field):
        known = ", ".join([*Period, *countable(), *SOURCE_GROUPS])
        raise QueryError(f"Articles cannot be counted by “{name}”. They can be counted by {known}.")
    return Dimension(name, field, Period.DAY if field.kind is FieldKind.MOMENT else None)


def countable() -> list[str]:
    """The fields that articles can be counted by."""
    return [field.name for field in FIELDS.values() if _can_be_counted(field)]


_RUNNING_TEXT = frozenset({"title", "body", "description"})


def _can_be_counted(field: Field) -> bool:
    return field.kind is not FieldKind.NUMBER and field.name not in _RUNNING_TEXT


@lru_cache(20_000)
def _label(period: Period, start: int) -> str:
    """What the span that begins at a millisecond since 1970 is called."""
    written = (_EPOCH + timedelta(milliseconds=start)).strftime(_FORMS[period])
    # strftime leaves the zeros of early years out.
    return written.zfill(len(_EPOCH.strftime(_FORMS[period])))


def _axis(
    dimension: Dimension, place: int, cells: Mapping[tuple[str | None, ...], int]
) -> tuple[str | None, ...]:
    """The values of one dimension in their order."""
    totals: Counter[str | None] = Counter()
    for values, count in cells.items():
        totals[values[place]] += count

    def by_time(value: str | None) -> tuple[bool, str]:
        return value is None, value or ""

    def by_count(value: str | None) -> tuple[bool, int, str]:
        return value is None, -totals[value], value or ""

    return tuple(sorted(totals, key=by_time if dimension.period else by_count))
