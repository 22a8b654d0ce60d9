"""Articles by their day or hour of publication: what timelines are made of."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from search.counting import CountRequest, dimensions
from search.language.groups import NO_GROUPS, Groups
from search.language.query import parse
from search.nodes import (
    And,
    MatchAll,
    Node,
    Not,
    OneOf,
    Or,
    Phrase,
    Range,
    Term,
    asks_for_copies,
)
from services.counts.intervals import Axis, Interval
from services.coverage.gaps import Gaps
from storage.index import Index

_DATE = "published"
_SOURCE = "source"
_SURENESS, _DOUBTFUL = "dated", "doubtful"
_SURE = Not(Term(_SURENESS, _DOUBTFUL))
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""The day that a date of zero seconds reads as."""

_AHEAD = timedelta(days=1)

GapsOf = Callable[[tuple[str, ...] | None, datetime, datetime], Gaps | None]
"""The gaps of sources (None: of all) within a range; None when they are not known now."""


@dataclass(frozen=True)
class Counting:
    """What timelines are made with.

    Attributes:
        index: what is counted.
        now: what relative dates are reckoned from; dates after it are in the future.
        copies: also count near-copies of articles that are counted.
        groups: the tags and collections of sources that queries can name.
        sources: only of these sources; None for all that the query leaves.
        share: also count all articles of the chosen sources.
        gaps: tells when sources were not seen.
    """

    index: Index
    now: datetime
    copies: bool = False
    groups: Groups = field(default_factory=lambda: NO_GROUPS)
    sources: tuple[str, ...] | None = None
    share: bool = False
    gaps: GapsOf = lambda _sources, _start, _end: None


@dataclass(frozen=True, slots=True)
class Days:
    """What a query finds, by day of publication.

    Attributes:
        query: its text.
        node: its meaning, within the chosen sources.
        total: of all articles.
        copies_left_out: as in a search.
        counts: by the beginning of the day; without doubtful ones.
        undated: without a date.
        doubtful: with a date that cannot be right.
    """

    query: str
    node: Node
    total: int
    copies_left_out: int
    counts: Mapping[datetime, int]
    undated: int
    doubtful: int


def meaning(counting: Counting, query: str) -> Node:
    """A query within the chosen sources.

    Raises:
        QueryError: it cannot be read.
        SourcesError: it names a tag or collection, and the sources file cannot be read.
    """
    node = parse(query, counting.groups, now=counting.now)
    if counting.sources is None:
        return node
    return And((node, OneOf(_SOURCE, counting.sources)))


def count_days(counting: Counting, query: str) -> Days:
    """What a query finds by day.

    Raises:
        QueryError: the query cannot be read, or there is too much to count.
        SourcesError: it names a tag or collection, and the sources file cannot be read.
        IndexUnavailable: the index does not answer.
    """
    node = meaning(counting, query)
    by = dimensions([f"{_DATE}.day", _SURENESS], counting.groups)
    counted = counting.index.count_by(CountRequest(node, by, counting.copies))
    latest = _latest(counting.now)
    counts, undated, doubtful = Counter[datetime](), 0, 0
    for cell in counted.cells:
        day, sureness = _moment(cell.values[0]), cell.values[1]
        if day is None:
            undated += cell.count
        elif sureness == _DOUBTFUL or day >= latest or day == _NO_TIME:
            doubtful += cell.count
        else:
            counts[day] += cell.count
    last = Interval.DAY.begin(latest)
    too_late = min(counts[last], _count_from(counting, node, latest)) if counts[last] else 0
    counts[last] -= too_late
    return Days(
        query=query,
        node=node,
        total=counted.total,
        copies_left_out=counted.copies_left_out,
        counts=+counts,
        undated=undated,
        doubtful=doubtful + too_late,
    )


def counts_on(counting: Counting, days: Days, axis: Axis) -> Mapping[datetime, int]:
    """What was found by the beginnings of an axis' intervals; other intervals may be there too.

    Raises:
        IndexUnavailable: hours have to be counted, and the index does not answer.
    """
    if axis.interval is Interval.HOUR:
        return _count_within(counting, days.node, axis)
    return summed(days.counts.items(), axis.interval)


def published_on(counting: Counting, days: Days, axis: Axis) -> Mapping[datetime, int]:
    """All articles of the sources of what was found, by the beginnings of an axis' intervals.

    Copies count where they do in what was found: else its share could be more than all.

    Raises:
        IndexUnavailable: the index does not answer.
    """
    sources = chosen_sources(days.node)
    everything = MatchAll() if sources is None else OneOf(_SOURCE, sources)
    copies = counting.copies or asks_for_copies(days.node)
    return _count_within(replace(counting, copies=copies), everything, axis)


def chosen_sources(node: Node) -> tuple[str, ...] | None:
    """The sources that every match of a query comes from, as far as it says so; None for any."""
    match node:
        case Term(field="source", text=text) | Phrase(field="source", text=text):
            return (text,)
        case OneOf(field="source", values=values):
            return tuple(sorted(values))
        case And(parts):
            return _in_all([chosen_sources(part) for part in parts])
        case Or(parts):
            return _in_any([chosen_sources(part) for part in parts])
        case _:
            return None


def _in_all(chosen: Sequence[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    named = [set(sources) for sources in chosen if sources is not None]
    return tuple(sorted(set.intersection(*named))) if named else None


def _in_any(chosen: Sequence[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    named = [set(sources) for sources in chosen if sources is not None]
    return tuple(sorted(set[str]().union(*named))) if len(named) == len(chosen) else None


def _count_within(counting: Counting, node: Node, axis: Axis) -> Mapping[datetime, int]:
    """Articles of the axis' range by interval, without doubtful ones."""
    end = min(axis.end, _latest(counting.now))
    if end <= axis.start:
        return {}
    unit = Interval.HOUR if axis.interval is Interval.HOUR else Interval.DAY
    within = And((node, Range(_DATE, axis.start, end), _SURE))
    by = dimensions([f"{_DATE}.{unit}"], counting.groups)
    cells = counting.index.count_by(CountRequest(within, by, counting.copies)).cells
    dated = ((moment, cell.count) for cell in cells if (moment := _moment(cell.values[0])))
    possible = (each for each in dated if Interval.DAY.begin(each[0]) != _NO_TIME)
    return summed(possible, axis.interval)


def _count_from(counting: Counting, node: Node, moment: datetime) -> int:
    """Articles of a moment's day from that moment on, without doubtful ones."""
    day_ends = Interval.DAY.end(Interval.DAY.begin(moment))
    late = And((node, Range(_DATE, moment, day_ends), _SURE))
    return counting.index.count_by(CountRequest(late, (), counting.copies)).total


def summed(counts: Iterable[tuple[datetime, int]], interval: Interval) -> Mapping[datetime, int]:
    """Counts of days or hours, by the beginnings of intervals."""
    sums = Counter[datetime]()
    for moment, count in counts:
        sums[interval.begin(moment)] += count
    return sums


@lru_cache(maxsize=50_000)  # the same days come with every query
def _moment(label: str | None) -> datetime | None:
    return datetime.fromisoformat(label).replace(tzinfo=UTC) if label else None


def _latest(now: datetime) -> datetime:
    """The first moment in which no article can have been published: dates are milliseconds."""
    return now + _AHEAD + timedelta(milliseconds=1)
