"""The time that queries are reckoned from, the same for the API, the pages and the audit."""

from datetime import UTC, datetime

_MINUTE = 60


def query_time(seconds: float) -> datetime:
    """The full minute that ends a moment's minute, in UTC.

    For so long the same question has the same answer, and what has just come is not in the future.

    Args:
        seconds: since the epoch.
    """
    return datetime.fromtimestamp(-(-seconds // _MINUTE) * _MINUTE, UTC)
