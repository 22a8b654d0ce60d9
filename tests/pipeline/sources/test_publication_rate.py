"""What is learned of when a source publishes."""

import itertools

import pytest

from pipeline.sources.publication_rate import HALF_LIFE, PublicationRate, expected
from tests.support.data.source_states import DAY, HOUR, MONDAY, WEEK, learned, office


def test_the_rates_know_the_hours_and_the_days() -> None:
    rates = learned(office(6)).rates(MONDAY)
    monday, night, sunday = (
        expected(rates, MONDAY + day * DAY + start * HOUR, MONDAY + day * DAY + (start + 6) * HOUR)
        / 6
        for day, start in ((0, 10), (0, 0), (6, 10))
    )
    assert 1.4 < monday < 2.2  # 2.0, less what other days and hours lend
    assert night < 0.1
    assert sunday < monday / 2


def test_all_rates_together_are_what_was_seen() -> None:
    moments = office(6)
    assert sum(learned(moments).rates(MONDAY)) == pytest.approx(len(moments) / 6, rel=0.15)


def test_an_hour_that_was_not_watched_yet_borrows_from_the_others() -> None:
    two_days = [moment for moment in office(1) if moment < MONDAY - 5 * DAY]
    rates = learned(two_days, MONDAY - 5 * DAY).rates(MONDAY - 5 * DAY)
    thursday = MONDAY - 4 * DAY
    assert expected(rates, thursday + 12 * HOUR, thursday + 13 * HOUR) > 0.5
    assert all(rate > 0 for rate in rates)


def test_a_source_that_stops_fades() -> None:
    rate = learned(office(6))
    later = rate.learned([], MONDAY + 2 * HALF_LIFE)
    assert sum(later.weights) == pytest.approx(sum(rate.weights) / 4, rel=0.01)
    assert sum(later.rates(MONDAY + 2 * HALF_LIFE)) < sum(rate.rates(MONDAY)) / 2


def test_learning_in_steps_is_learning_at_once() -> None:
    moments = office(3)
    steps = PublicationRate()
    for before, after in itertools.pairwise(range(-21, 1)):
        now = MONDAY + after * DAY
        steps = steps.learned([m for m in moments if MONDAY + before * DAY <= m < now], now)
    once = learned(moments).rates(MONDAY)
    assert sum(steps.rates(MONDAY)) == pytest.approx(sum(once), rel=0.1)


def test_a_pinned_entry_says_nothing_of_the_rhythm() -> None:
    moments = office(1)
    pinned = learned([MONDAY - 1_000 * DAY, *moments])
    assert pinned.rates(MONDAY) == pytest.approx(learned(moments).rates(MONDAY), rel=0.01)


def test_dates_in_the_future_are_not_counted() -> None:
    assert learned([MONDAY + DAY] * 5 + [MONDAY - 1]).weights == (0.0,) * 168


def test_the_state_is_small_and_survives_json() -> None:
    rate = learned(office(6, each=40))
    text = rate.model_dump_json()
    assert len(text) < 550
    again = PublicationRate.model_validate_json(text)
    assert again.weights == pytest.approx(rate.weights, rel=1e-3)
    assert PublicationRate.model_validate_json(again.model_dump_json()) == again
    assert '"weights":""' in PublicationRate().model_dump_json()


def test_what_is_expected_over_weeks_is_the_sum() -> None:
    rates = [float(hour % 5) for hour in range(168)]
    assert expected(rates, 0.0, 3 * WEEK) == pytest.approx(3 * sum(rates))
    assert expected(rates, 0.5 * HOUR, 2 * HOUR) == pytest.approx(0.5 * rates[0] + rates[1])
    assert expected(rates, 5.0, 5.0) == 0.0
