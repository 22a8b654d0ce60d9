"""What articles can be counted by, and how the counts are put in order."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from search import counting
from search.counting import (
    DAY_MILLISECONDS,
    CountRequest,
    Period,
    countable,
    dimensions,
    is_date,
    result,
)
from search.errors import QueryError
from search.fields import FIELDS
from search.language.groups import NO_GROUPS
from search.nodes import MatchAll
from search.results import CountCell

GROUPS = {"source_tag": {"world": ("bbc", "dw"), "radio": ("dw",)}, "collection": {}}


def labels(name: str, *keys: str | int | None) -> list[tuple[str | None, ...]]:
    (dimension,) = dimensions([name], GROUPS)
    return [dimension.labels(key) for key in keys]


def midnight(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1000


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("day", "2027-01-02"),
        ("published", "2027-01-02"),
        ("first_seen.day", "2027-01-02"),
        ("week", "2026-W53"),
        ("modified.month", "2027-01"),
        (" Year ", "2027"),
    ],
)
def test_periods_are_those_of_their_day(name: str, label: str) -> None:
    assert labels(name, midnight(2027, 1, 2), None) == [(label,), (None,)]


def test_early_years_have_four_digits() -> None:
    first = midnight(33, 4, 5)
    assert labels("day", first) == [("0033-04-05",)]
    assert labels("year", first) == [("0033",)]


def test_sources_are_counted_as_their_tags() -> None:
    assert labels("source_tag", "dw", "bbc", "other") == [("world", "radio"), ("world",), (None,)]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["colour"], "cannot be counted by “colour”. They can be counted by hour, day, week"),
        (["body"], "cannot be counted by “body”"),
        (["word_count"], "cannot be counted by “word_count”"),
        (["source.day"], "cannot be counted by “source.day”"),
        ([""], "cannot be counted by “”"),
        (["day", "day"], "“day” stands twice"),
        (["day", "source", "host", "tag", "author"], "by 4 things at once, not by 5"),
    ],
)
def test_what_cannot_be_counted_by_is_an_error(names: list[str], message: str) -> None:
    with pytest.raises(QueryError) as raised:
        dimensions(names, NO_GROUPS)
    assert message in str(raised.value)


@pytest.mark.parametrize("name", [*countable(), *Period, "lang", "authors", "collection"])
def test_what_is_offered_can_be_counted_by(name: str) -> None:
    (dimension,) = dimensions([name], NO_GROUPS)
    assert dimension.name == name


def test_dates_are_told_from_other_values() -> None:
    assert all(is_date(name) for name in ["day", "first_seen.week", "modified"])
    assert not any(is_date(name) for name in ["source", "author", "collection"])


def test_periods_are_ordered_by_time_and_values_by_count() -> None:
    by = dimensions(["month", "source"], NO_GROUPS)
    march, april = midnight(2017, 3, 1), midnight(2017, 4, 1)
    found = [
        ((None, "bbc"), 1),
        ((april, "post"), 5),
        ((march, "bbc"), 2),
        ((march, None), 9),
        ((march + DAY_MILLISECONDS, "bbc"), 2),
        ((march, "zeit"), 4),
        ((march, "dw"), 5),
    ]
    counted = result(CountRequest(MatchAll(), by), found, total=28, copies_left_out=3)

    assert (counted.total, counted.copies_left_out, counted.by) == (28, 3, ("month", "source"))
    assert counted.axes == (("2017-03", "2017-04", None), ("bbc", "dw", "post", "zeit", None))
    assert counted.cells == (
        CountCell(values=("2017-03", "bbc"), count=4),
        CountCell(values=("2017-03", "dw"), count=5),
        CountCell(values=("2017-03", "zeit"), count=4),
        CountCell(values=("2017-03", None), count=9),
        CountCell(values=("2017-04", "post"), count=5),
        CountCell(values=(None, "bbc"), count=1),
    )


def test_the_combinations_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_CELLS", 2)
    request = CountRequest(MatchAll(), dimensions(["source"], NO_GROUPS))
    found = [(("a",), 1), (("b",), 1), (("c",), 1)]
    assert len(result(request, found[:2], total=2, copies_left_out=0).cells) == 2
    with pytest.raises(QueryError, match="more than 2 combinations"):
        result(request, found, total=3, copies_left_out=0)
    fewer = replace(request, most_cells=1)
    with pytest.raises(QueryError, match="more than 1 combinations"):
        result(fewer, found[:2], total=2, copies_left_out=0)


def test_every_field_with_whole_values_or_moments_can_be_counted() -> None:
    assert set(FIELDS) - set(countable()) == {"title", "body", "description", "word_count"}
