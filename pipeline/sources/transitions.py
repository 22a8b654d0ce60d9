"""How a poll changes what is remembered of a source."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import NamedTuple

from pipeline.records import Link
from pipeline.sources.publication_rate import PublicationRate
from pipeline.sources.revalidation import NOT_MODIFIED
from pipeline.sources.state import Failure, Redirect, SourceState
from pipeline.urls import Url

MOST_LATENCIES = 200
"""New articles whose latency is remembered."""

SIGHTINGS = 3
"""Polls in a row that must see the same permanent redirect before its target is kept,"""

SIGHTED_FOR = 86_400.0
"""and seconds over which they must be spread: what is undone within a day was a mistake."""

# Failures in a row after which a kept address is given up for the one in the sources.
_LOST_AFTER = 3
_LONGEST_LATENCY = 65_535
_THROTTLING = frozenset({429, 503})
_AHEAD = 600.0  # seconds
_FEW_DATES, _MOST_OF = 3, 0.8
_CLOCK_ERROR = 60.0  # seconds
_ENOUGH = 100  # entries that tell where a feed's site is


def failed(
    state: SourceState, now: float, failure: Failure, error: str, *, status: int | None = None
) -> SourceState:
    """After a poll that brought nothing to read."""
    failures = state.failures + 1
    changes: dict[str, object] = {
        "added": state.added or now,
        "last_poll": now,
        "failures": failures,
        "failing_since": state.failing_since or now,
        "failure": failure,
        "error": error,
        "status": status,
        "gone": failure is Failure.GONE and not state.kept,
    }
    if status in _THROTTLING:
        changes |= {"throttled": state.throttled + 1, "last_throttled": now}
    if state.kept and (failures >= _LOST_AFTER or failure is Failure.GONE):
        changes |= {"kept": None, "redirect": None}
    return state.model_copy(update=changes)


def succeeded(
    state: SourceState, now: float, *, status: int, moved_to: Url | None = None
) -> SourceState:
    """After a poll whose response could be read, "not modified" included.

    Args:
        state: before.
        now: the poll's time.
        status: that of the response.
        moved_to: where permanent redirects alone led, if they did.
    """
    changes: dict[str, object] = {
        "added": state.added or now,
        "last_poll": now,
        "last_success": now,
        "failures": 0,
        "failing_since": None,
        "failure": None,
        "error": None,
        "status": status,
        "gone": False,
    }
    if status != NOT_MODIFIED:
        changes["last_whole"] = now
    return state.model_copy(update={**changes, **_redirected(state, now, moved_to)})


def _redirected(state: SourceState, now: float, moved_to: Url | None) -> dict[str, object]:
    """What a poll's permanent redirect changes.

    RFC 9110 §15.4.2 allows keeping the target at once. That would keep a mistake in a server's
    configuration as well, so it must be seen several times.
    """
    if moved_to is None or moved_to == state.polled_at:
        return {"redirect": None}
    seen = state.redirect
    if seen is None or seen.address != moved_to:
        return {"redirect": Redirect(address=moved_to, sightings=1, since=now)}
    if seen.sightings + 1 >= SIGHTINGS and now - seen.since >= SIGHTED_FOR:
        return {"redirect": None, "kept": None if moved_to == state.address else moved_to}
    return {"redirect": seen.model_copy(update={"sightings": seen.sightings + 1})}


def informed(
    state: SourceState, now: datetime, links: Sequence[Link], accepted: Sequence[Link]
) -> SourceState:
    """After a document was read: what its dates say of the publication rate and the latency.

    Args:
        state: before; ``succeeded`` may come later.
        now: the poll's time.
        links: all that the document announced, or of a sitemap all that is new.
        accepted: those of them that nobody had announced before.
    """
    dates = _read_dates(links, now)
    return state.model_copy(
        update={
            "rate": _learned(state, now.timestamp(), dates, len(accepted)),
            "newest": _newest(state, dates),
            "dated": dates.usable or (state.dated and not links),
            "dates_wrong": dates.wrong,
            "latencies": _latencies(state, now.timestamp(), dates, accepted),
            "site": usual_origin(links) or state.site,
        }
    )


class _Dates(NamedTuple):
    """The dates of a document's entries.

    Attributes:
        usable: whether they can be used: with a time of day, and not made up.
        wrong: whether they cannot be right.
        past: those that are not in the future, in seconds since the epoch; none if not usable.
    """

    usable: bool
    wrong: bool
    past: Sequence[float]


def _read_dates(links: Sequence[Link], now: datetime) -> _Dates:
    known = [date for link in links if (date := link.published or link.modified)]
    wrong = _are_wrong(known, now)
    with_time = timed(known)
    usable = not wrong and bool(links) and len(with_time) >= _MOST_OF * len(links)
    past = [date for date in with_time if date <= now.timestamp()] if usable else []
    return _Dates(usable, wrong, past)


def _learned(state: SourceState, at: float, dates: _Dates, accepted: int) -> PublicationRate:
    """The rate with the entries that are new; without usable dates, with the time of the poll."""
    if dates.usable:
        fresh = [date for date in dates.past if state.newest is None or date > state.newest]
        return state.rate.learned(fresh, at)
    is_first = state.last_success is None
    return state.rate.learned([] if is_first else [at] * accepted, at)


def _newest(state: SourceState, dates: _Dates) -> float | None:
    known = [state.newest] if state.newest else []
    return max([*dates.past, *known], default=None)


def _latencies(
    state: SourceState, at: float, dates: _Dates, accepted: Sequence[Link]
) -> tuple[int, ...]:
    if not dates.usable:
        return state.latencies[-MOST_LATENCIES:]
    new = latencies_of(state, at, timed(link.published for link in accepted))
    return (*state.latencies, *new)[-MOST_LATENCIES:]


def usual_origin(links: Sequence[Link]) -> Url | None:
    """Scheme and host where more than half of a document's links lead (of the first hundred).

    None where no host has so many.
    """
    origins = Counter(link.url.origin for link in links[:_ENOUGH])
    for origin, count in origins.most_common(1):
        if 2 * count > origins.total():
            return origin
    return None


def timed(dates: Iterable[datetime | None]) -> list[float]:
    """The dates that have a time of day, in seconds since the epoch."""
    return [date.timestamp() for date in dates if date and date.time() != time(0)]


def latencies_of(state: SourceState, at: float, published: Sequence[float]) -> tuple[int, ...]:
    """Seconds from publication to first sight, oldest first.

    A publisher's clock may be ahead by a minute. An article from before the first poll says nothing
    of the polling.
    """
    if state.added is None:
        return ()
    seen = (date for date in sorted(published) if state.added < date <= at + _CLOCK_ERROR)
    return tuple(min(round(max(at - date, 0.0)), _LONGEST_LATENCY) for date in seen)


def _are_wrong(dates: Sequence[datetime], now: datetime) -> bool:
    """Whether the dates cannot be right.

    Most are in the future, or all are the same time, that of the fetch.
    """
    if len(dates) < _FEW_DATES:
        return False
    at, most = now.timestamp(), _MOST_OF * len(dates)
    ahead = sum(date.timestamp() > at + _AHEAD for date in dates)
    if ahead >= most:
        return True
    at_fetch = sum(abs(date.timestamp() - at) < _CLOCK_ERROR for date in dates)
    return at_fetch >= most and len(set(dates)) == 1
