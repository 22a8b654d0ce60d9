"""Dates of feeds, sitemaps and servers, and which of them can be right."""

from datetime import UTC, datetime, timedelta

from pipeline.text.dates.written import read_written

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No page of the Web is older."""

_AHEAD = timedelta(days=2)


def plausible_date(text: object, now: datetime) -> datetime | None:
    """A date that can be right: not before the Web, not past the day after tomorrow.

    Args:
        text: what should be a date; anything that is no text is none.
        now: the time of the poll.
    """
    found = read_date(text)
    if found is None or not OLDEST <= found <= now + _AHEAD:
        return None
    return found


def read_date(text: object) -> datetime | None:
    """The moment that a text names, with its zone, else in UTC; None when it cannot be read."""
    found = read_written(text) if isinstance(text, str) else None
    return found.replace(tzinfo=found.tzinfo or UTC) if found else None
