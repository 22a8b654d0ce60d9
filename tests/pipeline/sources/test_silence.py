"""When the time since the last article is a silence."""

import pytest

from pipeline.sources.silence import DEAD, NOVICE_SILENCE, measure_silence
from pipeline.sources.state import SourceState
from tests.support.data.source_states import DAY, HOUR, NOW, every


def test_a_source_that_never_had_an_article_is_silent_after_days() -> None:
    state = SourceState(added=NOW)
    assert measure_silence(state, NOW + NOVICE_SILENCE - 1) == (None, None, False)
    assert measure_silence(state, NOW + NOVICE_SILENCE) == (None, None, True)


def test_a_busy_source_is_silent_after_hours() -> None:
    state = every(2_400)
    assert not measure_silence(state, NOW + 2 * HOUR).silent
    found = measure_silence(state, NOW + 12 * HOUR)
    assert (found.last, found.silent) == (NOW, True)
    assert found.gap == pytest.approx(2_400, rel=0.1)


def test_any_source_is_silent_after_two_months() -> None:
    state = every(20 * DAY)
    assert not measure_silence(state, NOW + 30 * DAY).silent
    assert measure_silence(state, NOW + DEAD).silent


def test_what_was_seen_counts_where_dates_cannot_be_used() -> None:
    state = every(2_400).model_copy(update={"dated": False, "last_new": NOW - HOUR})
    assert measure_silence(state, NOW).last == NOW - HOUR
