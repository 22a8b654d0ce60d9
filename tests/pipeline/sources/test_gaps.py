"""Gaps: what a poll ended, and what lasts."""

from typing import Any

from pipeline.sources.gaps import Gap, GapCause, gaps_ended, gaps_lasting, missed_since
from pipeline.sources.state import Failure, SourceState

HEALTHY: dict[str, Any] = {"last_poll": 1_000.0, "interval": 600.0}
FAILING: dict[str, Any] = {"failures": 3, "failing_since": 400.0, "failure": Failure.DNS}


def test_a_poll_in_time_ends_no_gap() -> None:
    before = SourceState(**HEALTHY)
    assert gaps_ended(before, before, 1_600.0) == ()
    assert gaps_ended(SourceState(), before, 1_600.0) == ()


def test_an_answer_after_failures_ends_a_gap() -> None:
    before = SourceState(**HEALTHY, **FAILING)
    ended = Gap(start=400.0, end=1_600.0, cause=GapCause.FAILING, failure=Failure.DNS)
    assert gaps_ended(before, SourceState(), 1_600.0) == (ended,)
    assert gaps_ended(before, before, 1_600.0) == ()


def test_a_poll_that_comes_much_too_late_ends_a_gap() -> None:
    before = SourceState(**HEALTHY)
    assert missed_since(before, 1_900.0) is None
    late = Gap(start=1_600.0, end=9_000.0, cause=GapCause.NOT_POLLED)
    assert gaps_ended(before, before, 9_000.0) == (late,)
    rare = before.model_copy(update={"interval": 7_200.0})
    assert missed_since(rare, 1_000.0 + 7_200.0 + 3_600.0) is None
    assert missed_since(rare, 1_000.0 + 7_200.0 + 3_601.0) == 8_200.0


def test_a_source_may_fail_while_nobody_asks_it() -> None:
    before = SourceState(**HEALTHY, **FAILING)
    assert [gap.cause for gap in gaps_ended(before, SourceState(), 9_000.0)] == [
        GapCause.NOT_POLLED,
        GapCause.FAILING,
    ]


def test_gaps_that_last_end_now() -> None:
    state = SourceState(**HEALTHY, **FAILING)
    assert [(gap.start, gap.end) for gap in gaps_lasting(state, 1_500.0)] == [(400.0, 1_500.0)]
    assert gaps_lasting(SourceState(**HEALTHY), 1_500.0) == ()
    assert gaps_lasting(SourceState(), 1_500.0) == ()


def test_a_clock_that_is_set_back_makes_no_gap() -> None:
    assert gaps_ended(SourceState(**HEALTHY, **FAILING), SourceState(), 300.0) == ()
