"""Dates as feeds, sitemaps, servers and most pages write them.

W3C-DTF (ISO 8601), RFC 5322, C's asctime (RFC 9110 §5.6.7) and their relatives: months by name in
the languages of the news, halves of the day, and the zones that people use.

A text that is no date gives none. Nothing is guessed: a number, a day without a month, an
impossible year and ``03/04/2026``, which is two days, are no date.
"""

import re
import unicodedata
from datetime import date, datetime, time
from typing import NamedTuple

from pipeline.text.month_names import month_of
from pipeline.text.time_zones import time_zone_of

_MAX_DATE = 100
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?(?=\D|$)", re.IGNORECASE)
_HOUR_ALONE = re.compile(r"(?<=\dT)\d\d(?=Z|[+-]|$)")
_CLOCK = re.compile(
    r"(?P<early>[ap]m\s|오전|오후|上午|下午|午前|午後)?\s?"
    r"(?<![\d.+:-])(?P<hour>\d\d?)(?::|h|时|時|시\s?|\.(?=\d\d(?![\d.])))(?P<minute>\d\d?)(?!\d)"
    r"[分분]?"
    r"(?:(?::|(?<=[분分])\s?)(?P<second>\d\d?)(?!\d)[秒초]?(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?P<late>[ap](?=\.?\s?m\b)|[مص](?!\w))(?:\.?\s?m\b\.?)?)?",
    re.IGNORECASE,
)
_AFTERNOON = frozenset({"p", "pm", "오후", "下午", "午後", "م"})
_NOON = 12
# A year behind the time of day, as asctime has it, maybe with a zone between.
_YEAR_BEHIND = re.compile(r"(?:(?P<zone>.*)\s)?(?P<year>[12]\d{3})")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?:(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)"
    r"|\s?[年년]\s?(?P<month2>\d\d?)\s?[月월]\s?(?P<day2>\d\d?)\s?[日일])"
)
_YEAR_LAST = re.compile(r"(?P<first>\d\d?)(?P<mark>[/.-])\s?(?P<second>\d\d?)(?P=mark)\s?(\d{4})")
_WORD = re.compile(r"\d+|[^\W\d_]+")
# Words between day, month and year, and what follows a day's number.
_JOINING = frozenset({"de", "del", "of", "the", "st", "nd", "rd", "th", "er", "o"})
_PARTS = 3
_MONTHS = 12
_TWO_DIGITS, _FOUR_DIGITS = 2, 4
_PIVOT = 69
"""Two digits from here on are a year of the last century, as POSIX has it."""


def read_written(text: str) -> datetime | None:
    """The moment that a text names; None when it cannot be read.

    Without a zone it has none; a name that has no one meaning is taken as UTC. A day without a time
    is its midnight.
    """
    if len(text) > _MAX_DATE:
        return None
    written = _Written.of(" ".join(unicodedata.normalize("NFKC", text).split()))
    zone = time_zone_of(written.zone)
    if zone is None:
        return None
    try:
        day = _day(written.day)
        clock = _time(written.clock)
    except ValueError:  # such as the 32nd, or 25 o'clock
        return None
    if day is None or clock is None:
        return None
    return datetime.combine(day, clock, zone if written.zone else None)


class _Written(NamedTuple):
    """The parts of a date, as they are written."""

    day: str
    clock: re.Match[str] | None
    zone: str

    @classmethod
    def of(cls, text: str) -> "_Written":
        compact = _COMPACT.match(text)
        if compact:
            text = _spread(compact) + text[compact.end() :]
        clock = _CLOCK.search(_HOUR_ALONE.sub(r"\g<0>:00", text))
        if clock is None:
            return cls(text, None, "")
        before, behind = clock.string[: clock.start()], clock.string[clock.end() :].strip()
        if not before:  # the time goes first
            return cls(behind, clock, "")
        year = _YEAR_BEHIND.fullmatch(behind)
        if year and not _YEAR.search(before):
            return cls(f"{before} {year['year']}", clock, year["zone"] or "")
        return cls(before, clock, behind)


def _spread(compact: re.Match[str]) -> str:
    """The compact form of ISO 8601 with its marks."""
    year, month, day, hour, minute, second = compact.groups()
    written = f"{year}-{month}-{day}"
    return f"{written}T{hour}:{minute}:{second or '00'}" if hour else written


def _time(clock: re.Match[str] | None) -> time | None:
    """The time of day; None where its half contradicts its hour. Raises ``ValueError``."""
    if clock is None:
        return time(0)
    hour = int(clock["hour"])
    half = (clock["early"] or clock["late"] or "").strip().lower()
    if half and hour <= _NOON:
        hour = hour % _NOON + (_NOON if half in _AFTERNOON else 0)
    elif half and half not in _AFTERNOON:
        return None
    second = min(int(clock["second"] or 0), 59)  # a leap second
    return time(hour, int(clock["minute"]), second)


def _day(text: str) -> date | None:
    """The day by its numbers, else by the name of its month. Raises ``ValueError``."""
    text = text.strip(" ,.")
    numbers = _without_weekday(text).rstrip(" ,Ttz")
    if found := _YEAR_FIRST.match(numbers):
        return _year_first(found, numbers[found.end() :])
    if found := _YEAR_LAST.fullmatch(numbers):
        return _year_last(found)
    return _by_name(text)


def _without_weekday(text: str) -> str:
    """Without a word in front."""
    first = _WORD.match(text)
    if first is None or first[0].isdecimal():
        return text
    return text[first.end() :].lstrip(" ,.")


def _year_first(found: re.Match[str], rest: str) -> date | None:
    """Behind the day there may be a weekday, and no more numbers."""
    if any(letter.isdecimal() for letter in rest):
        return None
    month, day = found["month"] or found["month2"], found["day"] or found["day2"]
    return date(int(found["year"]), int(month), int(day))


def _year_last(found: re.Match[str]) -> date | None:
    """With dots the day goes first everywhere; with slashes only numbers above 12 tell."""
    first, second, year = int(found["first"]), int(found["second"]), int(found[4])
    if found["mark"] == "." or first > _MONTHS:
        return date(year, second, first)
    if second > _MONTHS:
        return date(year, first, second)
    return None


def _by_name(text: str) -> date | None:
    """Day, month and year in any usual order, maybe with words before and behind."""
    words = _inner_words(text)
    names = [word for word in words if not word.isdecimal()]
    numbers = [word for word in words if word.isdecimal()]
    if len(names) != 1 or len(numbers) != _PARTS - 1:
        return None
    if len(numbers[0]) == _FOUR_DIGITS:
        numbers.reverse()
    day, year = numbers
    month = month_of(names[0])
    if month is None or len(day) > _TWO_DIGITS:
        return None
    return date(_full_year(year), month, int(day))


def _inner_words(text: str) -> list[str]:
    """Words and numbers, without those that say nothing while there are more than three."""
    words = [word for word in _WORD.findall(text) if word.lower() not in _JOINING]
    while len(words) > _PARTS and not words[-1].isdecimal():
        words.pop()
    while len(words) > _PARTS and not words[0].isdecimal():
        words.pop(0)
    return words


def _full_year(digits: str) -> int:
    """The year that two or four digits mean. Raises ``ValueError``."""
    year = int(digits)
    if len(digits) == _FOUR_DIGITS:
        return year
    if len(digits) != _TWO_DIGITS:
        raise ValueError("a year has two digits or four")
    return year + (1900 if year >= _PIVOT else 2000)
