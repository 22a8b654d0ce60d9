"""What a feed and its server say of when to poll again.

RSS 2.0's ``ttl``, ``skipHours`` and ``skipDays`` (https://www.rssboard.org/rss-specification), RSS
1.0's syndication module (https://web.resource.org/rss/1.0/modules/syndication/), and HTTP's
freshness (RFC 9111 §4.2).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pipeline.base import Record
from pipeline.discover.dates import read_date

_HOUR, _DAY = 3_600.0, 86_400.0
_LONGEST = 31 * _DAY
_MINUTES = re.compile(r"\d{1,7}")
_TIMES = re.compile(r"\d{1,5}")
_HOURS = re.compile(r"[01]?\d|2[0-4]")  # RSS 0.91 counted them from 1 to 24
_PERIODS = {
    "hourly": _HOUR,
    "daily": _DAY,
    "weekly": 7 * _DAY,
    "monthly": 30 * _DAY,
    "yearly": 365 * _DAY,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Hints(Record):
    """Wishes for the next poll. ``ttl``, ``period`` and ``fresh`` are in seconds.

    Attributes:
        ttl: how long the document may be kept.
        period: how often the feed says that it changes (``sy:updatePeriod`` through
            ``sy:updateFrequency``).
        skip_hours: hours of the day (UTC) in which it need not be polled.
        skip_days: days of the week in which it need not be polled; Monday is 0.
        fresh: how long the response is fresh by its headers.
    """

    ttl: float | None = None
    period: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    fresh: float | None = None

    def after_skipped(self, at: float) -> float:
        """The first time from ``at`` on that is not to be skipped; ``at`` itself when all are."""
        time = at
        for _ in range(8 * 24):
            when = datetime.fromtimestamp(time, UTC)
            if when.weekday() not in self.skip_days and when.hour not in self.skip_hours:
                return time
            time = (time // _HOUR + 1) * _HOUR
        return at


NO_HINTS = Hints()


class RawHints(Record):
    """The elements of a feed that are hints, as they are written; empty where there is none.

    Attributes:
        ttl: minutes.
        period: the name of a period.
        frequency: how often in a period.
        skip_hours: hours, separated by spaces.
        skip_days: names of days, separated by spaces.
    """

    ttl: str = ""
    period: str = ""
    frequency: str = ""
    skip_hours: str = ""
    skip_days: str = ""


def read_hints(raw: RawHints) -> Hints:
    """The hints that can be understood."""
    hours = {int(text) % 24 for text in raw.skip_hours.split() if _HOURS.fullmatch(text)}
    days = {_DAYS.index(name) for name in raw.skip_days.lower().split() if name in _DAYS}
    return Hints(
        ttl=_ttl(raw.ttl.strip()),
        period=_period(raw.period.strip().lower(), raw.frequency.strip()),
        skip_hours=frozenset(hours),
        skip_days=frozenset(days),
    )


def _ttl(minutes: str) -> float | None:
    if not _MINUTES.fullmatch(minutes):
        return None
    return min(int(minutes) * 60.0, _LONGEST) or None


def _period(name: str, frequency: str) -> float | None:
    if name not in _PERIODS:
        return None
    times = int(frequency) if _TIMES.fullmatch(frequency) else 1
    return min(_PERIODS[name] / max(times, 1), _LONGEST)


def fresh_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long a response is fresh: ``max-age``, else ``Expires``, less its age (RFC 9111 §4.2).

    None when the headers do not say. ``headers`` have lower-case names.
    """
    directives = [part.strip().lower() for part in headers.get("cache-control", "").split(",")]
    if {"no-cache", "no-store"} & set(directives):
        return None
    ages = [part.partition("=")[2] for part in directives if part.partition("=")[0] == "max-age"]
    seconds = _by_age(ages[0], headers) if ages else _by_expiry(headers, now)
    if seconds is None or seconds <= 0:
        return None
    return min(seconds, _LONGEST)


def _by_age(max_age: str, headers: Mapping[str, str]) -> float | None:
    allowed = max_age.strip('"')
    if not allowed.isdecimal():
        return None
    age = headers.get("age", "").strip()
    passed = float(age[:10]) if age.isdecimal() else 0.0
    return float(allowed[:10]) - passed


def _by_expiry(headers: Mapping[str, str], now: datetime) -> float | None:
    expires = read_date(headers.get("expires"))
    if expires is None:
        return None
    sent = read_date(headers.get("date")) or now
    return (expires - sent).total_seconds()
