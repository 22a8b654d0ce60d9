"""Gaps in the coverage of sources: when they did not answer, and when nobody asked them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import redis

from config.sources_file import SourcesError
from pipeline.base import Record
from pipeline.sources.gaps import Gap, GapCause, gaps_lasting
from pipeline.sources.state import Failure
from storage.redis.connection import StoreUnavailable
from storage.redis.sources import SourceStates
from workers.resources import Resources


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


def gaps_between(
    states: SourceStates,
    source_ids: Sequence[str],
    *,
    start: datetime,
    end: datetime,
    now: datetime,
) -> tuple[SourceGap, ...]:
    """The gaps of sources that overlap a range of time, the earliest first.

    Of each source the last 200 are known. Gaps that a source had before it was polled for the first
    time are not known.

    Args:
        states: what is known of the sources.
        source_ids: which ones.
        start: of the range.
        end: of the range, excluded.
        now: until when those last that last still.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    moment = now.timestamp()
    found = [
        *(
            _named(source, gap, lasts=False)
            for source, gaps in zip(source_ids, states.gaps(source_ids), strict=True)
            for gap in gaps
        ),
        *(
            _named(source, gap, lasts=True)
            for source, state in zip(source_ids, states.states(source_ids), strict=True)
            for gap in gaps_lasting(state, moment)
        ),
    ]
    within = [gap for gap in found if gap.start < end and gap.end > start]
    return tuple(sorted(within, key=lambda gap: (gap.start, gap.source)))


def known_gaps(
    resources: Resources, sources: Sequence[str] | None, start: datetime, end: datetime
) -> tuple[SourceGap, ...] | None:
    """The gaps within a range of time, up to now; None while they cannot be read.

    A timeline is of use without them, and needs no Redis.

    Args:
        resources: that know the sources.
        sources: which ones; None for all that are watched.
        start: of the range.
        end: of the range, excluded.
    """
    now = datetime.fromtimestamp(resources.clock(), UTC)
    try:
        chosen = list(resources.registry.all()) if sources is None else sources
        return gaps_between(resources.stores.sources, chosen, start=start, end=end, now=now)
    except (redis.RedisError, StoreUnavailable, SourcesError):
        return None


def seconds_covered_by(gaps: Iterable[SourceGap], start: datetime, end: datetime) -> float:
    """For how many seconds of a span at least one of the gaps lasts; they come by their start."""
    seconds, until = 0.0, start
    for gap in gaps:
        begins, ends = max(gap.start, until), min(gap.end, end)
        if ends > begins:
            seconds += (ends - begins).total_seconds()
            until = ends
    return seconds


def _named(source: str, gap: Gap, *, lasts: bool) -> SourceGap:
    return SourceGap(
        source=source,
        start=datetime.fromtimestamp(gap.start, UTC),
        end=datetime.fromtimestamp(gap.end, UTC),
        cause=gap.cause,
        failure=gap.failure,
        lasts=lasts,
    )
