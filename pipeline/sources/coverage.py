"""How soon a source's articles are seen after their publication, against its objective."""

from collections.abc import Sequence
from math import ceil

from pipeline.base import Record
from pipeline.sources.durations import span
from pipeline.sources.poll_policy import COVERAGE, OBJECTIVE, RATE, PollPolicy, keeps_objective
from pipeline.sources.publication_rate import DAY, HOUR
from pipeline.sources.state import SourceState

FEW = 20
"""Articles below which percentiles say little."""


class Coverage(Record):
    """How soon articles are seen after their publication. Times in seconds.

    Attributes:
        objective: within which ``COVERAGE`` of them should be seen.
        samples: how many articles this is measured on.
        within: the share of them that was.
        median: latency of the middle one.
        p95: latency that 95 % do not exceed.
        missed: whether the objective is missed, by enough articles to say so, although polls aim
            at it.
        cause: the likely cause of a miss, in words.
    """

    objective: float
    samples: int
    within: float
    median: float
    p95: float
    missed: bool
    cause: str | None = None


def covered(state: SourceState, now: float, policy: PollPolicy) -> Coverage | None:
    """Measured latencies against the objective; None when there are none."""
    if not state.latencies:
        return None
    order = sorted(state.latencies)
    within = sum(latency <= policy.objective for latency in order) / len(order)
    missed = len(order) >= FEW and within < COVERAGE and _is_aimed_at(state, now, policy)
    return Coverage(
        objective=policy.objective,
        samples=len(order),
        within=within,
        median=_percentile(order, 0.5),
        p95=_percentile(order, 0.95),
        missed=missed,
        cause=_cause(state, now, policy, order) if missed else None,
    )


def coverage_words(coverage: Coverage) -> str:
    """The measured coverage as a clause."""
    share, count = f"{coverage.within:.0%}", coverage.samples
    return (
        f"{share} of the last {count} articles were seen within {span(coverage.objective)} "
        f"(median {span(coverage.median)}, 95th percentile {span(coverage.p95)})"
    )


def _is_aimed_at(state: SourceState, now: float, policy: PollPolicy) -> bool:
    """Whether polls aim at the objective, so that it can be missed."""
    if policy.asked:
        return True
    return state.paced_by != "interval" and keeps_objective(state.rate.rates(now), policy)


def _cause(state: SourceState, now: float, policy: PollPolicy, order: Sequence[int]) -> str:
    """The likely cause of lateness: the server's limits, then our polling, then the publisher."""
    if state.last_throttled and now - state.last_throttled < DAY * HOUR:
        return f"the server asked {state.throttled} times to slow down (429 or 503)"
    if cause := _cause_in_polling(state, policy):
        return cause
    early = _percentile(order, 0.1)
    if early > policy.objective / 2:
        return f"the feed lists articles about {span(early)} after their date, whatever the polling"
    return "most of the late ones came when few were to be expected, or after failed polls"


def _cause_in_polling(state: SourceState, policy: PollPolicy) -> str | None:
    """Why the source is polled too rarely for its objective; None where it is not."""
    if (state.interval or 0.0) <= policy.objective:
        return None
    every = span(state.interval or policy.most)
    if state.paced_by == "interval":
        return f"it is polled every {every}, as its interval says"
    if state.paced_by not in {RATE, OBJECTIVE, None}:
        return f"it is polled every {every}, as {state.paced_by} asks"
    if state.paced_by != OBJECTIVE and policy.least > policy.objective:
        return f"NEWSLOOM_POLL_MIN allows a poll every {span(policy.least)} only"
    return None


def _percentile(order: Sequence[int], share: float) -> float:
    """The nearest-rank percentile of sorted values."""
    return float(order[max(0, ceil(share * len(order)) - 1)])
