"""Batches: the counts of single searches, in a fraction of their time."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.articles.search import search
from services.counts import batch as module
from services.counts.batch import Budget, Periods, batch
from services.counts.days import Counting
from services.counts.intervals import Interval
from services.errors import BatchStoppedError, InvalidRangeError
from tests.services.counts.conftest import MONTHS, NOW

QUERIES = ["fox", "cat", "fox AND", "source:post", "nothing"]


def test_totals_are_those_of_searches(counting: Counting) -> None:
    counted = batch(counting, QUERIES, None)
    assert counted.periods == ()
    for row in counted.rows:
        if row.query == "fox AND":
            assert row.total is None
            assert (
                row.error == "The query ends too early: something is missing after the last word."
            )
        else:
            assert row.total == search(counting.index, row.query).total


def test_a_row_of_periods_adds_up(counting: Counting) -> None:
    counted = batch(counting, QUERIES, Periods(Interval.MONTH))
    assert [period[:7] for period in counted.periods] == [*MONTHS, "2018-01"]
    fox = counted.rows[0]
    assert fox.counts == tuple(MONTHS.values())
    for row in counted.rows:
        if row.error is None:
            assert sum(row.counts) + row.undated + row.doubtful + row.outside == row.total
    november = Periods(Interval.MONTH, datetime(2017, 11, 1, tzinfo=UTC), NOW)
    assert batch(counting, ["fox"], november).rows[0].outside == MONTHS["2017-10"]
    assert batch(counting, ["fox AND"], Periods(Interval.YEAR)).rows[0].error


def test_sources_and_copies_are_chosen_for_all(counting: Counting) -> None:
    chosen = replace(counting, sources=("post",))
    assert batch(chosen, ["fox"], None).rows[0].total == 4
    assert batch(replace(counting, copies=True), ["fox"], None).rows[0].total == 13


@pytest.mark.parametrize("periods", [None, Periods(Interval.MONTH)])
def test_a_batch_ends_with_its_time(
    counting: Counting, monkeypatch: pytest.MonkeyPatch, periods: Periods | None
) -> None:
    seconds = iter(range(0, 100, 10))
    monkeypatch.setattr(module, "monotonic", lambda: next(seconds))
    with pytest.raises(BatchStoppedError, match=r"After 25 s 2 of 5 queries .* batches of 1,"):
        batch(counting, QUERIES, periods, Budget(25))


def test_a_batch_that_nobody_waits_for_ends(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds, answers = iter(range(0, 100, 10)), iter([True, True, False])
    monkeypatch.setattr(module, "monotonic", lambda: next(seconds))
    with pytest.raises(BatchStoppedError, match="Nobody waits"):
        batch(counting, QUERIES, None, Budget(wanted=lambda: next(answers)))
    assert next(answers, None) is None


def test_bounds_are_kept(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidRangeError, match="1 to 5000 queries"):
        batch(counting, [], None)
    with pytest.raises(InvalidRangeError, match="not 5001"):
        batch(counting, ["fox"] * 5_001, None)
    with pytest.raises(InvalidRangeError, match="a day at least"):
        batch(counting, ["fox"], Periods(Interval.HOUR))
    monkeypatch.setattr(module, "MOST_CELLS", 20)
    with pytest.raises(InvalidRangeError, match="more than 20 counts"):
        batch(counting, ["fox"] * 10, Periods(Interval.DAY))
