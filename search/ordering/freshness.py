"""What newness is worth, in the order by what is best."""

from datetime import datetime, timedelta

from search.nodes import Range

FRESH = (
    (timedelta(hours=6), 0.25),
    (timedelta(days=1), 0.25),
    (timedelta(days=3), 0.25),
    (timedelta(days=7), 0.25),
    (timedelta(days=30), 0.25),
)
"""What an article is worth more that is no older than this; what it is worth adds up.

A word in a title is worth about 2 points when every fourth article has it, and 10 when one in
a thousand has; so newness decides between like matches, and where words say little.
"""

_AHEAD = timedelta(days=1)
"""How far in the future a date may lie and be new still, as with wrong time zones."""


def freshness(now: datetime) -> tuple[tuple[Range, float], ...]:
    """The spans of ``FRESH``, each with its worth.

    They add to the score where they match, in the same way on both backends; a factor would not
    be possible in Tantivy. A cursor keeps ``now``, so that no hit grows old between two pages.
    """
    return tuple((Range("published", now - age, now + _AHEAD), worth) for age, worth in FRESH)


def worth(published: datetime | None, now: datetime) -> float:
    """What an article's newness adds to its score."""
    if published is None or published >= now + _AHEAD:
        return 0.0
    return sum(worth for age, worth in FRESH if published >= now - age)
