"""Dates that are reckoned from now."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from search.language.relative import ago, is_relative, moment

NOW = datetime(2024, 3, 31, 1, 30, 15, 123_456, tzinfo=timezone(timedelta(hours=3)))
"""On the last day of a month, and in UTC on the day before."""


@pytest.mark.parametrize(
    ("text", "expected", "whole_day"),
    [
        ("now", "2024-03-30T22:30:15.123", False),
        ("now-90m", "2024-03-30T21:00:15.123", False),
        ("now+2h", "2024-03-31T00:30:15.123", False),
        ("now-1d", "2024-03-29T22:30:15.123", False),
        ("now-1w", "2024-03-23T22:30:15.123", False),
        ("now-1M", "2024-02-29T22:30:15.123", False),
        ("now-13M", "2023-02-28T22:30:15.123", False),
        ("now-1y+1d", "2023-03-31T22:30:15.123", False),
        ("today", "2024-03-30", True),
        ("yesterday", "2024-03-29", True),
        ("today-1w", "2024-03-23", True),
    ],
)
def test_moments(text: str, expected: str, *, whole_day: bool) -> None:
    assert is_relative(text)
    assert moment(text, NOW) == (datetime.fromisoformat(expected).replace(tzinfo=UTC), whole_day)


@pytest.mark.parametrize("text", ["", "Now", "now-", "now-2", "now-2q", "tomorrow", "now 2h", "2h"])
def test_other_texts_are_not_relative(text: str) -> None:
    assert not is_relative(text)
    with pytest.raises(ValueError, match="not relative"):
        moment(text, NOW)


@pytest.mark.parametrize("text", ["now-9999y", "now+9999y", "now-999999w"])
def test_there_are_only_so_many_years(text: str) -> None:
    with pytest.raises(OverflowError):
        moment(text, NOW)


def test_how_long_ago() -> None:
    assert ago("30d", NOW) == datetime(2024, 2, 29, 22, 30, 15, 123_000, tzinfo=UTC)
    assert [ago(text, NOW) for text in ("", "2", "h", "-2h", "+2h", "2h3m", "2 h")] == [None] * 7
