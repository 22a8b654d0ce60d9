"""When a source was not seen: it did not answer, or nobody asked it."""

from enum import StrEnum

from pipeline.base import Record
from pipeline.sources.state import Failure, SourceState

MOST_GAPS = 200
"""Gaps of a source that are kept, the last ones."""

_LATE = 300.0  # seconds
_LATE_SHARE = 0.5


class GapCause(StrEnum):
    """Whose fault it was that a source was not seen."""

    FAILING = "failing"
    NOT_POLLED = "not_polled"


class Gap(Record):
    """A span in which a source was not seen, in seconds since the epoch.

    Attributes:
        start: the first poll that failed, or when a poll was due that did not come.
        end: the poll that was answered again, or that came at last.
        cause: ``failing``: it did not answer, or with nothing that can be read; ``not_polled``: no
            poll was made although it was due, as while Newsloom did not run.
        failure: the kind of the last failure, where it failed.
    """

    start: float
    end: float
    cause: GapCause
    failure: Failure | None = None


def gaps_ended(before: SourceState, after: SourceState, started: float) -> tuple[Gap, ...]:
    """The gaps that a poll ended.

    Args:
        before: the source's state before the poll.
        after: its state after it.
        started: the poll's start.
    """
    found = []
    due = missed_since(before, started)
    if due is not None:
        found.append(Gap(start=due, end=started, cause=GapCause.NOT_POLLED))
    if before.failing_since is not None and not after.failures:
        since, cause = before.failing_since, GapCause.FAILING
        found.append(Gap(start=since, end=started, cause=cause, failure=before.failure))
    return tuple(gap for gap in found if gap.end > gap.start)


def gaps_lasting(state: SourceState, now: float) -> tuple[Gap, ...]:
    """The gaps that last until now: ``end`` is ``now``."""
    if state.last_poll is None:
        return ()
    healthy = state.model_copy(update={"failures": 0})
    return gaps_ended(state, healthy, now)


def missed_since(state: SourceState, now: float) -> float | None:
    """Since when a poll is missing at ``now``; None when none is, but for a usual delay.

    A poll may wait some minutes for its host, and one that comes half an interval late is no gap.
    """
    if state.last_poll is None or state.interval is None:
        return None
    due = state.last_poll + state.interval
    late = now - due
    return due if late > max(_LATE, _LATE_SHARE * state.interval) else None
