"""What newness is worth."""

from datetime import UTC, datetime, timedelta

import pytest

from search.ordering.freshness import freshness, worth

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-2, 0), (-1, 0), (-0.5, 1.25), (0, 1.25), (0.5, 1), (2, 0.75), (5, 0.5), (20, 0.25), (31, 0)],
)
def test_worth_falls_with_age(days: float, expected: float) -> None:
    published = NOW - timedelta(days=days)
    assert worth(published, NOW) == expected
    spans = [
        each
        for span, each in freshness(NOW)
        if isinstance(span.lower, datetime)
        and isinstance(span.upper, datetime)
        and span.lower <= published < span.upper
    ]
    assert sum(spans) == expected


def test_what_has_no_date_is_not_new() -> None:
    assert worth(None, NOW) == 0
