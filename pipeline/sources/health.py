"""The health of a source, from what is remembered of it: a level, a sentence, and its coverage."""

from enum import StrEnum
from typing import Literal, NamedTuple, cast

from pydantic import AliasChoices, ConfigDict, Field

from pipeline.base import Record
from pipeline.sources.coverage import Coverage, coverage_words, covered
from pipeline.sources.durations import span
from pipeline.sources.poll_policy import COVERAGE, PollPolicy
from pipeline.sources.publication_rate import HOUR
from pipeline.sources.silence import Silence, measure_silence
from pipeline.sources.state import Failure, SourceState

OVERDUE = HOUR
"""Seconds after which a poll that did not come is reported."""

_LASTING = 3, HOUR  # failures in a row, over so many seconds, before a notification
_MINUTE = 60.0


class Level(StrEnum):
    """The health of a source, in a word."""

    NEW = "new"
    HEALTHY = "healthy"
    LATE = "late"
    SILENT = "silent"
    MOVED = "moved"
    BLOCKED = "blocked"
    FAILING = "failing"
    GONE = "gone"


EventKind = Literal[
    "silent",
    "failing",
    "blocked",
    "moved",
    "gone",
    "recovered",
    "push_missed",
    "push_denied",
    "push_lapsed",
    "push_recovered",
]

_LEVELS = {
    Failure.GONE: Level.GONE,
    Failure.MOVED: Level.MOVED,
    Failure.BLOCKED: Level.BLOCKED,
    Failure.PAYWALL: Level.BLOCKED,
    Failure.ROBOTS: Level.BLOCKED,
}


class Verdict(Record):
    """The assessment of a source.

    Attributes:
        unhealthy: whether it needs attention; ``ill`` in JSON.
        sentence: for a person.
        failure: the kind of what is wrong, if it has one.
        usual_gap: seconds between its articles, in the hours since the last one if that is long
            ago, else on average.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    level: Level
    unhealthy: bool = Field(
        validation_alias=AliasChoices("unhealthy", "ill"), serialization_alias="ill"
    )
    sentence: str
    failure: Failure | None = None
    usual_gap: float | None = None
    coverage: Coverage | None = None


class _Finding(NamedTuple):
    """A level, whether it needs attention, and why, in words."""

    level: Level
    unhealthy: bool
    words: str


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
    if state.last_poll is None:
        return Verdict(level=Level.NEW, unhealthy=False, sentence="new: not polled yet")
    coverage = covered(state, now, policy)
    if state.failures:
        return _failing(state, now, coverage)
    # The time since the last poll was not observed: it is no silence of the source.
    watched = min(now, state.last_success or now)
    silence = measure_silence(state, watched)
    if silence.silent:
        words = _silent_words(state, watched, silence, newer_on_site)
        finding = _Finding(Level.SILENT, unhealthy=True, words=words)
    else:
        finding = _find(state, coverage, silence.last, _liveliness(state, now, silence))
    clauses = _clauses(state, now, finding, coverage, pushed_every)
    return Verdict(
        level=finding.level,
        unhealthy=finding.unhealthy,
        sentence="; ".join(clauses),
        failure=Failure.DATES_WRONG if state.dates_wrong else None,
        usual_gap=silence.gap,
        coverage=coverage,
    )


def _clauses(
    state: SourceState,
    now: float,
    finding: _Finding,
    coverage: Coverage | None,
    pushed_every: float,
) -> list[str]:
    clauses = [finding.words, *_notes(state, now, pushed_every)]
    if coverage and finding.level in {Level.HEALTHY, Level.MOVED}:
        clauses.append(coverage_words(coverage))
    return clauses


def notification_for(
    before: str | None, verdict: Verdict, state: SourceState, now: float
) -> tuple[str | None, EventKind | None]:
    """What to notify of after a poll, once.

    The critical level that is reported from then on, and the kind of event, if any.
    """
    critical = verdict.level.value if _is_critical(verdict, state, now) else None
    if critical is None and state.failures:
        return before, None  # neither recovered nor unhealthy for long
    if critical == before:
        return before, None
    return critical, cast(EventKind, critical) if critical else "recovered"


def _find(
    state: SourceState, coverage: Coverage | None, last: float | None, liveliness: str
) -> _Finding:
    """The level of a source that responds and is not silent."""
    if coverage and coverage.missed:
        return _Finding(Level.LATE, unhealthy=True, words=_late_words(coverage))
    if state.kept or state.redirect:
        return _Finding(Level.MOVED, unhealthy=False, words=f"moved, and healthy: {liveliness}")
    if last is None:
        return _Finding(Level.NEW, unhealthy=False, words=f"new: {liveliness}")
    return _Finding(Level.HEALTHY, unhealthy=False, words=f"healthy: {liveliness}")


def _failing(state: SourceState, now: float, coverage: Coverage | None) -> Verdict:
    failure = state.failure or Failure.HTTP_ERROR
    level = _LEVELS.get(failure, Level.FAILING)
    clauses = _failing_words(state, now, level, failure)
    return Verdict(
        level=level,
        unhealthy=True,
        sentence="; ".join(clauses),
        failure=failure,
        coverage=coverage,
    )


def _failing_words(state: SourceState, now: float, level: Level, failure: Failure) -> list[str]:
    if level is Level.GONE and state.gone:
        return [f"gone: {state.error}", "not polled any more; `newsloom sources check` asks again"]
    lasting = now - (state.failing_since or now)
    since = f" for {span(lasting)}" if lasting >= _MINUTE else ""
    kind = f" ({failure.value})" if failure.value != level.value else ""
    clauses = [f"{level.value}{since}{kind}: {state.error}"]
    if state.failures > 1:
        clauses.append(f"{state.failures} polls in a row")
    if state.last_success:
        clauses.append(f"it last answered {span(now - state.last_success)} ago")
    elif state.status is None:
        clauses.append("it never answered")
    else:
        clauses.append("nothing was ever read of it")
    return clauses


def _liveliness(state: SourceState, now: float, silence: Silence) -> str:
    if silence.last is not None:
        return f"last article {span(now - silence.last)} ago{_usually(silence)}"
    if state.entries:
        return f"answers with {state.entries} items without a date"
    return "answers, but has no entry yet"


def _usually(silence: Silence) -> str:
    return f", usually every {span(silence.gap)}" if silence.gap else ""


def _silent_words(state: SourceState, now: float, silence: Silence, on_site: str | None) -> str:
    entries = _same_entries(state)
    if silence.last is None:
        return f"silent since it was added {span(now - (state.added or now))} ago: {entries}"
    clauses = [f"silent for {span(now - silence.last)}{_usually(silence)}", entries]
    if on_site:
        clauses.append(on_site)
    return "; ".join(clauses)


def _same_entries(state: SourceState) -> str:
    if state.entries == 0:
        return f"it answers {state.status} without any entry"
    if state.entries is None:
        return f"it answers {state.status} with what it had before"
    seen_just_now = state.last_new and state.last_poll and state.last_new >= state.last_poll
    if seen_just_now:
        return f"it answers {state.status} with {state.entries} items, none of them newer"
    return f"it answers {state.status} with the same {state.entries} items"


def _late_words(coverage: Coverage) -> str:
    return f"late: {coverage_words(coverage)}, {COVERAGE:.0%} should be; {coverage.cause}"


def _notes(state: SourceState, now: float, pushed_every: float) -> list[str]:
    notes = []
    if _is_overdue(state, now, pushed_every):
        ago = span(now - (state.last_poll or now))
        notes.append(f"last polled {ago} ago, which is too long: is Newsloom running?")
    if state.kept:
        notes.append(f"moved for good to {state.kept} and polled there: put that into the sources")
    elif state.redirect:
        times = "time" if state.redirect.sightings == 1 else "times"
        seen = f"seen {state.redirect.sightings} {times}; kept when it is still so after a day"
        notes.append(f"moved for good to {state.redirect.address} ({seen})")
    if state.refusals and state.refusals.many:
        notes.append(state.refusals.sentence)
    if state.dates_wrong:
        notes.append("its dates cannot be meant, so what counts is when entries appear")
    return notes


def _is_overdue(state: SourceState, now: float, pushed_every: float) -> bool:
    if not state.last_poll or not state.interval:
        return False
    return now - state.last_poll > max(state.interval, pushed_every) + OVERDUE


def _is_critical(verdict: Verdict, state: SourceState, now: float) -> bool:
    """Whether a notification is due: a silence, or failures that last."""
    if verdict.level in {Level.SILENT, Level.GONE}:
        return True
    failures, seconds = _LASTING
    return state.failures >= failures and now - (state.failing_since or now) >= seconds
