"""Dates as they are written, and texts that are none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.discover.dates import plausible_date, read_date

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("GMT", 10), ("UT", 10), ("Z", 10), ("+0000", 10), ("-0000", 10), ("", 10),
        ("+0200", 8), ("+02:00", 8), ("+01:00", 9), ("GMT+01:00", 9), ("GMT+1:00", 9),
        ("UTC-0500", 15),
        ("+0100 (CET)", 9), ("EST", 15), ("EDT", 14), ("PDT", 17), ("CET", 9), ("MEZ", 9),
        ("CEST", 8), ("MESZ", 8),
        ("BST", 9), ("MSK", 7), ("JST", 1), ("AEST", 0), ("cest", 8),
        ("IST", 10), ("XYZ", 10),
    ],
)  # fmt: skip
def test_zones_of_rfc_822_dates(zone: str, hour: int) -> None:
    found = plausible_date(f"Wed, 25 Nov 2026 10:00:00 {zone}", NOW)
    assert found is not None
    assert found.astimezone(UTC) == datetime(2026, 11, 25, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25T10:00:00Z", "2026-11-25T10:00Z", "2026-11-25T11:00:00+01:00",
        "2026-11-25t11:00:00 +0100",
        "2026-11-25 10:00:00", "2026-11-25 10:00:00 UTC", "2026-11-25 12:00:00 +02:00",
        "20261125T100000Z",
        "2026-11-25T10:00:00.000000000Z", "25 Nov 2026 10:00 GMT",
        "Wed, 25 November 2026 10:00:00 +0000",
        "Wednesday, 25-Nov-26 10:00:00 GMT", "Wed Nov 25 10:00:00 2026",
        "\n Wed, 25 Nov 2026 10:00:00 GMT ",
        "Mi, 25 Nov 2026 11:00:00 +0100",
    ],
)  # fmt: skip
def test_forms_of_one_moment(text: str) -> None:
    assert plausible_date(text, NOW) == datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "1", "20", "t3_9", "2026", "2026-11", "25", "Nov 2026", "1764064800", "1764064800000",
        "03/04/2026 10:00",
        "today", "Wed, 25 Nov 0000 10:00:00 GMT",
        "Mon, 30 Nov -0001 00:00:00 +0000",
        "0000-00-00T00:00:00Z", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "9999-12-31T23:59:59-14:00",
        "Thu, 32 Nov 2026 10:00:00 GMT", "Wed, 25 Nov 2026 10:00:00 +9999",
        "Wed, 25 Nov 2026 10:00:00 +99999999999",
        "Wed, 25 Nov 2026 25:00:00 GMT", "Wed, 25 Nov 2026 14:00 AM",
        "Wed, 25 Nov 2026 10:00 GMT 3",
        "25 listopada 2026", "25 Foo 2026", "2026-11-25 10:00 to 12:00", "25 Nov 26 Dec 2026",
        "https://example.org/2026/11/25/ferry",
        None, 20261125, ["2026-11-25"],
    ],
)  # fmt: skip
def test_what_is_no_date_makes_none_up(text: object) -> None:
    assert plausible_date(text, NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        "Wed,25 Nov 2026 10:00:00 -0000", "Wed,25 November 2026 05:00:00 EST",
        "Wed, Nov 25 2026 06:00:00 EDT", "Nov 25, 2026 10:00 GMT", "November 25th, 2026 10:00",
        "Wed Nov 25 2026 11:00:00 GMT+0100 (Central European Standard Time)",
        "Weds, 25 Nov. 2026 10:00:00 +0000", "Wed, 25th Nov 2026 10:00:00 GMT",
        "2026-11-25 11:00:00.123456789 +0100 CET", "2026-11-25T11:00:00.000+01:00[Europe/Paris]",
        "2026-11-25T 05:00:00-05:00", "2026-11-25T05:00:00-05:00Z", "2026/11/25 10:00",
        "Wed, 25 Nov 2026 10:00 AM", "Wed, 25 Nov 2026 5:00 AM EST",
        "Wed, 25 Nov 2026 05:00:00 a.m. ET", "Wed, 25 Nov 2026 11:00:00 +01",
        "Wed, 25 Nov 2026 15:30:00 Asia/Kolkata", "Wed Nov 25 11:00:00 +0100 2026",
        "25.11.2026 10:00", "25. 11. 2026, 10:00 Uhr", "25/11/2026 10:00", "11/25/2026 10:00 AM",
        "10:00 25 Nov 2026", "2026-11-25 AM 10:00",
        "Wed, 25 Nov 2026 10:0:0 GMT", "2026-11-25T10:00:00:00", "Wed, 25 Nov 2026 05:00 EST -0500",
    ],
)  # fmt: skip
def test_more_forms_of_one_moment(text: str) -> None:
    assert plausible_date(text, NOW) == datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "mer. 25 nov. 2026 22:15", "Mittwoch, 25. November 2026, 22:15 Uhr",
        "mié, 25 nov 2026 22:15", "miércoles 25 de noviembre de 2026 a las 22:15",
        "quarta-feira, 25 de novembro de 2026 22h15", "среда, 25 ноября 2026 г., 22:15",
        "2026. november 25. 22:15",
        "2026年11月25日(水) 22時15分", "2026年11月25日 下午10:15", "2026년 11월 25일 오후 10:15",
        "Wed, 25 Nov 2026 10:15 PM", "Wed, 25 Nov 2026 10:15:00 p.m.", "٢٥ نوفمبر ٢٠٢٦ ٢٢:١٥",
    ],
)  # fmt: skip
def test_languages_and_halves_of_the_day(text: str) -> None:
    assert read_date(text) == datetime(2026, 11, 25, 22, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["Wed, 25 Nov 2026", "25 Nov 2026", "2026-11-25", "20261125"])
def test_a_day_is_its_midnight(text: str) -> None:
    assert read_date(text) == datetime(2026, 11, 25, tzinfo=UTC)


def test_noon_and_midnight_of_twelve_hours() -> None:
    noon, midnight = read_date("25 Nov 2026 12:30 PM"), read_date("25 Nov 2026 12:30 AM")
    assert noon == datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
    assert midnight == datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


def test_two_digits_of_a_year() -> None:
    assert read_date("25 Nov 99 10:00") == datetime(1999, 11, 25, 10, tzinfo=UTC)


def test_a_leap_second_is_the_second_before_it() -> None:
    assert read_date("2016-12-31T23:59:60Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


_PIECES = [
    "Wed,",
    "25",
    "Nov",
    "2026",
    "10:00:00",
    "+",
    "-",
    "02:00",
    "GMT",
    "T",
    "9" * 20,
    "99",
    ":",
    "Z",
    "(",
    "é",
    " ",
]


@given(
    st.lists(st.sampled_from(_PIECES), max_size=9).map(" ".join)
    | st.lists(st.sampled_from(_PIECES)).map("".join)
)
def test_no_text_raises(text: str) -> None:
    found = read_date(text)
    assert found is None or found.tzinfo is not None
