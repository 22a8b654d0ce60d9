"""Dates of other calendars, rewritten as Gregorian ones.

A year tells its calendar by itself: no page was published in a Gregorian year that far away.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from dateparser.calendars.hijri import HijriCalendar

# The year before the first of each Japanese era, and of the Republic of China.
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}

_ERA = re.compile(rf"({'|'.join(_ERAS)})\s?(\d{{1,3}}|元)(?=\s?年)")

_BUDDHIST_AHEAD = 543
_BUDDHIST = re.compile(r"(?:พ\.ศ\.\s?)?(?<![\d.:+-])(2[45]\d\d)(?![\d:])")

# The months of the Iranian calendar, with the spellings of each.
_PERSIAN_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد|امرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_PERSIAN_MONTH = {
    name: number for number, names in enumerate(_PERSIAN_MONTHS, 1) for name in names.split("|")
}
_LONG_MONTHS = 6
"""Months of 31 days, from the year's beginning."""

_PERSIAN_ZERO = 226_529
"""Days from 1 January of the year 1 to the Iranian calendar's year 0, less the leap days of it."""

LAST_PERSIAN = 1415
"""The last year taken for an Iranian one (2036); the Islamic year 1416 began in 1995."""

_NUMBERS = re.compile(r"(?<!\d)(1[34]\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_PERSIAN = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(_PERSIAN_MONTH)})\s+(1[34]\d\d)(?!\d)")

_ISLAMIC = re.compile(
    r"(?<!\d)\d{1,2}\s+[\u0621-\u0652]{2,12}(?:\s[\u0621-\u0652]{2,12})?\s+14[1-9]\d(?!\d)"
)

_WHOLE = frozenset({"year", "month", "day"})


def in_gregorian(text: str) -> str:
    """The text with its dates as Gregorian ones, and its digits as ASCII.

    Japanese eras, the Republic of China's years, Buddhist years, the Iranian calendar, and the
    Islamic one as Saudi Arabia reckons it (Umm al-Qura).
    """
    text = _ascii_digits(text)
    text = _ERA.sub(_from_era, text)
    text = _BUDDHIST.sub(lambda year: str(int(year[1]) - _BUDDHIST_AHEAD), text)
    text = _PERSIAN.sub(
        _rewritten(lambda found: persian(int(found[3]), _PERSIAN_MONTH[found[2]], int(found[1]))),
        text,
    )
    text = _ISLAMIC.sub(_rewritten(lambda found: islamic(found[0])), text)
    return _NUMBERS.sub(_rewritten(_from_numbers), text)


def _from_numbers(found: re.Match[str]) -> date:
    if int(found[1]) > LAST_PERSIAN:
        return islamic(found[0])
    return persian(int(found[1]), int(found[3]), int(found[4]))


def islamic(text: str) -> date:
    """The Gregorian date of one in the Islamic calendar, in numbers or with an Arabic month.

    Raises:
        ValueError: it is no whole date of that calendar.
    """
    try:
        found = HijriCalendar(text).get_date()
    except OverflowError as error:
        raise ValueError(text) from error
    if found is None or found.date_obj is None:
        raise ValueError(text)
    if not _WHOLE.issubset(found.parts):  # type: ignore[attr-defined] # the stubs are older
        raise ValueError(text)
    return found.date_obj.date()


def persian(year: int, month: int, day: int) -> date:
    """The Gregorian date of one in the Iranian calendar.

    By its cycle of 33 years, which is exact from 1360 to 1430 at least (compared with convertdate).

    Raises:
        ValueError: it is no date, or in a year after ``LAST_PERSIAN``.
    """
    in_range = 1 <= month <= 12 and 1 <= day <= 31  # noqa: PLR2004 - months, days
    if not in_range or year > LAST_PERSIAN:
        raise ValueError((year, month, day))
    leap_days = (8 * year + 21) // 33
    before = 30 * (month - 1) + min(month - 1, _LONG_MONTHS)
    return date.fromordinal(_PERSIAN_ZERO + 365 * year + leap_days + before + day)


def _ascii_digits(text: str) -> str:
    """Compatible forms as plain ones, and digits of every script as ASCII."""
    text = unicodedata.normalize("NFKC", text)
    if text.isascii():
        return text
    return re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), text)


def _from_era(found: re.Match[str]) -> str:
    years = 1 if found[2] == "元" else int(found[2])
    return str(_ERAS[found[1]] + years)


def _rewritten(
    converted: Callable[[re.Match[str]], date],
) -> Callable[[re.Match[str]], str]:
    """The replacement of a match by its date; what is no date stays."""

    def replacement(found: re.Match[str]) -> str:
        try:
            return converted(found).isoformat()
        except ValueError:
            return found[0]

    return replacement
