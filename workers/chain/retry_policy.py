"""The one place that turns an outcome into what happens next: end, try again later, or give up."""

import random

from pipeline.outcome import Dead, Retry, Terminal

MAX_DELAY = 3_600.0
"""Seconds; the backoff grows no further."""

_MAX_DOUBLINGS = 32

SOONEST = 1.0
"""Seconds; ``Retry-After: 0`` is no leave to ask five times at once."""

OUTAGE_DELAY = 15.0
"""Seconds until something that was not the URL's fault is tried again."""


def apply_retry_policy(
    outcome: Terminal | Retry, *, attempts: int, max_attempts: int, base_delay: float
) -> Terminal | Retry:
    """What is written into the ledger for an outcome.

    A retry that counts becomes ``Dead`` when the attempts are used up, else it gets its delay: what
    the server asked for, or exponential backoff with jitter (up to half as much again, so that
    neighbours do not return together).
    """
    if not isinstance(outcome, Retry):
        return outcome
    if outcome.counts and attempts >= max_attempts:
        return Dead(error=f"given up after {attempts} attempts; the last one: {outcome.error}")
    if outcome.after is not None:
        return outcome.model_copy(update={"after": max(outcome.after, SOONEST)})
    if not outcome.counts:
        return outcome.model_copy(update={"after": OUTAGE_DELAY})
    delay = min(base_delay * 2 ** min(attempts - 1, _MAX_DOUBLINGS), MAX_DELAY)
    return outcome.model_copy(update={"after": delay * random.uniform(1.0, 1.5)})  # noqa: S311 - no secret
