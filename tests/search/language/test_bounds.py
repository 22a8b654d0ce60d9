"""Which values a written bound means."""

from datetime import UTC, datetime, timedelta

import pytest

from search.errors import QueryError
from search.fields import FieldKind
from search.language.bounds import LARGEST_NUMBER, Bound, between
from search.nodes import Range


def at(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def moments(low: str, high: str, *, included: bool = True) -> Range:
    first, last = (Bound(text, included=included, position=None) for text in (low, high))
    return between("published", FieldKind.MOMENT, first, last)


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2017", at(2017), at(2018)),
        ("2017-12", at(2017, 12), at(2018)),
        ("2016-02-29", at(2016, 2, 29), at(2016, 3, 1)),
        ("2017-12-01T01:00+01:00", at(2017, 12), at(2017, 12) + timedelta(milliseconds=1)),
    ],
)
def test_a_date_stands_for_the_whole_of_it(text: str, first: datetime, after: datetime) -> None:
    assert moments(text, text) == Range("published", first, after)
    assert moments(text, "*", included=False).lower == after
    assert moments("*", text, included=False).upper == first


def test_an_open_end_is_none() -> None:
    assert moments("*", "*") == Range("published", None, None)


@pytest.mark.parametrize("text", ["soon", "2017-13", "2017-02-30", "0000", "9999"])
def test_no_date_is_said_with_its_position(text: str) -> None:
    with pytest.raises(QueryError, match="is no date") as caught:
        between("published", FieldKind.MOMENT, Bound(text, True, 4), Bound("*", True, None))
    assert caught.value.position == 4


def test_numbers_are_whole_and_have_an_end() -> None:
    five, most = Bound("5", True, None), Bound(str(LARGEST_NUMBER - 1), True, None)
    assert between("word_count", FieldKind.NUMBER, five, most) == Range(
        "word_count", 5, LARGEST_NUMBER
    )
    for text in ("5.5", str(LARGEST_NUMBER), "٥", "x"):
        with pytest.raises(QueryError, match="whole numbers"):
            between("word_count", FieldKind.NUMBER, Bound(text, True, None), five)
