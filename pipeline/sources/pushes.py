"""What pushes change in what is remembered of a source.

A push is recorded beside the state, and is counted in whenever the state is read. Polls keep whole
states, so that a push which wrote into one could be overwritten by a poll that began before it.
"""

from collections.abc import Sequence

from pipeline.base import Record
from pipeline.records import Link
from pipeline.sources.state import SourceState
from pipeline.sources.transitions import MOST_LATENCIES, latencies_of, timed

MOST_PUSHES = MOST_LATENCIES
"""Pushes between two polls that are counted: more articles' latencies are not remembered anyway."""


class Pushed(Record):
    """What one push brought. Times are seconds since the epoch.

    Attributes:
        at: when it came.
        accepted: how many links nobody had announced before; 0 where the push only changed known
            ones.
        published: their dates that have a time of day, the newest ``MOST_LATENCIES``,
        modified: and the dates of last change of those that have no other.
    """

    at: float
    accepted: int = 0
    published: tuple[float, ...] = ()
    modified: tuple[float, ...] = ()


def pushed(accepted: Sequence[Link], at: float) -> Pushed:
    """The record of a push that brought these links at that time."""
    changed = [link.modified for link in accepted if not link.published]
    return Pushed(
        at=at,
        accepted=len(accepted),
        published=tuple(sorted(timed(link.published for link in accepted))[-MOST_LATENCIES:]),
        modified=tuple(sorted(timed(changed))[-MOST_LATENCIES:]),
    )


def counted(state: SourceState, pushes: Sequence[Pushed]) -> SourceState:
    """A state with pushes counted in, as ``informed`` does for polls.

    Whether the dates can be used is what the polls found: the few entries of a push do not tell.
    What polls and pushes both saw is counted once, by its date, or else because the frontier
    accepts a link once. Before a first poll could read the source, pushes say nothing.

    Args:
        state: as it was kept.
        pushes: in the order in which they came, none of them counted before.
    """
    if not pushes or state.last_success is None:
        return state
    last = max(push.at for push in pushes)
    changes = _by_dates(state, pushes, last) if state.dated else _by_arrival(state, pushes, last)
    return state.model_copy(update={"last_new": max(state.last_new or last, last), **changes})


def _by_arrival(state: SourceState, pushes: Sequence[Pushed], last: float) -> dict[str, object]:
    """What pushes change where the dates of entries cannot be used: they count when they came."""
    arrivals = [push.at for push in pushes for _ in range(push.accepted)]
    return {"rate": state.rate.learned(arrivals, last)}


def _by_dates(state: SourceState, pushes: Sequence[Pushed], last: float) -> dict[str, object]:
    new: list[float] = []
    latencies, newest = [*state.latencies], state.newest
    for push in pushes:
        fresh = _fresh(push, newest)
        new += fresh
        newest = max(fresh, default=newest)
        latencies += latencies_of(state, push.at, push.published)
    return {
        "newest": newest,
        "rate": state.rate.learned(new, last),
        "latencies": tuple(latencies[-MOST_LATENCIES:]),
    }


def _fresh(push: Pushed, newest: float | None) -> list[float]:
    """The dates of a push that are later than the newest known one, and not in the future."""
    dates = [date for date in (*push.published, *push.modified) if date <= push.at]
    return [date for date in dates if newest is None or date > newest]
