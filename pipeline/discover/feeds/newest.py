"""The newest entries of a feed that has more than are wanted, whichever its order."""

from datetime import datetime
from typing import NamedTuple

from pipeline.discover.dates import OLDEST, read_date
from pipeline.discover.feeds.entries import RawEntry

MOST_READ = 100_000
"""Entries of a document that are read; those after them are only counted."""


class _Ranked(NamedTuple):
    """An entry with its place in the document, and its date once that is needed."""

    place: int
    entry: RawEntry
    date: datetime | None = None


class NewestEntries:
    """Collects the entries of a document, and holds no more than twice as many as are wanted.

    Those without a date go last, and among equals the first of the document are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: list[_Ranked] = []
        self.count = 0

    def add(self, entry: RawEntry) -> None:
        """The next entry of the document."""
        self._held.append(_Ranked(self.count, entry))
        self.count += 1
        if len(self._held) > 2 * self._most:
            self._drop()

    @property
    def is_full(self) -> bool:
        """Whether the entries that follow are only counted."""
        return self.count >= MOST_READ

    def pass_over(self) -> None:
        """Count the next entry of the document."""
        self.count += 1

    def in_order(self) -> tuple[RawEntry, ...]:
        """Those that are kept, in the document's order."""
        if len(self._held) > self._most:
            self._drop()
        return tuple(held.entry for held in sorted(self._held, key=lambda held: held.place))

    def _drop(self) -> None:
        """Hold the newest only. The sort is stable."""
        dated = [held if held.date else _with_date(held) for held in self._held]
        dated.sort(key=lambda held: held.date or OLDEST, reverse=True)
        self._held = dated[: self._most]


def _with_date(held: _Ranked) -> _Ranked:
    for text in (*held.entry.published, *held.entry.updated):
        if date := read_date(text):
            return held._replace(date=date)
    return held._replace(date=OLDEST)
