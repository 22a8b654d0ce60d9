"""The date in a short text: as machines write it, or as people do, in any language."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from dateparser.data.languages_info import language_order
from dateparser.date import DateDataParser

from pipeline.text.dates.calendars import in_gregorian
from pipeline.text.dates.written import read_written
from pipeline.text.languages import language_code
from pipeline.text.time_zones import ZONES

MIN_DATE, MAX_DATE = 6, 120
"""Characters of a text that is a date, from "1.2.03" on."""

LANGUAGES = tuple(language_order[:20])
"""The languages that are tried where the page's own does not read it, the most used first."""

_KNOWN = frozenset(language_order)
_DATEPARSER_NAMES = {"no": "nb"}

_ORDERS = {"d": "DMY", "M": "MDY"}
"""By what a locale's short date begins with; one that begins with the year says nothing of the
others."""

WEST = timedelta(hours=-12)
"""The westernmost offset of all zones."""

MONTHS = 12
COUNTRY_CODE = 2
"""Letters of a host's last label that is a country's (ISO 3166-1)."""

_COUNTRY_CODES = {"UK": "GB"}

# Arabic has other names of the months in the Levant, in Algeria and Tunisia, and in Morocco.
_LOCALES = {"ar": ("ar", "ar-SY", "ar-DZ", "ar-MA")}

# A date as readers see it, in any order of day and month. A month's name may have marks, which are
# no letters (Thai, Hindi).
_NAME = r"[^\W\d_][^\s\d,:;()|/-]{1,14}"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|ª)?"
SHOWN_DATE = re.compile(
    r"(?<![\d./-])(?:19|20)\d\d([-/.])\s?\d{1,2}\1\s?\d{1,2}(?!\d|[./-]\d)"
    r"|(?<![\d./-])\d{1,2}([-/.])\s?\d{1,2}\2\s?(?:(?:19|20)\d\d|\d{2})(?!\d|[./-]\d)"
    r"|(?:19|20)\d\d\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
    rf"|(?<!\d){_DAY}\.?\s+(?:de\s+|d['’])?{_NAME}(?:\s{_NAME})?\.?,?\s+(?:del?\s+)?(?:19|20)\d\d(?!\d)"
    rf"|(?<!\d){_DAY}\s+tháng\s+\d{{1,2}},?\s+(?:năm\s+)?(?:19|20)\d\d(?!\d)"
    rf"|\b{_NAME}\.?\s+{_DAY},?\s+(?:19|20)\d\d(?!\d)"
    rf"|(?<!\d)(?:19|20)\d\d\.?\s+{_NAME}\s+\d{{1,2}}(?!\d)"
)

_YEAR_FIRST = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?")
_YEAR_LAST = re.compile(
    r"(\d{1,2})(?:([-/.])\s?|\s+tháng\s+)(\d{1,2})(?:[-/.]\s?|,?\s+(?:năm\s+)?)(\d{4}|\d{2})"
)
# As C writes it, with the time before the year: "Nov 24 10:30:00 CET 2026".
_C_DATE = re.compile(
    r"\b([A-Z][a-z]{2}\s+\d{1,2})\s+(\d\d:\d\d:\d\d(?:\s[A-Z+-][A-Z\d]{2,4})?)\s+(\d{4})"
)
_COMPACT = re.compile(r"(\d{8})(\d{4}(?:\d\d)?)?")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
# The time behind a day, with its half of the day and zone.
_CLOCK = re.compile(
    r".{0,12}?((?:오전|오후|上午|下午|午前|午後)?\s?(?<!\d)\d{1,2}(?:[:.h]|[時时시]\s?)\d{2}[分분]?(?::\d{2})?"
    r"(?:\s?[ap]\.?m\b\.?|\s?[مص](?!\w))?"
    rf"(?:\s?(?:[+-](?:0\d|1[0-4]):?\d\d|{'|'.join(ZONES)})\b)?)",
    re.IGNORECASE,
)


class DateStyle(NamedTuple):
    """How a page writes its dates.

    Attributes:
        languages: as dateparser calls them, the likeliest first.
        order: ``DMY`` or ``MDY`` for numbers; None where the page does not tell.
    """

    languages: tuple[str, ...] = ()
    order: str | None = None


def style_of(tags: Sequence[str], country: str, texts: Iterable[str] = ()) -> DateStyle:
    """How a page writes dates.

    Args:
        tags: that name its language (BCP 47), the likeliest first.
        country: the last label of its host, which may be a country's.
        texts: other dates on it, which may show the order.
    """
    language = next((code for tag in tags if (code := language_code(tag))), None)
    if language is None:
        return DateStyle(order=_order_among(texts))
    same = re.compile(rf"{language}[-_](\w\w)", re.IGNORECASE)
    regions = [found[1].upper() for tag in tags if (found := same.fullmatch(tag))]
    if len(country) == COUNTRY_CODE:
        regions.append(country.upper())
    name = _DATEPARSER_NAMES.get(language, language)
    return DateStyle(
        languages=(name,) if name in _KNOWN else (),
        order=_order_of(language, tuple(regions)) or _order_among(texts),
    )


def read_date(text: str, style: DateStyle = DateStyle()) -> datetime | None:  # noqa: B008 - frozen
    """The date in a text of at most ``MAX_DATE`` characters.

    ISO 8601, RFC 5322, seconds or milliseconds since 1970, or as people write it. Without a zone,
    UTC is assumed. Day and month are never guessed.
    """
    date = read_local(text, style)
    return with_zone(date) if date else None


def read_local(text: str, style: DateStyle) -> datetime | None:
    """The date in a text, without a zone where it names none."""
    text = text.strip()
    if not MIN_DATE <= len(text) <= MAX_DATE:
        return None
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    text = in_gregorian(text)
    date = _iso(text) or _shown(text, style)
    if date and (date.utcoffset() or timedelta(0)) < WEST:
        return date.replace(tzinfo=None)  # "13:00-16:40" is a span of time
    return date


def with_zone(date: datetime) -> datetime | None:
    """The date with its zone, else UTC; None where it is out of range there."""
    zone = date.tzinfo or UTC
    try:
        return date.replace(tzinfo=zone).astimezone(zone)
    except (OverflowError, ValueError):
        return None


def _iso(text: str) -> datetime | None:
    compact = _COMPACT.fullmatch(text)
    if compact and compact[2]:
        text = f"{compact[1]}T{compact[2]}"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _shown(text: str, style: DateStyle) -> datetime | None:
    """The first date that a text shows, with the time behind it."""
    text = _C_DATE.sub(r"\1 \3 \2", text)
    dates = (_at(found, style) for found in SHOWN_DATE.finditer(text))
    return next(filter(None, dates), None)


def _at(found: re.Match[str], style: DateStyle) -> datetime | None:
    """The date at a place in a text."""
    day = _numbers(found[0], style.order) or _named(found[0], style)
    if day is None:
        return None
    rest = found.string[found.end() :]
    clock = _CLOCK.match(rest)
    timed = read_written(f"{day} {clock[1]}") if clock else None
    return _iso(day + rest.strip()) or timed or _iso(day)


def _named(day: str, style: DateStyle) -> str | None:
    """A day with the name of its month, as ISO 8601 writes it.

    dateparser is asked last: it takes milliseconds, and a tenth of a second for a new language.
    """
    if not any(map(str.isalpha, day)):
        return None  # day and month cannot be told apart
    found = read_written(day) or _parsed(day, style) or _by_dateparser(day, LANGUAGES)
    return found.date().isoformat() if found else None


def _numbers(day: str, order: str | None) -> str | None:
    """A day in numbers as ISO 8601 writes it; None where day and month cannot be told apart."""
    if found := _YEAR_FIRST.fullmatch(day):
        return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}"
    found = _YEAR_LAST.fullmatch(day)
    if found is None:
        return None
    first, separator, second, year = found.groups()
    order = _order_by_size(first, second) or (order if separator in {"-", "/"} else "DMY")
    if order is None and first != second:
        return None
    if order == "MDY":
        first, second = second, first
    century = "" if len(year) > 2 else "20"  # noqa: PLR2004 - digits
    return f"{century}{year}-{second:0>2}-{first:0>2}"


def _order_by_size(first: str, second: str) -> str | None:
    """The order that follows from a number that is no month."""
    if int(first) > MONTHS:
        return "DMY"
    return "MDY" if int(second) > MONTHS else None


def _order_among(texts: Iterable[str]) -> str | None:
    """The order of numbers that other dates show, when they agree."""
    found = (match for text in texts for match in _YEAR_LAST.finditer(text))
    orders = {_order_by_size(match[1], match[3]) for match in found if match[2] != "."} - {None}
    return orders.pop() if len(orders) == 1 else None


@lru_cache(maxsize=256)
def _order_of(language: str, regions: tuple[str, ...]) -> str | None:
    """The order in which a locale writes day and month (Unicode CLDR).

    English without a region has no order: it is also the language of half-translated themes.
    """
    named = [f"{language}_{_COUNTRY_CODES.get(region, region)}" for region in regions]
    for name in named if language == "en" else [*named, language]:
        with suppress(UnknownLocaleError, ValueError):
            return _order_in(Locale.parse(name))
    return None


def _order_in(locale: Locale) -> str | None:
    return _ORDERS.get(str(locale.date_formats["short"].pattern)[:1])


def _parsed(text: str, style: DateStyle) -> datetime | None:
    """A date in the page's language, or in English.

    As it is written, then without accents: Thai's short names of months differ in a mark only.
    """
    for language in (*style.languages, "en"):
        for name in _LOCALES.get(language, (language,)):
            date = _by_dateparser(text, (name,))
            if date is None and not text.isascii():
                date = _by_dateparser(text, (name,), exact=False)
            if date:
                return date
    return None


def _by_dateparser(text: str, locales: tuple[str, ...], *, exact: bool = True) -> datetime | None:
    with suppress(ValueError, OverflowError):
        return _parser(locales, exact=exact).get_date_data(text).date_obj
    return None


@lru_cache(maxsize=64)
def _parser(locales: tuple[str, ...], *, exact: bool) -> DateDataParser:
    settings = {
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "DATE_ORDER": "YMD",
        "NORMALIZE": not exact,
    }
    return DateDataParser(locales=list(locales), settings=settings)
