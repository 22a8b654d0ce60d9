"""The ledger archive as the rest of the project sees it.

SQLite and Elasticsearch implement it alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pipeline.urls import UrlId

MOST_EVENTS = 50
"""Of a URL, the last ones; ``frontier/lib_ledger.lua`` keeps as many."""


@dataclass(frozen=True, slots=True)
class ArchivedEntry:
    """The full entry of a URL that has ended.

    Attributes:
        url_id: of the URL.
        ending: the number of this end. A later end of the same URL has a greater one.
        state: ``indexed``, ``duplicate``, ``rejected`` or ``dead``.
        reason: why it was rejected, by a name of ``pipeline.outcome.Reason``.
        ended_at: seconds since the epoch.
        fields: of the entry as Redis had it (``Key.URL``).
        events: of its trace, each as JSON, oldest first.
    """

    url_id: UrlId
    ending: int
    state: str
    reason: str | None
    ended_at: float
    fields: Mapping[str, str]
    events: tuple[str, ...]


class LedgerArchive(Protocol):
    """Ended entries by URL id. Every method may raise ``IndexUnavailable``.

    A URL has one entry: that of its last end.
    """

    def put(self, entries: Sequence[ArchivedEntry]) -> set[UrlId]:
        """Keep entries; a repeat changes nothing, and an earlier end never replaces a later one.

        Args:
            entries: each URL once.

        Returns:
            The ids of those of which this end or a later one is kept. They survive a kill of this
            process, and the next call of each method finds them.
        """

    def get(self, url_ids: Sequence[UrlId]) -> dict[UrlId, ArchivedEntry]:
        """The entries that there are, by URL id."""

    def known(self, url_ids: Sequence[UrlId]) -> set[UrlId]:
        """Those of the ids that have an entry."""

    def rejected(self, reason: str, limit: int) -> list[ArchivedEntry]:
        """Entries that were rejected for a reason, the last ones first."""

    def pages(self, size: int, *, ended_after: float) -> Iterator[list[ArchivedEntry]]:
        """All entries that ended after a time, so many at once.

        What is put meanwhile may be missing.
        """

    def remove_before(self, month: datetime, *, dry_run: bool = False) -> int:
        """Remove the entries of URLs that ended before.

        Args:
            month: the beginning of the first month whose entries stay, in UTC.
            dry_run: only count.

        Returns:
            How many entries; a URL that ended in several months may count more than once.
        """

    def close(self) -> None:
        """Release connections."""


def joined_events(older: Sequence[str], newer: Sequence[str]) -> tuple[str, ...]:
    """A trace of which the archive has the beginning and Redis the rest, or all of it again."""
    again = set(newer)
    before = [event for event in older if event not in again]
    return (*before, *newer)[-MOST_EVENTS:]
