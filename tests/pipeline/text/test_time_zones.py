from datetime import datetime, timedelta

import pytest

from pipeline.text.time_zones import time_zone_of

WINTER, SUMMER = datetime(2026, 1, 15), datetime(2026, 7, 15)  # noqa: DTZ001 - the zone is the question


def offset(text: str, at: datetime = WINTER) -> timedelta | None:
    zone = time_zone_of(text)
    assert zone is not None
    return zone.utcoffset(at)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", 0), ("Z", 0), ("+02", 2), ("GMT+1:00", 1), ("-0330", -3.5), ("+0100 (CET)", 1),
        ("-05:00Z", -5), ("EST -0500", -5), ("MST-07:00", -7),
        ("--0700", -7), ("−03:30", -3.5),
        ("+02:00:00", 2), (":+0200", 2), ("00", 0), (":0000", 0), ("+0200 CEST", 2),
        ("+01:00[Europe/Rome]", 1), ("[Europe/Rome]", 1),
        ("GMT (Coordinated Universal Time)", 0), ("pdt", -7), ("Uhr", 0), ("Mars/Olympus", 0),
        ("America/Argentina", 0),
    ],
)  # fmt: skip
def test_offsets(text: str, hours: float) -> None:
    assert offset(text) == timedelta(hours=hours)


def test_a_place_and_a_name_of_both_halves_of_the_year_follow_the_clock() -> None:
    assert offset("ET") == offset("America/New_York") == timedelta(hours=-5)
    assert offset("ET", SUMMER) == timedelta(hours=-4)


@pytest.mark.parametrize("text", ["+9999", "+99999999", "+00:00:07", "12:00", "a b c", "EST5EDT"])
def test_what_is_no_zone(text: str) -> None:
    assert time_zone_of(text) is None
