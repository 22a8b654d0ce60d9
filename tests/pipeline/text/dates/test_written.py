"""Dates as machines and most people write them; the forms that feeds have are in discover."""

from datetime import datetime, timedelta

import pytest

from pipeline.text.dates.written import read_written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 Nov 2026 10:00 +0100", "2026-11-24T10:00:00+01:00"),
        ("24 novembre 2026 10:00", "2026-11-24T10:00:00"),
        ("2026-11-24", "2026-11-24T00:00:00"),
        ("2026-11-24 07:30 م", "2026-11-24T19:30:00"),
        ("2026-11-24 07:30 ص", "2026-11-24T07:30:00"),
        ("24 listopada 2026", None),  # October in Croatian, November in Polish
        ("24 Nov 2026 10:00 +1640", None),
        ("x" * 200, None),
    ],
)
def test_a_date_has_a_zone_where_it_names_one(text: str, expected: str | None) -> None:
    found = read_written(text)
    assert (found and found.isoformat()) == expected


def test_a_zone_of_no_one_meaning_is_that_of_greenwich() -> None:
    found = read_written("24 Nov 2026 10:00 IST")
    assert found is not None
    assert found.utcoffset() == timedelta(0)
    assert found.replace(tzinfo=None) == datetime(2026, 11, 24, 10)  # noqa: DTZ001
