"""The series of single sources."""

from collections.abc import Iterator
from statistics import median

from config.sources_file import SourcesError
from pipeline.sources.state import SourceState
from services.metrics import families
from services.metrics.families import Sample
from workers.resources import Resources

MOST_SOURCES = 500
"""Sources with series of their own, the first ones of the sources file: each has five."""


def source_series(resources: Resources, *, now: float) -> Iterator[Sample]:
    """The values of single sources, and how many have none.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    registry = resources.registry
    try:
        known, problems = list(registry.all()), len(registry.problems())
    except SourcesError:  # the file itself
        known, problems = [], 1
    yield Sample(families.SOURCE_PROBLEMS, problems)
    yield Sample(families.SOURCES_LEFT_OUT, max(0, len(known) - MOST_SOURCES))
    shown = known[:MOST_SOURCES]
    states = resources.stores.sources.states(shown)
    due = resources.stores.sources.next_polls(shown)
    for source, state, next_poll in zip(shown, states, due, strict=True):
        lag = 0.0 if next_poll is None else max(0.0, now - next_poll)
        yield Sample(families.SOURCE_LAG, lag, (source,))
        yield from _of_state(source, state)


def _of_state(source: str, state: SourceState) -> Iterator[Sample]:
    """What is not known yet has no sample."""
    yield Sample(families.SOURCE_FAILURES, state.failures, (source,))
    if state.last_success is not None:
        yield Sample(families.SOURCE_SUCCESS, state.last_success, (source,))
    if state.last_new is not None:
        yield Sample(families.SOURCE_NEW, state.last_new, (source,))
    if state.latencies:
        yield Sample(families.SOURCE_FRESHNESS, median(state.latencies), (source,))
