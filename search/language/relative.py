"""Dates that are reckoned from now: ``now-2h``, ``today``, ``yesterday``, ``today-1w``; in UTC."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

_RELATIVE = re.compile(r"(now|today|yesterday)((?:[+-]\d{1,6}[mhdwMy])*)")
_STEP = re.compile(r"([+-]?)(\d{1,6})([mhdwMy])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_MONTHS = {"M": 1, "y": 12}

UNITS = "m minutes, h hours, d days, w weeks, M months, y years"


def is_relative(text: str) -> bool:
    """Whether a date is reckoned from now."""
    return _RELATIVE.fullmatch(text) is not None


def moment(text: str, now: datetime) -> tuple[datetime, bool]:
    """The moment, and whether it stands for the whole of its day.

    Args:
        text: one for which ``is_relative`` holds.
        now: what it is reckoned from.

    Raises:
        OverflowError: it lies beyond the years 1 to 9999.
    """
    match = _RELATIVE.fullmatch(text)
    if match is None:
        raise ValueError(f"not relative to now: {text}")
    # Both backends keep milliseconds.
    start = now.astimezone(UTC).replace(microsecond=now.microsecond // 1000 * 1000)
    if match[1] != "now":
        start = start.replace(hour=0, minute=0, second=0, microsecond=0)
    if match[1] == "yesterday":
        start -= timedelta(days=1)
    for sign, number, unit in _STEP.findall(match[2]):
        start = _moved(start, int(f"{sign}{number}"), unit)
    return start, match[1] != "now"


def ago(text: str, now: datetime) -> datetime | None:
    """The moment that lies as long before now as a duration such as ``2h`` says; None for others.

    Raises:
        OverflowError: it lies beyond the year 1.
    """
    match = _STEP.fullmatch(text)
    if match is None or match[1]:
        return None
    return _moved(moment("now", now)[0], -int(match[2]), match[3])


def _moved(start: datetime, number: int, unit: str) -> datetime:
    if unit in _SECONDS:
        return start + timedelta(seconds=number * _SECONDS[unit])
    year, month = divmod(start.year * 12 + start.month - 1 + number * _MONTHS[unit], 12)
    if not 1 <= year <= 9998:  # noqa: PLR2004 - what a date can hold, with the day after it
        raise OverflowError(f"no year {year}")
    # The 31st of a month that has none is its last day.
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
