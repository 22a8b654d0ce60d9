"""Gaps in the coverage of sources: when they did not answer, and when nobody asked them."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import redis

from config.sources_file import SourcesError
from pipeline.base import Record
from pipeline.sources.gaps import Gap, GapCause, gaps_lasting
from pipeline.sources.state import Failure
from storage.redis.connection import StoreUnavailable
from storage.redis.sources import SourceStates
from workers.resources import Resources

MOST_GIVEN = 1_000
"""Gaps that one answer has."""

Span = tuple[float, float]
"""From when to when, in seconds since the epoch."""


class SourceGap(Record):
    """A span in which a source was not seen.

    Attributes:
        source: its id.
        start: its beginning.
        end: its end; of one that lasts, the time of the question.
        cause: ``failing`` when the source did not answer, ``not_polled`` when nobody asked it.
        failure: the kind of failure, where it failed.
        lasts: whether it lasts still.
    """

    source: str
    start: datetime
    end: datetime
    cause: GapCause
    failure: Failure | None = None
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of some sources within a range of time.

    Attributes:
        spans: when at least one of them was not seen, in seconds since the epoch; in order, and
            none touches another.
        last: the last ``MOST_GIVEN`` gaps, the earliest first.
    """

    spans: tuple[Span, ...] = ()
    last: tuple[SourceGap, ...] = ()


def gaps_between(
    states: SourceStates,
    sources: Mapping[str, bool],
    *,
    start: datetime,
    end: datetime,
    now: datetime,
) -> Gaps:
    """The gaps of sources that overlap a range of time.

    Of each source the last 200 are known. Gaps that a source had before it was polled for the first
    time are not known.

    Args:
        states: what is known of the sources.
        sources: which ones, and whether each is to be polled. One that is not, as it was paused,
            has no gap that lasts.
        start: of the range.
        end: of the range, excluded.
        now: until when those last that last still.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    first, last = start.timestamp(), end.timestamp()
    found = [*_ended(states, sources, first), *_lasting(states, sources, now.timestamp())]
    within = [each for each in found if each.gap.start < last and each.gap.end > first]
    within.sort(key=lambda each: (each.gap.start, each.source))
    spans = _merged((each.gap.start, each.gap.end) for each in within)
    return Gaps(tuple(spans), tuple(map(_named, within[-MOST_GIVEN:])))


def whether_polled(resources: Resources, sources: Sequence[str] | None) -> Mapping[str, bool]:
    """Sources (None: all that the sources file has), and whether each is to be polled.

    Raises:
        SourcesError: the sources file cannot be read.
    """
    known = resources.registry.all()
    names = known if sources is None else sources
    return {name: name in known and known[name].enabled for name in names}


def known_gaps(
    resources: Resources, sources: Sequence[str] | None, start: datetime, end: datetime
) -> Gaps | None:
    """The gaps within a range of time, up to now; None while they cannot be read.

    A timeline is of use without them, and needs no Redis.

    Args:
        resources: that know the sources.
        sources: which ones; None for all that the sources file has.
        start: of the range.
        end: of the range, excluded.
    """
    now = datetime.fromtimestamp(resources.clock(), UTC)
    try:
        asked = whether_polled(resources, sources)
        return gaps_between(resources.stores.sources, asked, start=start, end=end, now=now)
    except (redis.RedisError, StoreUnavailable, SourcesError):
        return None


def seconds_missed(spans: Sequence[Span], begins: Sequence[datetime]) -> tuple[float, ...]:
    """For how many seconds of each interval the spans last.

    Args:
        spans: as ``Gaps`` has them.
        begins: the beginnings of the intervals, in order, and the end of the last.
    """
    found, passed = list[float](), 0
    for start, end in pairwise(begin.timestamp() for begin in begins):
        while passed < len(spans) and spans[passed][1] <= start:
            passed += 1
        seconds, at = 0.0, passed
        while at < len(spans) and spans[at][0] < end:
            seconds += min(end, spans[at][1]) - max(start, spans[at][0])
            at += 1
        found.append(seconds)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Found:
    source: str
    gap: Gap
    lasts: bool


def _ended(states: SourceStates, sources: Iterable[str], since: float) -> Iterator[_Found]:
    names = list(sources)
    for source, gaps in zip(names, states.gaps(names, since=since), strict=True):
        yield from (_Found(source, gap, lasts=False) for gap in gaps)


def _lasting(states: SourceStates, sources: Mapping[str, bool], now: float) -> Iterator[_Found]:
    polled = [source for source, is_polled in sources.items() if is_polled]
    for source, state in zip(polled, states.states(polled), strict=True):
        yield from (_Found(source, gap, lasts=True) for gap in gaps_lasting(state, now))


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans that come by their start, those that overlap or touch as one."""
    begins, ends = -math.inf, -math.inf
    for start, end in spans:
        if start > ends:
            if ends > begins:
                yield begins, ends
            begins = start
        ends = max(end, ends)
    if ends > begins:
        yield begins, ends


def _named(found: _Found) -> SourceGap:
    gap = found.gap
    return SourceGap(
        source=found.source,
        start=datetime.fromtimestamp(gap.start, UTC),
        end=datetime.fromtimestamp(gap.end, UTC),
        cause=gap.cause,
        failure=gap.failure,
        lasts=found.lasts,
    )
