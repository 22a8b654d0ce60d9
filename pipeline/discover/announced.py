"""What feeds and sitemaps have in common: refused entries, stamps, and titles."""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import time

from pipeline.base import Record
from pipeline.outcome import Reason
from pipeline.records import Link
from pipeline.text.cleaning import one_line, storable

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_MAX_TITLE = 500
_MAX_MARKUP = 10_000
_STAMP_SECONDS = 5.0  # between the first and the last entry of a document that is slow to make
_FEW_STAMPS, _STAMPED_SHARE = 3, 0.8


class RefusedEntry(Record):
    """An entry that cannot be followed, and why."""

    url: str | None
    reason: Reason
    detail: str

    @classmethod
    def of(cls, url: str, reason: Reason, detail: str) -> "RefusedEntry":
        """With the URL cut and made storable."""
        return cls(url=storable(url[:500]), reason=reason, detail=detail)


def stamped(links: Sequence[Link]) -> frozenset[str]:
    """The URLs of one document whose date of change is that of the document.

    Some software writes the time at which it made the document, or its cache, into every entry.
    Nearly all dates then lie within seconds, and none says that its entry changed. A day without a
    time is not such a date: many entries share it rightly.
    """
    dated = sorted(_timed_changes(links))
    largest, first = dated[:0], 0
    for last, (at, _) in enumerate(dated, start=1):
        while at - dated[first][0] > _STAMP_SECONDS:
            first += 1
        if last - first > len(largest):
            largest = dated[first:last]
    if len(largest) < max(_FEW_STAMPS, _STAMPED_SHARE * len(dated)):
        return frozenset()
    return frozenset(url for _, url in largest)


def _timed_changes(links: Sequence[Link]) -> Iterator[tuple[float, str]]:
    """The dates of change that have a time of day, in seconds since the epoch, with their URLs."""
    for link in links:
        if link.changed and link.changed.time() != time(0):
            yield link.changed.timestamp(), link.url


def title_of_markup(value: object) -> str | None:
    """A title as plain text: publishers put escaped markup there. None when there is none."""
    if not isinstance(value, str):
        return None
    return title_of_text(html.unescape(_TAG.sub("", value[:_MAX_MARKUP])))


def title_of_text(text: str) -> str | None:
    """A title that is plain text already, on one line, storable; None when it is empty."""
    return one_line(text)[:_MAX_TITLE] or None
