"""The date in a short text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.text.dates.reading import DateStyle, read_date, read_local, style_of

HOURS = {hours: timezone(timedelta(hours=hours)) for hours in (-5, 1, 2, 9)}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        ("20261124", datetime(2026, 11, 24, tzinfo=UTC)),
        ("20261124103000", datetime(2026, 11, 24, 10, 30, tzinfo=UTC)),
        ("2026-11-24T10:00:00Z", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("2026-11-24T10:00:00+02:00", datetime(2026, 11, 24, 10, tzinfo=HOURS[2])),
        ("2026-1-4T10:00:00+02:00", datetime(2026, 1, 4, 10, tzinfo=HOURS[2])),
        ("Tue, 24 Nov 2026 10:00:00 GMT", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 10:00:00 +0100", datetime(2026, 11, 24, 10, tzinfo=HOURS[1])),
        ("2026-11-24 10:30:00 EST", datetime(2026, 11, 24, 10, 30, tzinfo=HOURS[-5])),
        ("Tue Nov 24 10:30:00 CET 2026", datetime(2026, 11, 24, 10, 30, tzinfo=HOURS[1])),
        ("24.11.2026 10:30", datetime(2026, 11, 24, 10, 30, tzinfo=UTC)),
        ("Tuesday, 24 November 2026", datetime(2026, 11, 24, tzinfo=UTC)),
        ("Nov 24, 2026 10:30 PM", datetime(2026, 11, 24, 22, 30, tzinfo=UTC)),
        ("November 24, 2026, 1:05 PM -0500", datetime(2026, 11, 24, 13, 5, tzinfo=HOURS[-5])),
        ("11/24/2026", datetime(2026, 11, 24, tzinfo=UTC)),
        ("1795514400", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("1795514400000", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("Published on November 3, 2026", datetime(2026, 11, 3, tzinfo=UTC)),
        ("05/06/2026", None),  # day and month are never guessed
        ("05-06-2026 10:00", None),
        ("yesterday", None),
        ("3 hours ago", None),
        ("November 2026", None),
        ("14 rooms, 2026", None),
        ("", None),
        ("2026-13-24", None),
        ("x" * 200, None),
    ],
)
def test_dates_as_machines_and_english_pages_write_them(text: str, date: datetime | None) -> None:
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ru", "7 сентября 2025 г., 09:40", "2025-09-07 09:40"),
        ("es", "martes 9 de junio de 2025", "2025-06-09 00:00"),
        ("de", "Mittwoch, 3. Dezember 2025, 7:15 Uhr", "2025-12-03 07:15"),
        ("fr", "le 1er août 2025 à 18h05", "2025-08-01 18:05"),
        ("pt", "14 de fevereiro de 2025", "2025-02-14 00:00"),
        ("pl", "14 października 2025", "2025-10-14 00:00"),
        ("hr", "9. listopada 2025.", "2025-10-09 00:00"),
        ("cs", "9. listopadu 2025", "2025-11-09 00:00"),
        ("hu", "2025. november 9. 8:00", "2025-11-09 08:00"),
        ("tr", "9 Kasım 2025", "2025-11-09 00:00"),
        ("vi", "ngày 9 tháng 11 năm 2025", "2025-11-09 00:00"),
        ("ja", "2025年11月9日 8時05分", "2025-11-09 08:05"),
        ("ja", "令和7年11月9日", "2025-11-09 00:00"),
        ("ko", "2025년 11월 9일 오후 3:20", "2025-11-09 15:20"),
        ("ko", "2025. 11. 9.", "2025-11-09 00:00"),
        ("hi", "९ नवंबर २०२५", "2025-11-09 00:00"),
        ("th", "9 มี.ค. 2568", "2025-03-09 00:00"),
        ("th", "9 มกราคม พ.ศ. 2568", "2025-01-09 00:00"),
        ("ar", "الأحد، 09 نوفمبر 2025 - 07:30 م", "2025-11-09 19:30"),
        ("ar", "٩ تشرين الثاني ٢٠٢٥", "2025-11-09 00:00"),
        ("ar", "9 غشت 2025", "2025-08-09 00:00"),
        ("fa", "یکشنبه ۱۸ آبان ۱۴۰۴ - ۱۰:۴۵", "2025-11-09 10:45"),
        ("nb", "9. november 2025", "2025-11-09 00:00"),
        ("en", "9. November 2025 um 10:00", "2025-11-09 10:00"),
        ("en", "9. mars 2025", "2025-03-09 00:00"),
    ],
)
def test_dates_as_people_write_them(language: str, text: str, expected: str) -> None:
    date = read_local(text, DateStyle((language,)))
    assert date is not None
    assert f"{date:%Y-%m-%d %H:%M}" == expected


def test_a_zone_that_is_not_named_is_not_made_up() -> None:
    assert read_local("9.11.2025 08:00", DateStyle()) == datetime(2025, 11, 9, 8)  # noqa: DTZ001
    assert read_date("9.11.2025 08:00") == datetime(2025, 11, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tags", "country", "texts", "order"),
    [
        (["en-US"], "com", [], "MDY"),
        (["en_GB"], "com", [], "DMY"),
        (["en"], "com", [], None),
        (["en"], "au", [], "DMY"),
        (["en"], "uk", [], "DMY"),
        (["en", "en_US"], "com", [], "MDY"),
        (["fr"], "com", [], "DMY"),
        (["de-XX"], "com", [], "DMY"),
        (["hu"], "com", [], None),
        (["en"], "com", ["05/06/2026", "05/23/2026"], "MDY"),
        ([], "com", ["23/05/2026"], "DMY"),
        ([], "com", ["23/05/2026", "05/23/2026", "23.05.2026"], None),
        (["x!"], "com", [], None),
    ],
)
def test_the_order_of_day_and_month(
    tags: list[str], country: str, texts: list[str], order: str | None
) -> None:
    assert style_of(tags, country, texts).order == order


def test_the_order_decides_and_a_large_number_more() -> None:
    american, british = DateStyle(order="MDY"), DateStyle(order="DMY")
    assert read_date("05/06/2026 8:15 AM", american) == datetime(2026, 5, 6, 8, 15, tzinfo=UTC)
    assert read_date("05/06/2026", british) == datetime(2026, 6, 5, tzinfo=UTC)
    assert read_date("23/05/2026", american) == datetime(2026, 5, 23, tzinfo=UTC)
    assert read_date("05.06.26", american) == datetime(2026, 6, 5, tzinfo=UTC)


def test_languages_are_named_as_dateparser_does() -> None:
    assert style_of(["no"], "no").languages == ("nb",)
    assert style_of(["tlh"], "com").languages == ()


def test_a_span_of_time_is_no_zone() -> None:
    for text in ("2026-03-06 13:00-16:40", "2026.3.6(Fri) 13:00-16:40"):
        assert read_date(text) == datetime(2026, 3, 6, 13, tzinfo=UTC)
    hawaii = read_date("2026-03-06T13:00:00-10:00")
    assert hawaii is not None
    assert hawaii.utcoffset() == timedelta(hours=-10)
