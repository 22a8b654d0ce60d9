"""When a server's "not modified" (304) is not believed.

RFC 9110 §8.8 wants validators that change with the document. Some servers and caches repeat one for
ever and answer 304 to every conditional request, however much the document has grown.
"""

from pipeline.sources.publication_rate import DAY, HOUR, expected
from pipeline.sources.state import SourceState

NOT_MODIFIED = 304

WHOLE_EVERY = DAY * HOUR
"""Seconds after which the whole document is asked for, if all answers since were 304."""

SOONEST = HOUR
"""Seconds after which it is asked for where articles are overdue."""

OVERDUE = 3.0
"""Articles that should have come meanwhile: by chance none comes in one case of twenty."""


def conditions_of(state: SourceState, now: float) -> dict[str, str]:
    """The headers of the next request: none where it should bring the whole document.

    It should when the validators once stayed the same over new entries, a day after the last whole
    document, or earlier when articles are overdue.
    """
    if state.distrusted or _is_doubtful(state, now):
        return {}
    return state.conditions


def _is_doubtful(state: SourceState, now: float) -> bool:
    if state.status != NOT_MODIFIED:
        return False
    last = state.last_whole or state.added or 0.0
    elapsed = now - last
    if elapsed < SOONEST:
        return False
    return elapsed >= WHOLE_EVERY or expected(state.rate.rates(last), last, now) >= OVERDUE


def distrusts(before: SourceState, after: SourceState, fresh: int) -> bool:
    """Whether validators are not to be used from now on: they stayed the same over new entries.

    Args:
        before: the state with the validators of the last response.
        after: the state with those of a whole document.
        fresh: its new entries.
    """
    if not fresh:
        return before.distrusted
    return bool(before.conditions) and before.conditions == after.conditions
