"""What a feed and its server say of when to ask again.

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
_HEAD_BYTES = 65_536
_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_TTL = re.compile(rb"<ttl>\s*(\d{1,7})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(rb"<(?:\w+:)?updatePeriod>\s*(\w{4,8})\s*</", re.IGNORECASE)
_FREQUENCY = re.compile(rb"<(?:\w+:)?updateFrequency>\s*(\d{1,5})\s*</", re.IGNORECASE)
_SKIPPED = re.compile(rb"<skip(Hours|Days)>(.*?)</skip\1>", re.IGNORECASE | re.DOTALL)
_HOUR_OR_DAY = re.compile(rb"<(?:hour|day)>\s*(\w{1,9})\s*</(?:hour|day)>", re.IGNORECASE)
_PERIODS = {
    b"hourly": _HOUR,
    b"daily": _DAY,
    b"weekly": 7 * _DAY,
    b"monthly": 30 * _DAY,
    b"yearly": 365 * _DAY,
}
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")


class Hints(Record):
    """Wishes for the next poll. ``ttl``, ``period`` and ``fresh`` are in seconds.

    Attributes:
        ttl: how long the document may be kept.
        period: how often the feed says that it changes (``sy:updatePeriod`` through
            ``sy:updateFrequency``).
        skip_hours: hours of the day (UTC) in which nobody need ask.
        skip_days: days of the week in which nobody need ask; Monday is 0.
        fresh: how long the answer is fresh by its headers.
    """

    ttl: float | None = None
    period: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    fresh: float | None = None

    def after_skipped(self, at: float) -> float:
        """The first moment from ``at`` on that is not to be skipped; ``at`` itself when all are."""
        moment = at
        for _ in range(8 * 24):
            when = datetime.fromtimestamp(moment, UTC)
            if when.weekday() not in self.skip_days and when.hour not in self.skip_hours:
                return moment
            moment = (moment // _HOUR + 1) * _HOUR
        return at


def hints_in(content: bytes) -> Hints:
    """What the head of a feed asks for."""
    head = _head_of(content)
    skipped = {
        match[1].lower(): _HOUR_OR_DAY.findall(match[2]) for match in _SKIPPED.finditer(head)
    }
    hours = {
        int(text) % 24 for text in skipped.get(b"hours", ()) if text.isdigit() and int(text) <= 24
    }
    days = {_DAYS.index(name.lower()) for name in skipped.get(b"days", ()) if name.lower() in _DAYS}
    return Hints(
        ttl=_ttl(head), period=_period(head), skip_hours=frozenset(hours), skip_days=frozenset(days)
    )


def _head_of(content: bytes) -> bytes:
    """What stands before the first entry of an XML feed, without comments."""
    head = content[:_HEAD_BYTES]
    entry = _ENTRY.search(head)
    return _COMMENT.sub(b"", head[: entry.start()] if entry else head)


def fresh_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long an answer is fresh: ``max-age``, else ``Expires``, less its age (RFC 9111 §4.2).

    None when unsaid.

    ``headers`` have lower-case names.
    """
    directives = [part.strip().lower() for part in headers.get("cache-control", "").split(",")]
    if {"no-cache", "no-store"} & set(directives):
        return None
    ages = [
        text.strip('"')
        for name, _, text in (part.partition("=") for part in directives)
        if name == "max-age"
    ]
    age = headers.get("age", "").strip()
    if ages:
        if not ages[0].isdecimal():
            return None
        lasts = float(ages[0][:10]) - (float(age[:10]) if age.isdecimal() else 0.0)
    else:
        expires, date = read_date(headers.get("expires")), read_date(headers.get("date")) or now
        if expires is None:
            return None
        lasts = (expires - date).total_seconds()
    return min(lasts, _LONGEST) if lasts > 0 else None


def _ttl(head: bytes) -> float | None:
    found = _TTL.search(head)
    return min(int(found[1]) * 60.0, _LONGEST) or None if found else None


def _period(head: bytes) -> float | None:
    found, often = _PERIOD.search(head), _FREQUENCY.search(head)
    seconds = _PERIODS.get(found[1].lower()) if found else None
    return min(seconds / max(int(often[1]) if often else 1, 1), _LONGEST) if seconds else None
