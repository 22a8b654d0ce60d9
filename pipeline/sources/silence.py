"""Whether a source has been without articles for surprisingly long."""

from collections.abc import Sequence
from math import log1p
from typing import NamedTuple

from pipeline.sources.publication_rate import DAY, HOUR, expected
from pipeline.sources.state import SourceState

SURPRISING = 12.0
"""How unlikely a silence is before it counts, as the negative logarithm: a dozen articles left out,
of a well-known source. That is more than chance would ask for, since news comes in bursts."""

SHORTEST_SILENCE = 3 * HOUR
"""Seconds; news comes in bursts, so that a busy source's few minutes mean nothing."""

NOVICE = 8 * DAY
"""Hours of observation from which nights and weekends can be told from a silence: each was seen
once."""

BARELY = DAY
"""Hours of observation below which the rates say nothing: a burst, perhaps."""

NOVICE_SILENCE = 72 * HOUR
"""Seconds without an article that are a silence of a source that is hardly known: longer than a
weekend."""

DEAD = 60 * DAY * HOUR
"""Seconds without an article after which any source is silent."""


class Silence(NamedTuple):
    """The time since a source's last article.

    Attributes:
        last: when it came, in seconds since the epoch; None where none ever came.
        gap: the usual seconds between articles in the hours since then, else on average.
        silent: whether the time since then is a silence.
    """

    last: float | None
    gap: float | None
    silent: bool


def measure_silence(state: SourceState, now: float) -> Silence:
    """The silence of a source up to a time, in seconds since the epoch."""
    arrivals = _arrivals(state)
    if not arrivals:
        waited = now - (state.added or now)
        return Silence(None, None, waited >= NOVICE_SILENCE)
    last = max(arrivals)
    rates = state.rate.rates(last)
    missing = expected(rates, last, now)
    gap = (now - last) / missing if missing >= 1 else _usual_gap(rates)
    return Silence(last, gap, _is_silence(state, last, now, missing))


def _arrivals(state: SourceState) -> list[float]:
    """When the last articles came: by their dates, and by when something new was seen."""
    arrivals = [state.newest] if state.newest and state.dated else []
    if state.last_new and (not arrivals or state.last_new > (state.added or 0.0)):
        arrivals.append(state.last_new)
    return arrivals


def _is_silence(state: SourceState, last: float, now: float, missing: float) -> bool:
    """Whether so long a time, in which so many articles should have come, is a silence."""
    elapsed = now - last
    if elapsed >= DEAD:
        return True
    known = state.rate.hours_known(last)
    shortest = SHORTEST_SILENCE if known >= NOVICE else NOVICE_SILENCE
    if known < BARELY or elapsed < shortest:
        return False
    return _surprise(missing, sum(state.rate.weights)) >= SURPRISING


def _surprise(missing: float, seen: float) -> float:
    """Minus the logarithm of the chance of no article where so many should have come.

    The rate is itself an estimate, from so many articles seen. So this is the posterior predictive
    of Poisson counts with a Gamma prior.
    """
    return seen * log1p(missing / seen) if seen else 0.0


def _usual_gap(rates: Sequence[float]) -> float | None:
    total = sum(rates)
    return len(rates) * HOUR / total if total else None
