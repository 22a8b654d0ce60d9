"""How a source is doing, from what is remembered of it.

A level, one sentence a person would say, and its coverage.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import ceil, log1p
from typing import Literal, cast

from pipeline.base import Record
from pipeline.sources.publication_rate import (
    COVERAGE,
    DAY,
    HOUR,
    PollPolicy,
    expected,
    keeps_objective,
)
from pipeline.sources.state import Failure, SourceState

SURPRISING = 12.0
"""How unlikely a silence is before it counts, as the negative logarithm: a dozen articles left out,
of a well-known source. That is more than chance would ask for, since news comes in bursts."""

SHORTEST_SILENCE = 3 * HOUR
"""Seconds; news comes in bursts, so that a busy source's few minutes mean nothing."""

NOVICE = 8 * DAY
"""Hours of knowing a source before its nights and weekends can be told from a silence: each was seen once."""

BARELY = DAY
"""Hours of knowing a source below which its rates say nothing: a burst, perhaps."""

NOVICE_SILENCE = 72 * HOUR
"""Seconds without an article that are a silence of a source that is hardly known: longer than a weekend."""

DEAD = 60 * DAY * HOUR
"""Seconds without an article after which any source is silent."""

OVERDUE = HOUR
"""Seconds after which a poll that did not come is worth a word."""

FEW = 20
"""Articles below which percentiles say little."""

_LASTING = 3, HOUR  # failures in a row, over so many seconds, before anybody is told
_MINUTE = 60.0


class Level(StrEnum):
    """How a source is doing, in a word."""

    NEW = "new"
    HEALTHY = "healthy"
    LATE = "late"
    SILENT = "silent"
    MOVED = "moved"
    BLOCKED = "blocked"
    FAILING = "failing"
    GONE = "gone"


EventKind = Literal[
    "silent", "failing", "blocked", "moved", "gone", "recovered",
    "push_missed", "push_denied", "push_lapsed", "push_recovered",
]  # fmt: skip


class Coverage(Record):
    """How soon articles are seen after their publication. Times in seconds.

    Attributes:
        objective: within which ``COVERAGE`` of them should be seen.
        samples: how many articles this is measured on.
        within: the share of them that was.
        median: latency of the middle one.
        p95: latency that 95 % do not exceed. missed: whether the objective is missed, by enough
        articles to say so, although polls aim at it. cause: the likely cause of a miss.
    """

    objective: float
    samples: int
    within: float
    median: float
    p95: float
    missed: bool
    cause: str | None = None


class Verdict(Record):
    """What to say of a source.

    Attributes:
        ill: whether somebody should look after it.
        sentence: for a person.
        failure: the kind of what is wrong, if it has one.
        usual_gap: seconds between its articles, in the hours since the last one if that is long
            ago, else on average.
    """

    level: Level
    ill: bool
    sentence: str
    failure: Failure | None = None
    usual_gap: float | None = None
    coverage: Coverage | None = None


def assess_health(
    state: SourceState,
    now: float,
    policy: PollPolicy,
    *,
    newer_on_site: str | None = None,
    pushed_every: float = 0.0,
) -> Verdict:
    """The verdict on a source.

    Args:
        state: what is remembered of it.
        now: seconds since the epoch.
        policy: how it is polled; has the objective.
        newer_on_site: what its site has that the feed has not, in words.
        pushed_every: seconds between two polls while pushes bring the news; 0 where none do.
    """
    coverage = covered(state, now, policy)
    if state.last_poll is None:
        return Verdict(level=Level.NEW, ill=False, sentence="new: not polled yet")
    if state.failures:
        return _failing(state, now, coverage)
    # Since the last poll nobody looked: that is no silence of the source.
    watched = min(now, state.last_success or now)
    last, gap, silent = _silence(state, watched)
    level, ill, words = Level.HEALTHY, False, f"healthy: {_liveliness(state, now, last, gap)}"
    if silent:
        level, ill, words = (
            Level.SILENT,
            True,
            _silent_words(state, watched, last, gap, newer_on_site),
        )
    elif coverage and coverage.missed:
        level, ill, words = Level.LATE, True, _late_words(coverage)
    elif state.kept or state.redirect:
        level, words = Level.MOVED, f"moved, and healthy: {_liveliness(state, now, last, gap)}"
    elif last is None:
        level, words = Level.NEW, f"new: {_liveliness(state, now, last, gap)}"
    said = [words, *_notes(state, now, pushed_every)]
    if level in {Level.HEALTHY, Level.MOVED} and coverage:
        said.append(_coverage_words(coverage))
    failure = Failure.DATES_WRONG if state.dates_wrong else None
    return Verdict(
        level=level,
        ill=ill,
        sentence="; ".join(said),
        failure=failure,
        usual_gap=gap,
        coverage=coverage,
    )


def notification_for(
    before: str | None, verdict: Verdict, state: SourceState, now: float
) -> tuple[str | None, EventKind | None]:
    """What somebody should be told after a poll, once.

    The level that is then known, and the kind of event, if any.
    """
    grave = verdict.level.value if _is_grave(verdict, state, now) else None
    if grave is None and state.failures:
        return before, None  # neither well again nor ill for long
    if grave == before:
        return before, None
    return grave, cast(EventKind, grave) if grave else "recovered"


def covered(state: SourceState, now: float, policy: PollPolicy) -> Coverage | None:
    """Measured latencies against the objective; None when there are none."""
    if not state.latencies:
        return None
    order = sorted(state.latencies)
    within = sum(latency <= policy.objective for latency in order) / len(order)
    aimed = policy.asked or (
        state.paced_by != "interval" and keeps_objective(state.rate.rates(now), policy)
    )
    missed = aimed and len(order) >= FEW and within < COVERAGE
    return Coverage(
        objective=policy.objective,
        samples=len(order),
        within=within,
        median=_percentile(order, 0.5),
        p95=_percentile(order, 0.95),
        missed=missed,
        cause=_cause(state, now, policy, order) if missed else None,
    )


def span(seconds: float) -> str:
    """A duration as people say it: "40 min", "9 h", "3 d"."""
    for size, unit in ((24 * HOUR, "d"), (HOUR, "h"), (_MINUTE, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0.0):.0f} s"


def _silence(state: SourceState, now: float) -> tuple[float | None, float | None, bool]:
    """When the last article came, the usual gap since then in seconds, and whether so long a wait is a silence."""
    came = [state.newest] if state.newest and state.dated else []
    if state.last_new and (not came or state.last_new > (state.added or 0.0)):
        came.append(state.last_new)
    if not came:
        waited = now - (state.added or now)
        return None, None, waited >= NOVICE_SILENCE
    last = max(came)
    elapsed, rates = now - last, state.rate.rates(last)
    should = expected(rates, last, now)
    gap = elapsed / should if should >= 1 else _usual(rates)
    known = (last - state.rate.since) / HOUR if state.rate.since is not None else 0.0
    shortest = SHORTEST_SILENCE if known >= NOVICE else NOVICE_SILENCE
    surprising = known >= BARELY and _surprise(should, sum(state.rate.weights)) >= SURPRISING
    return last, gap, elapsed >= DEAD or (surprising and elapsed >= shortest)


def _surprise(should: float, seen: float) -> float:
    """Minus the logarithm of the chance of no article where so many should have come, known from so many.

    The rate is itself a guess, so this is the posterior predictive of Poisson counts with a Gamma
    prior.
    """
    return seen * log1p(should / seen) if seen else 0.0


def _usual(rates: Sequence[float]) -> float | None:
    return len(rates) * HOUR / sum(rates) if sum(rates) else None


def _failing(state: SourceState, now: float, coverage: Coverage | None) -> Verdict:
    kinds = {
        Failure.GONE: Level.GONE,
        Failure.MOVED: Level.MOVED,
        Failure.BLOCKED: Level.BLOCKED,
        Failure.PAYWALL: Level.BLOCKED,
        Failure.ROBOTS: Level.BLOCKED,
    }
    failure = state.failure or Failure.HTTP_ERROR
    level = kinds.get(failure, Level.FAILING)
    lasting = now - (state.failing_since or now)
    since = f" for {span(lasting)}" if lasting >= _MINUTE else ""
    kind = f" ({failure.value})" if failure.value != level.value else ""
    said = [f"{level.value}{since}{kind}: {state.error}"]
    if state.failures > 1:
        said.append(f"{state.failures} polls in a row")
    if level is Level.GONE and state.gone:
        said = [f"gone: {state.error}", "not polled any more; `newsloom sources check` asks again"]
    elif state.last_success:
        said.append(f"it last answered {span(now - state.last_success)} ago")
    else:
        said.append("it never answered" if state.status is None else "nothing was ever read of it")
    return Verdict(
        level=level, ill=True, sentence="; ".join(said), failure=failure, coverage=coverage
    )


def _liveliness(state: SourceState, now: float, last: float | None, gap: float | None) -> str:
    if last is None:
        return (
            f"answers with {state.entries} items without a date"
            if state.entries
            else "answers, but has no entry yet"
        )
    return f"last article {span(now - last)} ago{f', usually every {span(gap)}' if gap else ''}"


def _silent_words(
    state: SourceState, now: float, last: float | None, gap: float | None, site: str | None
) -> str:
    if last is None:
        return f"silent since it was added {span(now - (state.added or now))} ago: {_same_entries(state)}"
    often = f", usually every {span(gap)}" if gap else ""
    said = [f"silent for {span(now - last)}{often}", _same_entries(state)]
    return "; ".join([*said, site] if site else said)


def _same_entries(state: SourceState) -> str:
    if state.entries == 0:
        return f"it answers {state.status} without any entry"
    entries = f"with the same {state.entries} items" if state.entries else "with what it had before"
    if state.entries and state.last_new and state.last_poll and state.last_new >= state.last_poll:
        # Seen for the first time just now.
        entries = f"with {state.entries} items, none of them newer"
    return f"it answers {state.status} {entries}"


def _late_words(coverage: Coverage) -> str:
    return f"late: {_coverage_words(coverage)}, {COVERAGE:.0%} should be; {coverage.cause}"


def _coverage_words(coverage: Coverage) -> str:
    return (
        f"{coverage.within:.0%} of the last {coverage.samples} articles were seen within {span(coverage.objective)} "
        f"(median {span(coverage.median)}, 95th percentile {span(coverage.p95)})"
    )


def _notes(state: SourceState, now: float, pushed_every: float) -> list[str]:
    notes = []
    if (
        state.last_poll
        and state.interval
        and now - state.last_poll > max(state.interval, pushed_every) + OVERDUE
    ):
        notes.append(
            f"last polled {span(now - state.last_poll)} ago, which is too long: is Newsloom running?"
        )
    if state.kept:
        notes.append(f"moved for good to {state.kept} and polled there: put that into the sources")
    elif state.redirect:
        seen = f"seen {state.redirect.sightings} {'time' if state.redirect.sightings == 1 else 'times'}"
        notes.append(
            f"moved for good to {state.redirect.address} ({seen}; kept when it is still so after a day)"
        )
    if state.refusals and state.refusals.many:
        notes.append(state.refusals.sentence)
    if state.dates_wrong:
        notes.append("its dates cannot be meant, so what counts is when entries appear")
    return notes


def _cause(state: SourceState, now: float, policy: PollPolicy, order: Sequence[int]) -> str:
    """The likely cause of lateness.

    What others ask of us first, then our own pace, then the publisher's.
    """
    every = span(state.interval or policy.most)
    if state.last_throttled and now - state.last_throttled < DAY * HOUR:
        return f"the server asked {state.throttled} times to slow down (429 or 503)"
    if (state.interval or 0.0) > policy.objective:
        if state.paced_by == "interval":
            return f"it is polled every {every}, as its interval says"
        if state.paced_by not in {"rhythm", "objective", None}:
            return f"it is polled every {every}, as {state.paced_by} asks"
        if state.paced_by != "objective" and policy.least > policy.objective:
            return f"NEWSLOOM_POLL_MIN allows a poll every {span(policy.least)} only"
    early = _percentile(order, 0.1)
    if early > policy.objective / 2:
        return f"the feed lists articles about {span(early)} after their date, whatever the polling"
    return "most of the late ones came when few were to be expected, or after failed polls"


def _is_grave(verdict: Verdict, state: SourceState, now: float) -> bool:
    if verdict.level in {Level.SILENT, Level.GONE}:
        return True
    failures, seconds = _LASTING
    return state.failures >= failures and now - (state.failing_since or now) >= seconds


def _percentile(order: Sequence[int], share: float) -> float:
    """The nearest-rank percentile of sorted values."""
    return float(order[max(0, ceil(share * len(order)) - 1)])
