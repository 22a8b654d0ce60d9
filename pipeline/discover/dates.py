"""Dates as feeds, sitemaps and servers write them.

W3C-DTF (ISO 8601) and RFC 5322, with the zones that people use.

A text that is no date gives none. Nothing is guessed: a number, a day without a month or an
impossible year is no date.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No page of the Web is older."""

_AHEAD = timedelta(days=2)
_MAX_DATE = 60
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?|\d{8}(?:T.*)?")
# A day, a month by name and a year of two or four digits; or C's asctime, which HTTP allows (RFC
# 9110 §5.6.7).
_RFC = re.compile(
    r"(?:[^\d\s]+\s+)?\d{1,2}[\s-]+[a-z]{3,9}[\s-]+(?:\d\d|[1-9]\d{3})\b(?:\s.*)?"
    r"|[a-z]{3}\s+[a-z]{3}\s+\d{1,2}\s+\d\d?:\d\d:\d\d\s+(?:[a-z]{2,4}\s+)?[1-9]\d{3}",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"(?P<before>.*\d:\d\d(?:[.,]\d+)?)\s*"
    r"(?:(?:(?:GMT|UTC?|Z)\s*)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)(?:\s*\(.*\))?"
    r"|(?P<name>[A-Z]{1,5}))\s*",
    re.IGNORECASE,
)
# Minutes east of Greenwich. Names that mean several zones (IST, AST) are left out; those of RFC
# 5322 §4.3 are in.
_ZONES = {
    "GMT": 0, "UTC": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60,
    "CET": 60, "MEZ": 60, "MET": 60, "CEST": 120, "MESZ": 120, "MEST": 120,
    "EET": 120, "EEST": 180, "MSK": 180,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600,
    "NST": -210, "NDT": -150, "BRT": -180, "ART": -180,
    "SAST": 120, "PKT": 300, "WIB": 420, "HKT": 480, "AWST": 480, "JST": 540, "KST": 540,
    "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
}  # fmt: skip
_FARTHEST = 15 * 60


def plausible_date(text: object, now: datetime) -> datetime | None:
    """A date that can be right: not before the Web, not past the day after tomorrow.

    Args:
        text: what should be a date; anything that is no text is none.
        now: the time of the poll.
    """
    date = read_date(text)
    if date is None or not OLDEST <= date <= now + _AHEAD:
        return None
    return date


def read_date(text: object) -> datetime | None:
    """A date by W3C-DTF or RFC 5322, with its zone; None when it cannot be read.

    Without a zone, or with a name that has no one meaning, it is taken as UTC.
    """
    if not isinstance(text, str) or len(text) > _MAX_DATE:
        return None
    written = " ".join(text.split())
    found = _ZONE.fullmatch(written)
    if found is None:
        date = _without_zone(written, "")
        return date.replace(tzinfo=date.tzinfo or UTC) if date else None
    zone = _zone(found)
    # RFC 850 dates are only read with a zone.
    date = _without_zone(found["before"], " +0000") if zone else None
    return date.replace(tzinfo=zone) if date else None


def _without_zone(clock: str, zone: str) -> datetime | None:
    """Reads day and time; RFC 5322 forms with the zone behind them."""
    try:
        if _ISO.fullmatch(clock.upper()):
            return datetime.fromisoformat(clock.upper())
        if _RFC.fullmatch(clock):
            return parsedate_to_datetime(f"{clock}{zone}")
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    return None


def _zone(found: re.Match[str]) -> timezone | None:
    """None for an offset that no place has, and for half days.

    ``10:00 PM`` names no zone, and what it means is not certain.
    """
    if name := found["name"]:
        if name.upper() in {"AM", "PM"}:
            return None
        return timezone(timedelta(minutes=_ZONES.get(name.upper(), 0)))
    minutes = int(found["hours"]) * 60 + int(found["minutes"])
    if minutes > _FARTHEST:
        return None
    return timezone(timedelta(minutes=minutes if found["sign"] == "+" else -minutes))
