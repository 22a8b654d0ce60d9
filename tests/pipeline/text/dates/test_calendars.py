"""Dates of other calendars."""

from datetime import date

import pytest

from pipeline.text.dates.calendars import in_gregorian, persian


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("令和6年11月3日", "2024年11月3日"),
        ("令和元年5月1日", "2019年5月1日"),
        ("平成 30 年1月9日", "2018 年1月9日"),
        ("中華民國114年10月2日", "中華民國114年10月2日".replace("民國114", "2025")),
        ("9 ธันวาคม 2567", "9 ธันวาคม 2024"),
        ("9 ธันวาคม พ.ศ. 2567", "9 ธันวาคม 2024"),
        ("2567-02-29T07:00:00+07:00", "2024-02-29T07:00:00+07:00"),
        ("۱ فروردین ۱۴۰۳", "2024-03-20"),
        ("سه‌شنبه 30 اسفند 1403 ساعت 10:30", "سه‌شنبه 2025-03-20 ساعت 10:30"),
        ("1403/07/15 - 08:00", "2024-10-06 - 08:00"),
        ("٣ مايو ٢٠٢٥", "3 مايو 2025"),
        ("１２月３日", "12月3日"),
        ("10:00:00.2500Z", "10:00:00.2500Z"),
        ("12 شعبان 1446", "2025-02-11"),
        ("٢ ربيع الأول ١٤٤٧ هـ", "2025-08-25 هـ"),
        ("1446-08-12", "2025-02-11"),
        ("12 كتابا 1446", "12 كتابا 1446"),
        ("1446/14/40", "1446/14/40"),
        ("1403/13/41", "1403/13/41"),
        ("3 May 2025", "3 May 2025"),
    ],
)
def test_a_year_tells_its_calendar(text: str, expected: str) -> None:
    assert in_gregorian(text) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # New year's days, and the last days of leap years (University of Tehran's calendar).
        ((1399, 1, 1), date(2020, 3, 20)),
        ((1399, 12, 30), date(2021, 3, 20)),
        ((1402, 12, 29), date(2024, 3, 19)),
        ((1404, 7, 1), date(2025, 9, 23)),
        ((1374, 6, 31), date(1995, 9, 22)),
    ],
)
def test_the_iranian_calendar(day: tuple[int, int, int], expected: date) -> None:
    assert persian(*day) == expected


@pytest.mark.parametrize("day", [(1447, 9, 15), (1404, 13, 1), (1404, 1, 0)])
def test_what_is_no_date_of_the_iranian_calendar(day: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="1"):
        persian(*day)
